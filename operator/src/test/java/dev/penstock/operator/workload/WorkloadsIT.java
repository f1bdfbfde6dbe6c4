package dev.penstock.operator.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.Chart;
import dev.penstock.crds.InstalledCrd;
import dev.penstock.crds.WorkloadSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workloads at a real API server, seen with no more rights than the chart gives. */
class WorkloadsIT {

  private static final String NAMESPACE = "workloads";
  private static final String POOL = NAMESPACE + "/orders";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final KubernetesClient administrator = ApiServerFixture.shared().client();
  private static KubernetesClient operator = administrator;

  private final Queue<String> news = new ConcurrentLinkedQueue<>();
  private Workloads workloads = new Workloads(operator, Clock.systemUTC(), news::add);

  @BeforeAll
  static void installTheChart() throws Exception {
    InstalledCrd.install(administrator);
    for (String name : List.of(Chart.NAMESPACE, NAMESPACE)) {
      administrator
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .serverSideApply();
    }
    for (HasMetadata resource :
        Chart.resources(Chart.render("watchNamespaces={" + NAMESPACE + "}"))) {
      administrator.resource(resource).serverSideApply();
    }
    String token =
        administrator
            .serviceAccounts()
            .inNamespace(Chart.NAMESPACE)
            .withName(Chart.RELEASE)
            .tokenRequest()
            .getStatus()
            .getToken();
    operator =
        new KubernetesClientBuilder()
            .withConfig(ApiServerFixture.shared().withToken(token))
            .build();
    define("Rollout", "rollouts", true);
    define("Batch", "batches", false);
  }

  /** A kind with, or without, a scale subresource whose replicas are where no one would guess. */
  private static void define(String kind, String plural, boolean isScalable) {
    apply(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: %2$s.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {kind: %1$s, plural: %2$s, singular: %3$s}
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
              subresources:
                status: {}
        """
                .formatted(kind, plural, kind.toLowerCase(Locale.ROOT))
            + (isScalable
                ? "        scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}\n"
                : ""));
  }

  @AfterAll
  static void closeTheClients() {
    operator.close();
    administrator.close();
  }

  @BeforeEach
  void beginToWatch() {
    workloads = new Workloads(operator, Clock.systemUTC(), news::add);
  }

  @AfterEach
  void endWatching() {
    workloads.close();
  }

  private static void apply(String yaml) {
    administrator.load(new ByteArrayInputStream(yaml.getBytes(UTF_8))).serverSideApply();
  }

  private static void scalable(String kind, String name, int replicas) {
    apply(
        """
        apiVersion: apps/v1
        kind: %1$s
        metadata: {name: %2$s, namespace: %3$s}
        spec:
          replicas: %4$d
          selector: {matchLabels: {app: %2$s}}
          template:
            metadata: {labels: {app: %2$s}}
            spec: {containers: [{name: app, image: "none"}]}
        """
            .formatted(kind, name, NAMESPACE, replicas));
  }

  private static void autoscaler(String apiVersion, String kind, String name, int most) {
    apply(
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: %3$s, namespace: %4$s}
        spec:
          scaleTargetRef: {apiVersion: %1$s, kind: %2$s, name: %3$s}
          maxReplicas: %5$d
        """
            .formatted(apiVersion, kind, name, NAMESPACE, most));
  }

  private WorkloadView look(WorkloadSpec workload) {
    return workloads.look(POOL, NAMESPACE, List.of(workload)).getFirst();
  }

  private void awaitView(WorkloadSpec workload, WorkloadView expected) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(look(workload)).isEqualTo(expected));
  }

  private WorkloadView.Unreadable awaitProblem(WorkloadSpec workload, String reason) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> look(workload) instanceof WorkloadView.Unreadable problem ? problem : none(),
            problem -> problem.reason().equals(reason));
  }

  private static WorkloadView.Unreadable none() {
    return new WorkloadView.Unreadable("", "");
  }

  private void awaitNews() {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(news).contains(POOL));
  }

  @Test
  void aDeploymentIsFollowedAndItsAutoscalerToo() {
    WorkloadSpec api = Some.workload("{kind: Deployment, name: api}");
    scalable("Deployment", "api", 4);
    awaitView(api, Some.known(4, 5));
    news.clear();

    administrator.apps().deployments().inNamespace(NAMESPACE).withName("api").scale(8);
    awaitNews();
    awaitView(api, Some.known(8, 10));
    news.clear();

    autoscaler("apps/v1", "Deployment", "api", 20);
    awaitNews();
    awaitView(api, Some.known(8, 25));
    news.clear();

    administrator
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace(NAMESPACE)
        .withName("api")
        .delete();
    awaitNews();
    awaitView(api, Some.known(8, 10));
  }

  @Test
  void anAutoscalerThatIsTurnedToAnotherWorkloadIsNewsForBoth() {
    WorkloadSpec left = Some.workload("{kind: StatefulSet, name: left}");
    scalable("StatefulSet", "left", 1);
    autoscaler("apps/v1", "StatefulSet", "left", 9);
    awaitView(left, Some.known(1, 9));
    news.clear();
    administrator
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace(NAMESPACE)
        .withName("left")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"scaleTargetRef\":{\"name\":\"right\"}}}");
    awaitNews();
    awaitView(left, Some.known(1, 1));
  }

  @Test
  void whatMakesNoDifferenceIsNoNews() {
    WorkloadSpec quiet = Some.workload("{kind: Deployment, name: quiet}");
    scalable("Deployment", "quiet", 4);
    awaitView(quiet, Some.known(4, 5));
    news.clear();
    patch("quiet", "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}");
    patch("quiet", "{\"spec\":{\"replicas\":5}}");
    awaitNews();
    assertThat(news).as("of the second change only").hasSize(1);
  }

  private static void patch(String deployment, String patch) {
    administrator
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName(deployment)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  @Test
  void aStatefulSetIsFollowed() {
    WorkloadSpec queue = Some.workload("{kind: StatefulSet, name: queue}");
    scalable("StatefulSet", "queue", 3);
    awaitView(queue, Some.known(3, 3));
    administrator.apps().statefulSets().inNamespace(NAMESPACE).withName("queue").scale(7);
    awaitView(queue, Some.known(7, 7));
  }

  @Test
  void aMissingWorkloadIsNamedAndSeenOnceItIsThere() {
    WorkloadSpec late = Some.workload("{kind: Deployment, name: late}");
    assertThat(awaitProblem(late, WorkloadView.MISSING).problem())
        .contains("Deployment workloads/late", "create it");
    news.clear();
    scalable("Deployment", "late", 2);
    awaitNews();
    awaitView(late, Some.known(2, 3));
    administrator.apps().deployments().inNamespace(NAMESPACE).withName("late").delete();
    awaitProblem(late, WorkloadView.MISSING);
  }

  @Test
  void anythingWithAScaleIsFollowedOnceTheOperatorMay() {
    WorkloadSpec web =
        Some.workload("{apiVersion: example.com/v1, kind: Rollout, name: web, maxPods: 6}");
    rollout(4);
    assertThat(awaitProblem(web, "ScaleRefused").problem())
        .contains("Rollout workloads/web", "Grant", "rollouts/scale", "example.com");
    grant();
    awaitView(web, Some.known(4, 6));
    news.clear();
    rollout(9);
    awaitNews();
    awaitView(web, Some.known(9, 9));
    autoscaler("example.com/v1", "Rollout", "web", 30);
    awaitView(web, Some.known(9, 30));
  }

  private static void rollout(int size) {
    apply(
        """
        apiVersion: example.com/v1
        kind: Rollout
        metadata: {name: web, namespace: %s}
        spec: {size: %d}
        """
            .formatted(NAMESPACE, size));
  }

  private static void grant() {
    apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: penstock-rollouts, namespace: %1$s}
        rules:
          - {apiGroups: [example.com], resources: [rollouts], verbs: [get, list, watch]}
          - {apiGroups: [example.com], resources: [rollouts/scale], verbs: [get]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: penstock-rollouts, namespace: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: penstock-rollouts}
        subjects: [{kind: ServiceAccount, name: %2$s, namespace: %3$s}]
        """
            .formatted(NAMESPACE, Chart.RELEASE, Chart.NAMESPACE));
  }

  @Test
  void aKindThatCannotBeScaledOrIsUnknownIsNamed() {
    assertThat(
            awaitProblem(
                    Some.workload("{apiVersion: example.com/v1, kind: Batch, name: b}"), "NoScale")
                .problem())
        .contains("Batch workloads/b", "no scale subresource");
    assertThat(
            awaitProblem(
                    Some.workload("{apiVersion: nowhere.example.com/v1, kind: Odd, name: o}"),
                    "KindUnknown")
                .problem())
        .contains("Odd workloads/o", "correct apiVersion and kind");
  }

  @Test
  void aPoolThatIsForgottenHearsNothingAndAnotherStillDoes() {
    WorkloadSpec shared = Some.workload("{kind: Deployment, name: shared}");
    scalable("Deployment", "shared", 1);
    awaitView(shared, Some.known(1, 2));
    workloads.look(NAMESPACE + "/other", NAMESPACE, List.of(shared));
    workloads.forget(POOL);
    news.clear();
    administrator.apps().deployments().inNamespace(NAMESPACE).withName("shared").scale(3);
    await().atMost(LIMIT).untilAsserted(() -> assertThat(news).containsOnly(NAMESPACE + "/other"));
  }
}
