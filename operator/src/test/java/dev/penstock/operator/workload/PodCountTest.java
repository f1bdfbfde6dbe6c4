package dev.penstock.operator.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many pods there can be. */
class PodCountTest {

  private static GenericKubernetesResource deployment(String spec, String status) {
    return Some.object(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {%s}, status: {%s}}"
            .formatted(spec, status));
  }

  private static int most(GenericKubernetesResource deployment, int autoscaled, int declared) {
    return PodCount.of(Replicas.ofDeployment(deployment), autoscaled, declared).most();
  }

  @ParameterizedTest
  @CsvSource({
    "25%, 10, 13",
    "25%, 1, 2",
    "100%, 10, 20",
    "3, 10, 13",
    "0, 10, 10",
    "0%, 10, 10",
  })
  void aRolloutAddsItsSurgeRoundedUp(String surge, int replicas, int most) {
    GenericKubernetesResource rolling =
        deployment(
            "replicas: %d, strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: %s}}"
                .formatted(replicas, surge),
            "");
    assertThat(most(rolling, 0, 0)).isEqualTo(most);
  }

  @Test
  void aRecreatedDeploymentHasNoSurge() {
    assertThat(most(deployment("replicas: 10, strategy: {type: Recreate}", ""), 0, 0))
        .isEqualTo(10);
  }

  @Test
  void theSurgeComesOnTopOfWhatAnAutoscalerMayReach() {
    assertThat(most(deployment("replicas: 4", ""), 20, 0)).isEqualTo(25);
    assertThat(most(deployment("replicas: 40", ""), 20, 0)).isEqualTo(50);
  }

  @Test
  void podsThatAreThereOrEndingCount() {
    assertThat(most(deployment("replicas: 2", "replicas: 3, terminatingReplicas: 8"), 0, 0))
        .isEqualTo(11);
  }

  @Test
  void theUserMayKnowOfMoreButNotOfFewer() {
    assertThat(most(deployment("replicas: 4", ""), 0, 30)).isEqualTo(30);
    assertThat(most(deployment("replicas: 4", ""), 0, 2)).isEqualTo(5);
  }

  @Test
  void numbersThatNoClusterReachesAreStillNumbers() {
    assertThat(most(deployment("replicas: 2147483647", ""), 1_000_000, 0)).isEqualTo(1_250_000);
    assertThat(
            Autoscalers.most(
                List.of(autoscaler("apps/v1", "Deployment", "api", 2147483647)),
                Kinds.Kind.DEPLOYMENT,
                "api"))
        .isEqualTo(1_000_000);
  }

  @Test
  void aStatefulSetReplacesItsPodsInPlace() {
    GenericKubernetesResource set =
        Some.object(
            "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: a}, spec: {replicas: 7}}");
    assertThat(PodCount.of(Replicas.ofStatefulSet(set), 0, 0)).isEqualTo(new PodCount(7, 7));
  }

  @Test
  void anythingElseIsWhatItsScaleSays() {
    Replicas replicas =
        Replicas.of(
            new ScaleBuilder()
                .withNewSpec()
                .withReplicas(3)
                .endSpec()
                .withNewStatus()
                .withReplicas(5)
                .endStatus()
                .build());
    assertThat(PodCount.of(replicas, 0, 0)).isEqualTo(new PodCount(3, 5));
    assertThat(PodCount.of(replicas, 9, 0)).isEqualTo(new PodCount(3, 9));
  }

  @Test
  void onlyTheAutoscalersOfTheWorkloadCountAndTheLargestOfThem() {
    List<GenericKubernetesResource> autoscalers =
        List.of(
            autoscaler("apps/v1", "Deployment", "api", 8),
            autoscaler("apps/v1beta2", "Deployment", "api", 12),
            autoscaler("apps/v1", "Deployment", "web", 90),
            autoscaler("apps/v1", "StatefulSet", "api", 91),
            autoscaler("example.com/v1", "Deployment", "api", 92));
    assertThat(Autoscalers.most(autoscalers, Kinds.Kind.DEPLOYMENT, "api")).isEqualTo(12);
    assertThat(Autoscalers.most(autoscalers, Kinds.Kind.DEPLOYMENT, "none")).isZero();
  }

  private static GenericKubernetesResource autoscaler(
      String apiVersion, String kind, String name, int most) {
    return Some.object(
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: any}
        spec:
          maxReplicas: %d
          scaleTargetRef: {apiVersion: %s, kind: %s, name: %s}
        """
            .formatted(most, apiVersion, kind, name));
  }
}
