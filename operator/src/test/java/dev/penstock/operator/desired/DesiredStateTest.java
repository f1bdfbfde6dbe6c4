package dev.penstock.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.SourceTree;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DesiredStateTest {

  private static final String UPDATE_COMMAND =
      "mvn -pl operator -am test -Dtest=DesiredStateTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dpenstock.update=true";

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void theChildrenAreThoseOfTheGoldenFiles(String fixture) throws IOException {
    KubernetesSerialization serialization = new KubernetesSerialization();
    for (HasMetadata child : Pools.desired(Pools.fixture(fixture)).all()) {
      String yaml = serialization.asYaml(child);
      Path file =
          SourceTree.root()
              .resolve("operator/src/test/resources/desired")
              .resolve(fixture)
              .resolve(child.getKind().toLowerCase(Locale.ROOT) + ".yaml");
      if (Boolean.getBoolean("penstock.update")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, yaml);
      }
      assertThat(file).as("run: %s", UPDATE_COMMAND).exists();
      assertThat(yaml)
          .as("%s; if the change is meant, run: %s", file, UPDATE_COMMAND)
          .isEqualTo(Files.readString(file));
    }
  }

  @Test
  void anAutoscalerIsThereOnlyWhereAutoscalingIs() {
    assertThat(Pools.desired(Pools.fixture("minimal")).autoscaler()).isNull();
    assertThat(Pools.desired(Pools.fixture("full")).autoscaler()).isNotNull();
  }

  @Test
  void aChangedSettingRollsThePods() {
    ConnectionPool pool = Pools.fixture("minimal");
    ConnectionPool changed = Pools.fixture("numbers");
    assertThat(checksum(Pools.desired(changed))).isNotEqualTo(checksum(Pools.desired(pool)));
  }

  @Test
  void aChangedPasswordDoesNotRollThePods() {
    ConnectionPool pool = Pools.fixture("minimal");
    DesiredState before = Pools.desired(pool);
    DesiredState after =
        DesiredState.of(
            pool,
            Pools.server(pool),
            Pools.DEFAULTS,
            List.of(new UserCredential("orders", "another")),
            "");
    assertThat(after.deployment()).isEqualTo(before.deployment());
    assertThat(after.authSecret()).isNotEqualTo(before.authSecret());
  }

  @Test
  void labelsAndAnnotationsOfTheTemplateCannotReplaceTheOperators() {
    ConnectionPool pool =
        Pools.read(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: ConnectionPool
            metadata: {name: p, namespace: shop, uid: u}
            spec:
              server: {host: db, credentialsSecretRef: {name: probe}}
              users: [{secretRef: {name: app}}]
              template:
                podLabels: {penstock.dev/pool: another}
                podAnnotations: {penstock.dev/config-checksum: none}
            """);
    DesiredState state = Pools.desired(pool);
    assertThat(template(state).getMetadata().getLabels()).containsEntry("penstock.dev/pool", "p");
    assertThat(checksum(state)).hasSize(64);
  }

  @Test
  void theSelectorIsThatOfThePods() {
    Names names = Names.of(Pools.fixture("minimal"));
    assertThat(names.selector())
        .isEqualTo("app.kubernetes.io/name=penstock-pooler,penstock.dev/pool=minimal");
    assertThat(template(Pools.desired(Pools.fixture("minimal"))).getMetadata().getLabels())
        .containsAllEntriesOf(names.selectorLabels());
  }

  private static PodTemplateSpec template(DesiredState state) {
    return state.deployment().getSpec().getTemplate();
  }

  private static String checksum(DesiredState state) {
    return String.valueOf(
        template(state).getMetadata().getAnnotations().get("penstock.dev/config-checksum"));
  }
}
