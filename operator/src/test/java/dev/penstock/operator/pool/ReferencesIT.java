package dev.penstock.operator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.SourceTree;
import dev.penstock.operator.server.Secrets;
import dev.penstock.operator.server.ServerReferences;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The quickstart's Secrets, at a real API server. */
class ReferencesIT {

  private static final String NAMESPACE = "references";

  private static final KubernetesClient client = ApiServerFixture.shared().client();
  private static ConnectionPool quickstart = new ConnectionPool();

  @BeforeAll
  static void createTheSecrets() throws IOException {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    client.getKubernetesSerialization().registerKubernetesResource(ConnectionPool.class);
    List<HasMetadata> manifests =
        client
            .load(Files.newInputStream(SourceTree.root().resolve("examples/quickstart.yaml")))
            .items();
    for (HasMetadata manifest : manifests) {
      manifest.getMetadata().setNamespace(NAMESPACE);
      if (manifest instanceof ConnectionPool pool) {
        quickstart = pool;
      } else {
        client.resource(manifest).serverSideApply();
      }
    }
  }

  @AfterAll
  static void closeTheClient() {
    client.close();
  }

  @Test
  void theServerIsAskedByANameThatIsFoundFromTheOperatorsNamespace() {
    Secrets secrets =
        (namespace, name) ->
            Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get());
    References references = References.of(quickstart, secrets);
    assertThat(references.problems()).isEmpty();
    assertThat(references.users()).hasSize(1);
    ServerReferences server =
        ServerReferences.of(
            NAMESPACE, Objects.requireNonNull(quickstart.getSpec().server()), secrets);
    assertThat(server.probe())
        .hasValueSatisfying(
            probe -> assertThat(probe.host()).isEqualTo("postgres." + NAMESPACE + ".svc"));
  }
}
