package dev.penstock.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.InstalledCrd;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process, as the chart starts it: settings from the environment, a Lease, probes. */
class OperatorIT {

  private static final String NAMESPACE = "operator-process";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String POOL =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: ConnectionPool
      metadata: {name: measured, namespace: %s}
      spec:
        server: {host: no-such-db.invalid, credentialsSecretRef: {name: probe}}
        users: [{secretRef: {name: app}}]
      """
          .formatted(NAMESPACE);

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path directory;

  /** A process and the port of its probes. */
  private record Running(Process process, int port, Path log) implements AutoCloseable {
    void assertAlive() throws IOException {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  private Running start(String pod) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path log = directory.resolve(pod + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Operator.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG",
                kubeconfig().toString(),
                "OPERATOR_NAMESPACE",
                NAMESPACE,
                "POD_NAME",
                pod,
                "POOLER_IMAGE",
                "penstock/pooler:test",
                "WATCH_NAMESPACES",
                NAMESPACE,
                "HTTP_PORT",
                Integer.toString(port)));
    return new Running(builder.start(), port, log);
  }

  private Path kubeconfig() throws IOException {
    Path file = directory.resolve("kubeconfig");
    try (KubernetesClient client = ApiServerFixture.shared().client()) {
      String authority = Objects.requireNonNull(client.getConfiguration().getCaCertFile());
      Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
          users: [{name: u, user: {token: "%s"}}]
          contexts: [{name: x, context: {cluster: c, user: u, namespace: default}}]
          current-context: x
          """
              .formatted(
                  client.getMasterUrl(), authority, client.getConfiguration().getOauthToken()));
    }
    return file;
  }

  private int status(Running operator, String path) {
    try {
      return get(operator, path).statusCode();
    } catch (IOException notYet) {
      return 0;
    }
  }

  private HttpResponse<String> get(Running operator, String path) throws IOException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + operator.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private String leader() {
    try (KubernetesClient client = ApiServerFixture.shared().client()) {
      var lease = client.leases().inNamespace(NAMESPACE).withName("penstock-operator").get();
      String holder = lease == null ? null : lease.getSpec().getHolderIdentity();
      return holder == null ? "" : holder;
    }
  }

  @Test
  void itIsReadyLeadsAndHandsTheLeadOverWhenItIsStopped() throws IOException, InterruptedException {
    try (KubernetesClient client = ApiServerFixture.shared().client()) {
      InstalledCrd.install(client);
      client
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
          .serverSideApply();
      client
          .resource(new KubernetesSerialization().unmarshal(POOL, ConnectionPool.class))
          .serverSideApply();
    }
    try (Running first = start("first")) {
      await()
          .atMost(LIMIT)
          .failFast("the operator has ended", first::assertAlive)
          .until(() -> status(first, "/readyz") == 200);
      await().atMost(LIMIT).until(() -> leader().equals("first"));
      assertThat(status(first, "/healthz")).isEqualTo(200);
      await()
          .atMost(LIMIT)
          .until(() -> get(first, "/metrics").body().contains("penstock_granted{"));
      try (Running second = start("second")) {
        await().atMost(LIMIT).until(() -> status(second, "/readyz") == 200);
        assertThat(status(second, "/healthz")).isEqualTo(200);
        assertThat(leader()).isEqualTo("first");
        first.process().destroy();
        assertThat(first.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        await().atMost(LIMIT).until(() -> leader().equals("second"));
        assertThat(second.process().isAlive()).isTrue();
      }
    }
  }

  @Test
  void aMissingImageIsRefusedByName() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Operator.class.getName(),
                "--pooler-image=")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isNotZero();
    assertThat(output).contains("POOLER_IMAGE");
  }
}
