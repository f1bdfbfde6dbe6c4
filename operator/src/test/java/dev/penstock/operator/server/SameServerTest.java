package dev.penstock.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SameServerTest {

  private static DatabaseServer server(String namespace, String uid, String created, String host) {
    String yaml =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: DatabaseServer
        metadata: {name: p, namespace: %s, uid: %s, creationTimestamp: "%s"}
        spec:
          server: {host: %s, credentialsSecretRef: {name: probe}}
        """
            .formatted(namespace, uid, created, host);
    return new KubernetesSerialization().unmarshal(yaml, DatabaseServer.class);
  }

  private static final DatabaseServer OLD = server("shop", "1", "2030-01-01T00:00:00Z", "db");

  @Test
  void theOldestThatNamesTheServerMayHaveIt() {
    DatabaseServer young =
        server("shop", "0", "2030-01-01T00:00:01Z", "DB.shop.svc.cluster.local.");
    assertThat(SameServer.olderThan(young, Stream.of(OLD, young))).contains(OLD);
    assertThat(SameServer.olderThan(OLD, Stream.of(OLD, young))).isEmpty();
  }

  @Test
  void ofTwoOfTheSameSecondOneMayHaveIt() {
    DatabaseServer twin = server("shop", "2", "2030-01-01T00:00:00Z", "db.shop");
    assertThat(SameServer.olderThan(twin, Stream.of(OLD, twin))).contains(OLD);
    assertThat(SameServer.olderThan(OLD, Stream.of(OLD, twin))).isEmpty();
  }

  @Test
  void aShortNameInAnotherNamespaceIsAnotherServer() {
    DatabaseServer other = server("billing", "2", "2030-01-01T00:00:01Z", "db");
    assertThat(SameServer.olderThan(other, Stream.of(OLD, other))).isEmpty();
  }

  @Test
  void theClustersDomainMayHaveAnyName() {
    DatabaseServer young = server("a", "2", "2030-01-01T00:00:01Z", "db.shop.svc.k8s.example.org");
    assertThat(SameServer.olderThan(young, Stream.of(OLD, young))).contains(OLD);
    DatabaseServer outside = server("a", "2", "2030-01-01T00:00:01Z", "db.shop.example.org");
    assertThat(SameServer.olderThan(outside, Stream.of(OLD, outside))).isEmpty();
  }

  @Test
  void whatTheYoungerOneStillHoldsIsNotTheOldersToGive() {
    DatabaseServer young = server("shop", "2", "2030-01-01T00:00:01Z", "db");
    LedgerEntry line =
        new LedgerEntry("u/a", "p", null, 30, 0, 4, 12, 0, 12, InstanceState.Lowering, null, "a/b");
    young.setStatus(
        new DatabaseServerStatus(
            null,
            List.of(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            4L,
            List.of(),
            List.of(line)));
    assertThat(SameServer.spokenForByOthers(OLD, Stream.of(OLD, young))).isEqualTo(30);
    assertThat(SameServer.spokenForByOthers(young, Stream.of(OLD, young))).isZero();
  }
}
