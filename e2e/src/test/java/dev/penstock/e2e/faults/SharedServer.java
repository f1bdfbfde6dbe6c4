package dev.penstock.e2e.faults;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.PoolShareStatus;
import dev.penstock.e2e.demo.Credentials;
import dev.penstock.e2e.demo.Manifests;
import dev.penstock.e2e.demo.OperatorAddresses;
import dev.penstock.e2e.demo.Play;
import dev.penstock.e2e.demo.Postgres;
import dev.penstock.e2e.demo.Stage;
import dev.penstock.e2e.sampler.Sampler;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A second database server, in a namespace of its own, as a DatabaseServer that pools share; with a
 * sampler. Not thread-safe.
 */
final class SharedServer {

  static final String NAMESPACE = "penstock-shared";
  static final String NAME = "shared";

  private static final int SECONDS = 120;

  private final Stage stage;
  private final Postgres postgres;
  private final OperatorAddresses operators;
  private final Sampler sampler;

  private SharedServer(
      Stage stage, Postgres postgres, OperatorAddresses operators, Sampler sampler) {
    this.stage = stage;
    this.postgres = postgres;
    this.operators = operators;
    this.sampler = sampler;
  }

  /** Starts the server, with the roles of the quickstart, and describes it to the operator. */
  static SharedServer start(Stage stage) throws Exception {
    KubernetesClient client = stage.client();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    Postgres postgres = new Postgres(client, NAMESPACE, stage.reach());
    postgres.start(SECONDS);
    apply(
        client,
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: probe}
        type: kubernetes.io/basic-auth
        stringData: {username: penstock, password: a-password-of-the-probe}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: app}
        type: kubernetes.io/basic-auth
        stringData: {username: app, password: a-password-of-the-app}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: DatabaseServer
        metadata: {name: %s}
        spec:
          server: {host: postgres, credentialsSecretRef: {name: probe}}
        """
            .formatted(NAME));
    postgres.prepare(
        Credentials.of(client, NAMESPACE, "app"),
        "app",
        Credentials.of(client, NAMESPACE, "probe"));
    OperatorAddresses operators = new OperatorAddresses(client, Stage.OPERATOR_NAMESPACE);
    return new SharedServer(
        stage, postgres, operators, Sampler.start(() -> postgres.connect("postgres"), operators));
  }

  /** Makes a pool of two instances, and waits until both serve. */
  void pool(String name, String share) {
    apply(
        stage.client(),
        """
        apiVersion: penstock.dev/v1alpha1
        kind: ConnectionPool
        metadata: {name: %s}
        spec:
          serverRef: {name: %s}
          share: %s
          replicas: 2
          databases: [{name: app}]
          users: [{secretRef: {name: app}}]
          template:
            terminationGracePeriodSeconds: 15
            resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 256Mi}}
        """
            .formatted(name, NAME, share));
    stage
        .client()
        .resources(ConnectionPool.class)
        .inNamespace(NAMESPACE)
        .withName(name)
        .waitUntilCondition(
            pool ->
                pool != null
                    && pool.getStatus() != null
                    && Objects.equals(pool.getStatus().readyReplicas(), 2),
            Play.BOUND.toSeconds(),
            TimeUnit.SECONDS);
  }

  private static void apply(KubernetesClient client, String yaml) {
    Manifests.apply(client, NAMESPACE, Manifests.parse(client, yaml));
  }

  /** What the DatabaseServer says. */
  DatabaseServerStatus status() {
    DatabaseServer server =
        stage
            .client()
            .resources(DatabaseServer.class)
            .inNamespace(NAMESPACE)
            .withName(NAME)
            .require();
    return Objects.requireNonNullElse(server.getStatus(), DatabaseServerStatus.EMPTY);
  }

  /** What it says of one pool. */
  Optional<PoolShareStatus> share(String pool) {
    return status().pools().stream()
        .filter(one -> one.pool().equals(NAMESPACE + "/" + pool))
        .findFirst();
  }

  /** How a pool is connected to from here, for JDBC. */
  String url(String pool) {
    InetSocketAddress service =
        stage
            .reach()
            .toService(
                NAMESPACE,
                pool,
                5432,
                stage
                    .client()
                    .pods()
                    .inNamespace(NAMESPACE)
                    .withLabel("penstock.dev/pool", pool)
                    .list()
                    .getItems()
                    .getFirst());
    return Stage.url(service.getAddress().getHostAddress(), service.getPort(), "app");
  }

  Credentials application() {
    return Credentials.of(stage.client(), NAMESPACE, "app");
  }

  Postgres postgres() {
    return postgres;
  }

  Sampler sampler() {
    return sampler;
  }

  /** Removes pools, server and namespace. */
  void remove() throws Exception {
    sampler.close();
    operators.close();
    KubernetesClient client = stage.client();
    client.resources(ConnectionPool.class).inNamespace(NAMESPACE).delete();
    client
        .resources(ConnectionPool.class)
        .inNamespace(NAMESPACE)
        .informOnCondition(List::isEmpty)
        .get(Play.BOUND.toSeconds(), TimeUnit.SECONDS);
    client.namespaces().withName(NAMESPACE).delete();
    client
        .namespaces()
        .withName(NAMESPACE)
        .waitUntilCondition(Objects::isNull, Play.BOUND.toSeconds(), TimeUnit.SECONDS);
  }
}
