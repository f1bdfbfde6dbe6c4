package dev.penstock.e2e.demo;

import dev.penstock.e2e.cluster.Checkout;
import dev.penstock.e2e.cluster.Cluster;
import dev.penstock.e2e.cluster.Helm;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A cluster with Penstock in it, and the demo's stage set: pool and clients are at work. */
public final class Show implements AutoCloseable {

  private static final Duration CHART_BOUND = Duration.ofMinutes(3);

  private static final Map<String, String> DEVELOPMENT_IMAGES =
      Map.of(
          "image.repository", "localhost/penstock/operator",
          "image.tag", "dev",
          "pooler.image.repository", "localhost/penstock/pooler",
          "pooler.image.tag", "dev");

  private final Cluster cluster;
  private final KubernetesClient client;
  private final Stage stage;

  private Show(Cluster cluster, KubernetesClient client, Stage stage) {
    this.cluster = cluster;
    this.client = client;
    this.stage = stage;
  }

  /**
   * Opens a cluster, puts everything into it and sets it to work.
   *
   * @param owner who the cluster is for
   * @param images archives of the project's images and of the database server's
   * @param progress is told what takes long
   */
  static Show open(String owner, List<Path> images, PrintStream out, Consumer<String> progress)
      throws IOException, SQLException, InterruptedException, TimeoutException {
    progress.accept("bringing a cluster up");
    Cluster cluster = Cluster.open(owner, progress);
    KubernetesClient client = cluster.client();
    try {
      cluster.load(images);
      progress.accept("installing Penstock with Helm");
      Helm.of(cluster, Stage.OPERATOR_NAMESPACE, progress)
          .install("penstock", Checkout.file("helm/penstock"), DEVELOPMENT_IMAGES, CHART_BOUND);
      Path quickstart = Checkout.file("examples/quickstart.yaml");
      progress.accept("starting PostgreSQL with max_connections=100, and the sampler");
      Stage stage = Stage.set(client, quickstart);
      progress.accept("applying examples/quickstart.yaml");
      stage.applyQuickstart(quickstart);
      Duration took = stage.awaitQuickstart();
      progress.accept(
          "all its instances are Ready with their share after "
              + Table.seconds(took)
              + "; starting the clients");
      stage.startClients();
      return new Show(cluster, client, stage);
    } catch (Exception e) {
      diagnose(client, out);
      client.close();
      cluster.close();
      throw e;
    }
  }

  Stage stage() {
    return stage;
  }

  Cluster cluster() {
    return cluster;
  }

  void keep() {
    cluster.keep();
  }

  /** What to try in a cluster that stays up. */
  String invitation() {
    String service =
        client
            .services()
            .inNamespace(Stage.NAMESPACE)
            .withName(Stage.POOL)
            .require()
            .getSpec()
            .getClusterIP();
    Credentials application = stage.application();
    return """
    The cluster is up. Try:

      export KUBECONFIG=%s
      kubectl -n %s get connectionpools --watch
      kubectl -n %s scale connectionpool/%s --replicas=8
      kubectl -n %s delete pod --all
      kubectl -n %s describe connectionpool %s
      PGPASSWORD=%s psql -h %s -U %s app

    and remove it with ./demo --down
    """
        .formatted(
            cluster.kubeconfig(),
            Stage.NAMESPACE,
            Stage.NAMESPACE,
            Stage.POOL,
            Stage.OPERATOR_NAMESPACE,
            Stage.NAMESPACE,
            Stage.POOL,
            application.password(),
            service,
            application.user());
  }

  void diagnose(PrintStream out) {
    diagnose(client, out);
  }

  private static void diagnose(KubernetesClient client, PrintStream out) {
    new Diagnosis(client, out).print(List.of(Stage.OPERATOR_NAMESPACE, Stage.NAMESPACE));
  }

  @Override
  public void close() throws SQLException {
    try {
      stage.close();
    } finally {
      client.close();
      cluster.close();
    }
  }
}
