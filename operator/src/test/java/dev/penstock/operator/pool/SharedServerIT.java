package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.crds.PoolShareStatus;
import dev.penstock.crds.ShareReason;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pools that share a DatabaseServer, at a real API server with a real database. */
class SharedServerIT {

  private static final String NAMESPACE = "shared-servers";

  /** 100 connections, 3 reserved, 15% headroom. */
  private static final int BUDGET = 82;

  @RegisterExtension
  static final OperatedNamespace operated = new OperatedNamespace(NAMESPACE, 100);

  private static final KubernetesClient client = operated.client();
  private static final PoolWorld world = operated.world();
  private static int runs;

  private final List<SpeakingInstance> instances = new ArrayList<>();
  private String server = "";
  private String one = "";
  private String two = "";

  @BeforeEach
  void makeServer() {
    runs++;
    server = "shop-db-" + runs;
    one = "one-" + runs;
    two = "two-" + runs;
    create(
        DatabaseServer.class,
        """
        apiVersion: penstock.dev/v1alpha1
        kind: DatabaseServer
        metadata: {name: %s, namespace: %s}
        spec:
          server:
            host: 127.0.11.%d
            port: %d
            credentialsSecretRef: {name: probe}
        """
            .formatted(server, NAMESPACE, runs, operated.port()));
  }

  @AfterEach
  void closeInstances() {
    instances.forEach(SpeakingInstance::close);
  }

  private static <T extends HasMetadata> void create(Class<T> type, String yaml) {
    client.resource(new KubernetesSerialization().unmarshal(yaml, type)).create();
  }

  private void pool(String name, String share) {
    create(
        ConnectionPool.class,
        """
        apiVersion: penstock.dev/v1alpha1
        kind: ConnectionPool
        metadata: {name: %s, namespace: %s}
        spec:
          serverRef: {name: %s}
          share: {%s}
          users: [{secretRef: {name: app}}]
        """
            .formatted(name, NAMESPACE, server, share));
  }

  private SpeakingInstance instance(String pool) {
    SpeakingInstance instance =
        world.start(pool, pool + "-1", "127.0.12." + (instances.size() + 10 * runs));
    instances.add(instance);
    return instance;
  }

  private PoolShareStatus share(String pool) {
    return world.serverStatus(server).pools().stream()
        .filter(share -> share.pool().equals(NAMESPACE + "/" + pool))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theBudgetIsOneForBothAndFollowsMinimumMaximumAndDemand() {
    pool(one, "min: 10");
    pool(two, "max: 50, weight: 2");
    SpeakingInstance first = instance(one);
    SpeakingInstance second = instance(two);
    eventually().until(() -> first.granted() + second.granted() == BUDGET);
    second.demand(200);
    eventually().until(() -> second.granted() == 50 && first.granted() == 32);
    eventually()
        .untilAsserted(
            () -> {
              assertThat(share(two).reason()).isEqualTo(ShareReason.AtMaximum);
              assertThat(share(one).reason()).isEqualTo(ShareReason.DemandMet);
              assertThat(world.serverStatus(server).bound()).isLessThanOrEqualTo(BUDGET);
              assertThat(world.status(two).granted()).isEqualTo(50);
              assertThat(world.status(two).budget()).isEqualTo(50);
              assertThat(world.message(one, "Budgeted")).contains("2 pools share 82 connections");
            });
    assertThat(world.serverStatus(server).ledger())
        .extracting(LedgerEntry::pool)
        .containsExactlyInAnyOrder(NAMESPACE + "/" + one, NAMESPACE + "/" + two);
  }

  @Test
  void aPoolThatIsDeletedLeavesItsShareToTheOther() {
    pool(one, "weight: 1");
    pool(two, "weight: 1");
    SpeakingInstance first = instance(one);
    SpeakingInstance second = instance(two);
    eventually().until(() -> first.granted() == 41 && second.granted() == 41);
    client.resource(world.get(two)).delete();
    second.close();
    world.end(two + "-1", 0);
    world.vanish(two + "-1");
    eventually().until(() -> !world.exists(two));
    eventually().until(() -> first.granted() == BUDGET);
    assertThat(world.server(server).getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void aServerThatIsDeletedWhilePoolsNameItServesThemOn() {
    pool(one, "weight: 1");
    SpeakingInstance first = instance(one);
    eventually().until(() -> first.granted() == BUDGET);
    client.resource(world.server(server)).delete();
    eventually()
        .untilAsserted(
            () ->
                assertThat(world.events(server))
                    .anySatisfy(
                        event -> {
                          assertThat(event.getReason()).isEqualTo("DeletionWaits");
                          assertThat(event.getMessage()).contains(NAMESPACE + "/" + one);
                        }));
    assertThat(first.granted()).isEqualTo(BUDGET);
    client.resource(world.get(one)).delete();
    first.close();
    world.end(one + "-1", 0);
    world.vanish(one + "-1");
    eventually()
        .until(
            () ->
                client.resources(DatabaseServer.class).inNamespace(NAMESPACE).withName(server).get()
                    == null);
  }

  @Test
  void aServerThatIsNotThereIsNamedWithTheRemedy() {
    create(
        ConnectionPool.class,
        """
        apiVersion: penstock.dev/v1alpha1
        kind: ConnectionPool
        metadata: {name: %s, namespace: %s}
        spec:
          serverRef: {name: no-such-server}
          users: [{secretRef: {name: %s}}]
        """
            .formatted(one, NAMESPACE, one));
    eventually()
        .untilAsserted(
            () ->
                assertThat(world.condition(one, "ServerReachable"))
                    .isEqualTo("False/ServerNotFound"));
    assertThat(world.message(one, "ServerReachable"))
        .contains(NAMESPACE + "/no-such-server")
        .contains("create it");
    // What else becomes known of the pool is said all the same.
    assertThat(world.condition(one, "SecretsResolved")).isEqualTo("False/SecretMissing");
    world.secret(one, "app");
    eventually()
        .untilAsserted(
            () -> assertThat(world.condition(one, "SecretsResolved")).isEqualTo("True/Resolved"));
  }
}
