package dev.penstock.e2e.faults;

import dev.penstock.e2e.demo.Stage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentList;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The pods of the operator, and a second operator that asks for no leadership. */
final class Operators {

  private static final String OTHER = "the-other-operator";
  private static final int SECONDS = 120;

  private Operators() {}

  /** Those that work or stand by. */
  static List<Pod> ready(Stage stage) {
    return stage.client().pods().inNamespace(Stage.OPERATOR_NAMESPACE).list().getItems().stream()
        .filter(Readiness::isPodReady)
        .toList();
  }

  /** Their addresses. */
  static String[] addresses(Stage stage) {
    return ready(stage).stream().map(pod -> pod.getStatus().getPodIP()).toArray(String[]::new);
  }

  /** Starts another one like the first, which works at once, and waits until it does. */
  static void startAnother(Stage stage) {
    Deployment first = deployments(stage).list().getItems().getFirst();
    Deployment other =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName(OTHER)
            .endMetadata()
            .withSpec(first.getSpec())
            .editSpec()
            .withReplicas(1)
            .withNewSelector()
            .addToMatchLabels("app", OTHER)
            .endSelector()
            .editTemplate()
            .withNewMetadata()
            .addToLabels("app", OTHER)
            .endMetadata()
            .editSpec()
            .editFirstContainer()
            .addNewEnv()
            .withName("LEADER_ELECTION")
            .withValue("false")
            .endEnv()
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    deployments(stage).resource(other).create();
    deployments(stage).withName(OTHER).waitUntilReady(SECONDS, TimeUnit.SECONDS);
  }

  /** Ends it, and waits until it is gone. */
  static void endTheOther(Stage stage) throws Exception {
    deployments(stage).withName(OTHER).delete();
    stage
        .client()
        .pods()
        .inNamespace(Stage.OPERATOR_NAMESPACE)
        .withLabel("app", OTHER)
        .informOnCondition(List::isEmpty)
        .get(SECONDS, TimeUnit.SECONDS);
  }

  private static NonNamespaceOperation<
          Deployment, DeploymentList, RollableScalableResource<Deployment>>
      deployments(Stage stage) {
    return stage.client().apps().deployments().inNamespace(Stage.OPERATOR_NAMESPACE);
  }
}
