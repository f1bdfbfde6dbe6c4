package dev.penstock.operator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SameServerTest {

  private static ConnectionPool pool(String namespace, String uid, String created, String host) {
    String yaml =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: ConnectionPool
        metadata: {name: p, namespace: %s, uid: %s, creationTimestamp: "%s"}
        spec:
          server: {host: %s, credentialsSecretRef: {name: probe}}
          users: [{secretRef: {name: app}}]
        """
            .formatted(namespace, uid, created, host);
    return new KubernetesSerialization().unmarshal(yaml, ConnectionPool.class);
  }

  private static final ConnectionPool OLD = pool("shop", "1", "2030-01-01T00:00:00Z", "db");

  @Test
  void theOldestThatNamesTheServerMayHaveIt() {
    ConnectionPool young = pool("shop", "0", "2030-01-01T00:00:01Z", "DB.shop.svc.cluster.local.");
    assertThat(SameServer.olderThan(young, Stream.of(OLD, young))).contains(OLD);
    assertThat(SameServer.olderThan(OLD, Stream.of(OLD, young))).isEmpty();
  }

  @Test
  void ofTwoOfTheSameSecondOneMayHaveIt() {
    ConnectionPool twin = pool("shop", "2", "2030-01-01T00:00:00Z", "db.shop");
    assertThat(SameServer.olderThan(twin, Stream.of(OLD, twin))).contains(OLD);
    assertThat(SameServer.olderThan(OLD, Stream.of(OLD, twin))).isEmpty();
  }

  @Test
  void aShortNameInAnotherNamespaceIsAnotherServer() {
    ConnectionPool other = pool("billing", "2", "2030-01-01T00:00:01Z", "db");
    assertThat(SameServer.olderThan(other, Stream.of(OLD, other))).isEmpty();
  }

  @Test
  void theClustersDomainMayHaveAnyName() {
    ConnectionPool young = pool("a", "2", "2030-01-01T00:00:01Z", "db.shop.svc.k8s.example.org");
    assertThat(SameServer.olderThan(young, Stream.of(OLD, young))).contains(OLD);
    ConnectionPool outside = pool("a", "2", "2030-01-01T00:00:01Z", "db.shop.example.org");
    assertThat(SameServer.olderThan(outside, Stream.of(OLD, outside))).isEmpty();
  }

  @Test
  void whatTheYoungerOneStillHoldsIsNotTheOldersToGive() {
    ConnectionPool young = pool("shop", "2", "2030-01-01T00:00:01Z", "db");
    LedgerEntry line =
        new LedgerEntry("u/a", "p", null, 30, 0, 4, 12, 0, 12, InstanceState.Lowering, null);
    young.setStatus(
        new ConnectionPoolStatus(
            null,
            null,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            null,
            null,
            4L,
            List.of(line)));
    assertThat(SameServer.spokenForByOthers(OLD, Stream.of(OLD, young))).isEqualTo(30);
    assertThat(SameServer.spokenForByOthers(young, Stream.of(OLD, young))).isZero();
  }
}
