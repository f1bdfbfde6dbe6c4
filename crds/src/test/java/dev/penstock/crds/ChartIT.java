package dev.penstock.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart as helm renders it, and as a real API server takes it. */
class ChartIT {

  private static final String UPDATE_COMMAND =
      "mvn -pl crds verify -Dit.test=ChartIT -Dpenstock.update=true";

  private static final KubernetesClient client = ApiServerFixture.shared().client();

  @BeforeAll
  static void prepare() {
    InstalledCrd.install(client);
    for (String name : List.of(Chart.NAMESPACE, "shop", "billing")) {
      client
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                  .endMetadata()
                  .build())
          .serverSideApply();
    }
  }

  @AfterAll
  static void closeTheClient() {
    client.close();
  }

  static Stream<Arguments> renderings() {
    return Stream.of(
        Arguments.of("default", new String[] {}),
        Arguments.of(
            "namespaces",
            new String[] {
              "watchNamespaces={shop,billing}", "image.tag=dev", "pooler.image.tag=dev"
            }),
        Arguments.of(
            "monitoring",
            new String[] {
              "replicas=2",
              "metrics.service.enabled=true",
              "metrics.serviceMonitor.enabled=true",
              "metrics.podMonitor.enabled=true",
              "priorityClassName=system-cluster-critical"
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("renderings")
  void rendersTheGoldenFile(String name, String[] values) throws Exception {
    String rendered = Chart.render(values);
    Path golden =
        SourceTree.root().resolve("crds/src/test/resources/chart").resolve(name + ".yaml");
    if (Boolean.getBoolean("penstock.update")) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, rendered);
    }
    assertThat(golden).as("run: %s", UPDATE_COMMAND).exists();
    assertThat(rendered)
        .as("%s; if the change is meant, run: %s", golden, UPDATE_COMMAND)
        .isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("renderings")
  void isAcceptedFieldByField(String name, String[] values) throws Exception {
    List<GenericKubernetesResource> resources = Chart.resources(Chart.render(values));
    assertThat(resources).as(name).hasSizeGreaterThan(5);
    for (GenericKubernetesResource resource : resources) {
      if (!resource.getApiVersion().startsWith("monitoring.coreos.com/")) {
        client.resource(resource).dryRun().fieldValidation(Validation.STRICT).create();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "replica=2, replica",
    "replicas=many, replicas",
    "watchNamespaces={Shop}, watchNamespaces",
    "metrics.serviceMonitor.enabled=true, metrics.service.enabled=true",
    "serviceAccount.create=false, serviceAccount.name is required"
  })
  void refusesValuesThatMakeNoSense(String value, String message) {
    assertThatThrownBy(() -> Chart.render(value))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message);
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.walk(SourceTree.root().resolve("examples"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theExamplesAreAcceptedFieldByField(Path file) throws IOException {
    List<GenericKubernetesResource> resources = Chart.resources(Files.readString(file));
    assertThat(resources).extracting(GenericKubernetesResource::getKind).contains("ConnectionPool");
    for (GenericKubernetesResource resource : resources) {
      // Namespaces that an example takes for granted are not there.
      resource.getMetadata().setNamespace("shop");
      client.resource(resource).dryRun().fieldValidation(Validation.STRICT).create();
    }
  }

  @Test
  void theExamplesAreNamedInTheReference() throws IOException {
    String reference = Files.readString(SourceTree.root().resolve("docs/connectionpool.md"));
    assertThat(examples().map(file -> SourceTree.root().relativize(file).toString()))
        .allMatch(reference::contains);
  }
}
