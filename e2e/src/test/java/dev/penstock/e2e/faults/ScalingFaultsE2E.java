package dev.penstock.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.e2e.demo.OnStage;
import dev.penstock.e2e.demo.PoolView;
import dev.penstock.e2e.demo.Stage;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The fleet grows, shrinks and is replaced, and no transaction fails. */
@ExtendWith({OnStage.class, Tabled.class})
class ScalingFaultsE2E {

  private final Stage stage;
  private final FaultTable table;

  ScalingFaultsE2E(Stage stage, FaultTable table) {
    this.stage = stage;
    this.table = table;
  }

  @Test
  void theFleetGrowsFromOneToTwentyAndShrinksToThree() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "scale 1 -> 20", 1)) {
      trial.hurtsNow();
      stage.scale(20);
      trial.convergesTo(20, 0);
    }
    try (Trial trial = Trial.begin(stage, table, "scale 20 -> 3", 20)) {
      trial.hurtsNow();
      stage.scale(3);
      trial.convergesTo(3, 0);
    }
  }

  @Test
  void theAutoscalerFollowsTheLoadOfTheProcessor() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "autoscaler, out and back in", 1)) {
      Trial.patch(
          stage,
          """
          {"spec": {"autoscaling":
            {"minReplicas": 1, "maxReplicas": 4, "targetCPUUtilizationPercentage": 500}}}
          """);
      trial.await("the autoscaler is there", PoolView::observed);
      try (Burner burner = Burner.start(stage, 20)) {
        trial.await("scaled out", view -> view.serving() >= 2);
        assertThat(burner.asked()).isPositive();
      }
      trial.hurtsNow();
      trial.convergesTo(1, 0);
    } finally {
      Trial.patch(stage, "{\"spec\": {\"autoscaling\": null}}");
    }
  }

  @Test
  void aChangedTemplateIsRolledOut() throws Exception {
    rollOut("rolling update, maxSurge 25%", "25%");
  }

  @Test
  void aWholeFleetIsReplacedAtOnce() throws Exception {
    rollOut("rolling update, maxSurge 100%", "100%");
  }

  private void rollOut(String scenario, String maxSurge) throws Exception {
    try (Trial trial = Trial.begin(stage, table, scenario, 4)) {
      Set<String> old =
          stage.pods().stream()
              .map(Pod::getMetadata)
              .map(meta -> meta.getUid())
              .collect(Collectors.toSet());
      trial.hurtsNow();
      Trial.patch(
          stage,
          """
          {"spec": {"updateStrategy": {"maxSurge": "%s"},
            "template": {"podAnnotations": {"example.com/change": "%s"}}}}
          """
              .formatted(maxSurge, maxSurge));
      trial.await(
          "all are new",
          view -> view.instances().stream().noneMatch(one -> old.contains(one.uid())));
      trial.convergesTo(4, 0);
    } finally {
      Trial.patch(stage, "{\"spec\": {\"updateStrategy\": null}}");
    }
  }
}
