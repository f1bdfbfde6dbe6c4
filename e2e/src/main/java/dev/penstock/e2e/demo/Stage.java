package dev.penstock.e2e.demo;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.e2e.sampler.Sampler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Everything the demo plays with, in a namespace of its own: a database server, the pool of the
 * quickstart, clients, and the sampler that watches the server.
 *
 * <p>Not thread-safe.
 */
public final class Stage implements AutoCloseable {

  /** Where the demo's resources are. */
  public static final String NAMESPACE = "penstock-demo";

  /** Where the operator is. */
  public static final String OPERATOR_NAMESPACE = "penstock-system";

  /** The pool of {@code examples/quickstart.yaml}. */
  public static final String POOL = "quickstart";

  private static final String DATABASE = "app";
  private static final String APPLICATION_SECRET = "quickstart-app";
  private static final String PROBE_SECRET = "quickstart-probe";

  private static final String CLIENT = "demo-client";
  private static final int CLIENTS = 2;
  private static final int CONNECTIONS_EACH = 50;
  private static final int START_SECONDS = 120;

  private final KubernetesClient client;
  private final Reach reach;
  private final Postgres postgres;
  private final OperatorAddresses operators;
  private final PoolObserver observer;
  private final Clients clients;
  private final Sampler sampler;

  private Stage(
      KubernetesClient client,
      Reach reach,
      Postgres postgres,
      OperatorAddresses operators,
      PoolObserver observer,
      Sampler sampler) {
    this.client = client;
    this.reach = reach;
    this.postgres = postgres;
    this.operators = operators;
    this.observer = observer;
    this.sampler = sampler;
    this.clients = new Clients(client, NAMESPACE, CLIENT);
  }

  /**
   * Sets the stage in a cluster that has the images and the chart: the database server with the
   * roles of the quickstart, and the sampler. The pool and the clients come after.
   *
   * @param quickstart the manifest
   */
  public static Stage set(KubernetesClient client, Path quickstart)
      throws IOException, SQLException {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    Reach reach = new Reach(client);
    Postgres postgres = new Postgres(client, NAMESPACE, reach);
    postgres.start(START_SECONDS);
    List<HasMetadata> secrets =
        Manifests.file(client, quickstart).stream()
            .filter(item -> item.getKind().equals("Secret"))
            .toList();
    Manifests.apply(client, NAMESPACE, secrets);
    postgres.prepare(
        Credentials.of(client, NAMESPACE, APPLICATION_SECRET),
        DATABASE,
        Credentials.of(client, NAMESPACE, PROBE_SECRET));
    OperatorAddresses operators = new OperatorAddresses(client, OPERATOR_NAMESPACE);
    Sampler sampler = Sampler.start(() -> postgres.connect("postgres"), operators);
    return new Stage(
        client, reach, postgres, operators, new PoolObserver(client, NAMESPACE, POOL), sampler);
  }

  /** Applies the quickstart, as its reader would. */
  public void applyQuickstart(Path quickstart) throws IOException {
    Manifests.apply(client, NAMESPACE, Manifests.file(client, quickstart));
  }

  /** Waits until every instance that the quickstart asks for serves with its share. */
  Duration awaitQuickstart() throws TimeoutException, InterruptedException {
    int instances = pool().require().getSpec().replicas();
    return observer.await("the quickstart", view -> view.settledAt(instances), Play.BOUND).after();
  }

  /** Starts the clients, and waits until they run. */
  public void startClients() throws IOException {
    clients.start(load());
  }

  /** What the clients do. */
  public Load load() {
    return Load.steady(CLIENTS, CONNECTIONS_EACH, url(POOL, 5432, DATABASE), APPLICATION_SECRET);
  }

  /** Sees to it that clients are at work: those there are, or new ones if they have finished. */
  public void clientsAtWork()
      throws IOException, SQLException, InterruptedException, ExecutionException, TimeoutException {
    if (clients.stats().working() == 0) {
      clientsAnew();
    }
  }

  /** Ends the clients that there are, and starts others that have counted nothing yet. */
  public void clientsAnew()
      throws IOException, SQLException, InterruptedException, ExecutionException, TimeoutException {
    clients.remove();
    postgres.clear(DATABASE);
    startClients();
  }

  /** Sets the number of instances through the scale subresource, as an autoscaler does. */
  public void scale(int instances) {
    scale(pool(), instances);
  }

  static void scale(Resource<ConnectionPool> pool, int instances) {
    ConnectionPool current = pool.require();
    pool.scale(
        new ScaleBuilder()
            .withNewMetadata()
            .withNamespace(current.getMetadata().getNamespace())
            .withName(current.getMetadata().getName())
            .endMetadata()
            .withNewSpec()
            .withReplicas(instances)
            .endSpec()
            .build());
  }

  /** A JDBC URL for the pool. */
  public static String url(String host, int port, String database) {
    return "jdbc:postgresql://%s:%d/%s?connectTimeout=5&socketTimeout=60"
        .formatted(host, port, database);
  }

  /** The role of the application. */
  public Credentials application() {
    return Credentials.of(client, NAMESPACE, APPLICATION_SECRET);
  }

  /** The pool itself. */
  public Resource<ConnectionPool> pool() {
    return client.resources(ConnectionPool.class).inNamespace(NAMESPACE).withName(POOL);
  }

  /** The pods of the pool, those on their way out too. */
  public List<Pod> pods() {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("penstock.dev/pool", POOL)
        .list()
        .getItems();
  }

  public KubernetesClient client() {
    return client;
  }

  public Reach reach() {
    return reach;
  }

  public Postgres postgres() {
    return postgres;
  }

  public PoolObserver observer() {
    return observer;
  }

  public Clients clients() {
    return clients;
  }

  public Sampler sampler() {
    return sampler;
  }

  /** Ends the watching; what runs in the cluster goes on. */
  @Override
  public void close() throws SQLException {
    sampler.close();
    observer.close();
    operators.close();
    reach.close();
  }
}
