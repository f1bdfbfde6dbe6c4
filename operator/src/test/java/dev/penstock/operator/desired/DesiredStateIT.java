package dev.penstock.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.InstalledCrd;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is rendered, as a real API server takes it. */
class DesiredStateIT {

  private static final String NAMESPACE = "desired-state";
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("penstock")
          .withForce(true)
          .build();

  private static final KubernetesClient client = ApiServerFixture.shared().client();

  @BeforeAll
  static void makeARestrictedNamespace() {
    InstalledCrd.install(client);
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .serverSideApply();
  }

  @AfterAll
  static void closeTheClient() {
    client.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void aSecondApplyChangesNothing(String fixture) {
    DesiredState state = Pools.desired(created(fixture));
    List<String> first = apply(state);
    assertThat(apply(state)).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void thePodIsAdmittedWhereTheRestrictedStandardIsEnforced(String fixture) {
    var template = Pools.desired(created(fixture)).deployment().getSpec().getTemplate();
    assertThatCode(
            () ->
                client
                    .resource(
                        new PodBuilder()
                            .withNewMetadata()
                            .withName(fixture)
                            .withNamespace(NAMESPACE)
                            .withLabels(template.getMetadata().getLabels())
                            .endMetadata()
                            .withSpec(template.getSpec())
                            .build())
                    .dryRun()
                    .create())
        .doesNotThrowAnyException();
  }

  private static ConnectionPool created(String fixture) {
    ConnectionPool pool = Pools.fixture(fixture);
    pool.getMetadata().setNamespace(NAMESPACE);
    pool.getMetadata().setUid(null);
    return client.resource(pool).patch(APPLY);
  }

  /** Applies everything, and says which version each has since. */
  private static List<String> apply(DesiredState state) {
    return state.all().stream()
        .map(child -> client.resource(child).patch(APPLY))
        .map(DesiredStateIT::version)
        .toList();
  }

  private static String version(HasMetadata child) {
    return child.getKind() + " " + child.getMetadata().getResourceVersion();
  }
}
