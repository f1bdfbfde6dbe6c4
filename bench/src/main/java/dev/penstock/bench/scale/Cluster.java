package dev.penstock.bench.scale;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.InstalledCrd;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Objects;

/** Those who describe servers and pools: every one with Secrets of its own, as in real clusters. */
final class Cluster {

  static final String NAMESPACE = "scale";
  static final String IMAGE = "penstock/pooler:scale";

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final KubernetesSerialization yaml = new KubernetesSerialization();

  Cluster(KubernetesClient client) {
    this.client = client;
  }

  /** Has the resources defined, and the namespace made. */
  void prepare() {
    InstalledCrd.install(client);
    create(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build());
  }

  static String pool(int number) {
    return "pool-%05d".formatted(number);
  }

  static String server(int number) {
    return "db-%04d".formatted(number);
  }

  /**
   * Makes a server that is asked for its {@code max_connections}.
   *
   * @param port of the database, which answers at every loopback address: each is a server
   */
  void createServer(int number, int port) {
    credentials(server(number));
    create(
        yaml.unmarshal(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: DatabaseServer
            metadata: {name: %s, namespace: %s}
            spec:
              server: {host: 127.0.%d.%d, port: %d, credentialsSecretRef: {name: %s}}
            """
                .formatted(
                    server(number),
                    NAMESPACE,
                    1 + number / 250,
                    1 + number % 250,
                    port,
                    server(number)),
            DatabaseServer.class));
  }

  /** Makes a pool on a server. */
  void createPool(int number, int server, int replicas) {
    credentials(pool(number));
    create(
        yaml.unmarshal(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: ConnectionPool
            metadata: {name: %s, namespace: %s}
            spec:
              serverRef: {name: %s}
              users: [{secretRef: {name: %s}}]
              replicas: %d
            """
                .formatted(pool(number), NAMESPACE, server(server), pool(number), replicas),
            ConnectionPool.class));
  }

  /** Changes how many instances a pool is to have. */
  void scale(String pool, int replicas) {
    Objects.requireNonNull(
        client
            .resources(ConnectionPool.class)
            .inNamespace(NAMESPACE)
            .withName(pool)
            .patch(MERGE, "{\"spec\":{\"replicas\":%d}}".formatted(replicas)));
  }

  private void credentials(String name) {
    create(
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(NAMESPACE)
            .endMetadata()
            .withType("kubernetes.io/basic-auth")
            .withStringData(Map.of("username", "postgres", "password", "postgres"))
            .build());
  }

  private void create(HasMetadata resource) {
    Objects.requireNonNull(client.resource(resource).create());
  }
}
