package dev.penstock.operator.pool;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.ClusterPrograms;
import dev.penstock.crds.InstalledCrd;
import dev.penstock.crds.SourceTree;
import dev.penstock.operator.ApiClient;
import dev.penstock.operator.desired.OperatorDefaults;
import dev.penstock.operator.fleet.FleetSettings;
import dev.penstock.operator.server.ServerSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.javaoperatorsdk.operator.Operator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The operator, at a real API server, with no more rights than the chart gives it. */
final class RunningOperator implements AutoCloseable {

  private static final String SYSTEM = "reconciling-operator";
  private static final String SERVICE_ACCOUNT = "penstock";

  /** Short, so that tests of what takes time do not. */
  static final ServerSettings SETTINGS =
      new ServerSettings(
          Duration.ofSeconds(3),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          Duration.ofMinutes(5),
          Duration.ofMillis(200),
          Duration.ofMinutes(1),
          Duration.ofMillis(500));

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final KubernetesClient client;
  private final PoolController.Reconcilers reconcilers;
  private final Operator operator;

  /** Notes what is asked of the API server, but for watches. */
  private record Witness(List<String> requests) implements Interceptor {
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (!request.uri().toString().contains("watch=true")) {
        requests.add(request.method() + " " + request.uri().getPath());
      }
    }
  }

  /** Starts one that watches some namespaces. */
  RunningOperator(String... namespaces) {
    client =
        ApiClient.builder()
            .withConfig(
                new ConfigBuilder(ApiServerFixture.shared().withToken(token()))
                    .withRequestRetryBackoffLimit(Config.DEFAULT_REQUEST_RETRY_BACKOFFLIMIT)
                    .build())
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("requests", new Witness(requests)))
            .build();
    PoolController controller =
        new PoolController(
            client,
            new OperatorDefaults("penstock/pooler:test"),
            SETTINGS,
            FleetSettings.DEFAULT,
            new PrometheusRegistry(),
            "operator-under-test");
    operator =
        new Operator(
            overrider -> overrider.withKubernetesClient(client).withCloseClientOnStop(false));
    reconcilers = controller.register(operator, Set.of(namespaces));
    operator.start();
  }

  /** What has to be there once: the definition, the chart's rights, a namespace for pools. */
  static void prepare(KubernetesClient administrator, String namespace)
      throws IOException, InterruptedException {
    InstalledCrd.install(administrator);
    create(administrator, SYSTEM);
    create(administrator, namespace);
    String manifests =
        ClusterPrograms.run(
            ClusterPrograms.directory().resolve("helm"),
            "template",
            SERVICE_ACCOUNT,
            SourceTree.root().resolve("helm/penstock").toString(),
            "--namespace",
            SYSTEM,
            "--kube-version",
            administrator.getKubernetesVersion().getGitVersion());
    for (HasMetadata manifest :
        administrator
            .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
            .items()) {
      if (manifest.getKind().contains("Role") || manifest.getKind().equals("ServiceAccount")) {
        administrator.resource(manifest).serverSideApply();
      }
    }
  }

  private static void create(KubernetesClient administrator, String namespace) {
    administrator
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
  }

  private static String token() {
    try (KubernetesClient administrator = ApiServerFixture.shared().client()) {
      String account =
          administrator.serviceAccounts().inNamespace(SYSTEM).list().getItems().stream()
              .map(found -> found.getMetadata().getName())
              .findFirst()
              .orElseThrow();
      return administrator
          .serviceAccounts()
          .inNamespace(SYSTEM)
          .withName(account)
          .tokenRequest(
              new TokenRequestBuilder()
                  .withNewSpec()
                  .withAudiences("https://kubernetes.default.svc")
                  .withExpirationSeconds(3600L)
                  .endSpec()
                  .build())
          .getStatus()
          .getToken();
    }
  }

  /** What it has asked of the API server so far, each with method and path; without watches. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    operator.stop();
    reconcilers.close();
    client.close();
  }
}
