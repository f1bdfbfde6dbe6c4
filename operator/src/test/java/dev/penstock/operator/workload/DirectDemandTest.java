package dev.penstock.operator.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.WorkloadSpec;
import dev.penstock.crds.WorkloadStatus;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What direct workloads take off a server's budget. */
class DirectDemandTest {

  private static final WorkloadSpec DECLARED =
      Some.workload("{kind: Deployment, name: batch, mode: direct, poolSize: 5}");
  private static final WorkloadSpec APART =
      Some.workload("{kind: StatefulSet, name: queue, mode: direct, connections: 20}");

  private static WorkloadStatus counted(WorkloadSpec workload, int reserved) {
    return new WorkloadStatus(workload.kind(), workload.name(), null, 1, 1, 1, reserved);
  }

  @Test
  void everyPodThatThereCanBeOpensAllThatIsDeclared() {
    assertThat(DirectDemand.of(DECLARED, new PodCount(2, 13))).isEqualTo(65);
  }

  @Test
  void whatIsSetApartIsDividedAmongThePodsAndTakenWhole() {
    PodCount pods = new PodCount(2, 6);
    assertThat(DirectDemand.size(APART, pods)).isEqualTo(3);
    assertThat(DirectDemand.of(APART, pods)).isEqualTo(20);
  }

  @Test
  void morePodsThanWasSetApartForStillOpenOneEach() {
    PodCount pods = new PodCount(2, 25);
    assertThat(DirectDemand.size(APART, pods)).isEqualTo(1);
    assertThat(DirectDemand.of(APART, pods)).isEqualTo(25);
  }

  @Test
  void whatIsDeclaredCountsEvenWhereLessIsSetApart() {
    WorkloadSpec both =
        Some.workload("{kind: Deployment, name: b, mode: direct, poolSize: 5, connections: 20}");
    assertThat(DirectDemand.of(both, new PodCount(4, 10))).isEqualTo(50);
    assertThat(DirectDemand.size(both, new PodCount(4, 10))).isEqualTo(2);
  }

  @Test
  void whatWasCountedLastStandsUntilItIsCountedAnew() {
    assertThat(
            DirectDemand.of(
                List.of(DECLARED, APART), List.of(counted(DECLARED, 65), counted(APART, 20))))
        .isEqualTo(85);
  }

  @Test
  void beforeAnythingWasCountedTheSpecCounts() {
    WorkloadSpec most =
        Some.workload("{kind: Deployment, name: c, mode: direct, poolSize: 5, maxPods: 4}");
    assertThat(DirectDemand.of(List.of(DECLARED, APART, most), List.of())).isEqualTo(40);
  }

  @Test
  void whatIsPooledOrNoLongerNamedTakesNothing() {
    WorkloadSpec pooled = Some.workload("{kind: Deployment, name: batch, poolSize: 50}");
    assertThat(DirectDemand.of(List.of(pooled), List.of(counted(DECLARED, 65), counted(APART, 9))))
        .isZero();
  }

  @Property
  void noPodThatFollowsWhatItIsToldExceedsWhatIsTaken(
      @ForAll @IntRange(min = 1, max = 500) int connections,
      @ForAll @IntRange(min = 0, max = 900) int most) {
    WorkloadSpec workload =
        Some.workload(
            "{kind: Deployment, name: a, mode: direct, connections: " + connections + "}");
    PodCount pods = new PodCount(0, most);
    assertThat((long) most * DirectDemand.size(workload, pods))
        .isLessThanOrEqualTo(DirectDemand.of(workload, pods));
  }
}
