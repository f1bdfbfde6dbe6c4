package dev.penstock.crds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema and its rules, as a real API server applies them. */
class ValidationIT {

  private static final String EXPECTED = "# expected: ";

  private static final KubernetesClient client = ApiServerFixture.shared().client();

  @BeforeAll
  static void installTheDefinition() {
    InstalledCrd.install(client);
  }

  @AfterAll
  static void closeTheClient() {
    client.close();
  }

  static Stream<Path> valid() throws IOException {
    return fixtures("valid");
  }

  static Stream<Path> invalid() throws IOException {
    return fixtures("invalid");
  }

  @ParameterizedTest
  @MethodSource("valid")
  void isAccepted(Path file) throws IOException {
    String yaml = Files.readString(file);
    if (yaml.contains("kind: " + DatabaseServer.KIND)) {
      assertAccepted(DatabaseServer.class, yaml);
    } else {
      assertAccepted(ConnectionPool.class, yaml);
    }
  }

  private static <S, T extends CustomResource<S, ?>> void assertAccepted(
      Class<T> type, String yaml) {
    T fromFile = client.getKubernetesSerialization().unmarshal(yaml, type);
    T fromServer =
        client
            .resources(type)
            .inNamespace("default")
            .load(new ByteArrayInputStream(yaml.getBytes(UTF_8)))
            .dryRun()
            .fieldValidation(Validation.STRICT)
            .create();
    assertThat(fromServer.getSpec())
        .as("the defaults of the schema and those of the records")
        .isEqualTo(fromFile.getSpec());
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void isRefusedWithItsMessage(Path file) throws IOException {
    List<String> expected =
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith(EXPECTED))
            .map(line -> line.substring(EXPECTED.length()))
            .toList();
    assertThat(expected).as("%s has lines that begin with '%s'", file, EXPECTED).isNotEmpty();
    // Read as plain YAML: the Java model would drop or refuse what the API server has to judge.
    GenericKubernetesResource resource =
        client
            .getKubernetesSerialization()
            .unmarshal(Files.readString(file), GenericKubernetesResource.class);
    assertThatThrownBy(
            () ->
                client
                    .genericKubernetesResources(resource.getApiVersion(), resource.getKind())
                    .inNamespace("default")
                    .resource(resource)
                    .dryRun()
                    .create())
        .isInstanceOf(KubernetesClientException.class)
        .satisfies(e -> assertThat(e).hasMessageContainingAll(expected.toArray(String[]::new)));
  }

  private static Stream<Path> fixtures(String kind) throws IOException {
    Path folder = SourceTree.root().resolve("crds/src/test/resources").resolve(kind);
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream();
    }
  }
}
