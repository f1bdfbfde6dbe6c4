package dev.penstock.operator.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.WorkloadSpec;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What pods in front of a pool are told. */
class SizingTest {

  private static final WorkloadSpec API = Some.workload("{kind: Deployment, name: api, weight: 3}");
  private static final WorkloadSpec WEB = Some.workload("{kind: Deployment, name: web}");

  private static Servable servable(String spec, int connections) {
    return Servable.of(Some.pool(spec).getSpec(), connections, 1000);
  }

  @Test
  void severalClientsTakeTurnsInTransactionModeAndNoneInSessionMode() {
    assertThat(servable("", 82).together()).isEqualTo(328);
    assertThat(servable("poolMode: session", 82).together()).isEqualTo(82);
    assertThat(servable("databases: [{name: a}, {name: b, poolMode: session}]", 82).together())
        .isEqualTo(82);
    assertThat(servable("poolMode: session\ndatabases: [{name: a, poolMode: transaction}]", 82))
        .isEqualTo(servable("", 82));
  }

  @Test
  void noMoreThanTheOtherInstancesAcceptWhenOneIsAway() {
    ConnectionPool pool = Some.pool("replicas: 3");
    assertThat(Servable.of(pool.getSpec(), 800, 100).together()).isEqualTo(200);
    ConnectionPool autoscaled =
        Some.pool("replicas: 9\nautoscaling: {minReplicas: 2, maxReplicas: 9}");
    assertThat(Servable.of(autoscaled.getSpec(), 800, 100).together()).isEqualTo(100);
    assertThat(Servable.of(Some.pool("replicas: 0").getSpec(), 800, 100).together()).isEqualTo(100);
  }

  @Test
  void theWorkloadsSharesGoByTheirWeights() {
    PodCount pods = new PodCount(4, 5);
    List<WorkloadSpec> all = List.of(API, WEB);
    assertThat(Sizing.of(API, pods, 328, all, 0)).isEqualTo(new Sizing(49, 5));
    assertThat(Sizing.of(WEB, pods, 328, all, 0)).isEqualTo(new Sizing(16, 5));
  }

  @Test
  void aDirectWorkloadHasNoPartOfThePool() {
    WorkloadSpec direct =
        Some.workload("{kind: StatefulSet, name: q, mode: direct, connections: 20}");
    PodCount pods = new PodCount(4, 5);
    assertThat(Sizing.of(WEB, pods, 328, List.of(WEB, direct), 0).poolSize()).isEqualTo(65);
    assertThat(Sizing.of(direct, pods, 328, List.of(WEB, direct), 0)).isEqualTo(new Sizing(4, 5));
  }

  @Test
  void everyPodHasAtLeastOne() {
    assertThat(Sizing.of(WEB, new PodCount(500, 500), 10, List.of(WEB), 0).poolSize()).isEqualTo(1);
  }

  @Test
  void aWobbleChangesNothing() {
    int first = Sizing.sizedFor(new PodCount(8, 100), 0);
    assertThat(first).isEqualTo(10);
    assertThat(IntStream.of(9, 10, 7, 4, 9, 10, 5))
        .allSatisfy(
            wanted ->
                assertThat(Sizing.sizedFor(new PodCount(wanted, 100), first)).isEqualTo(first));
  }

  @Test
  void growthIsToldAtOnceAndAFallOnceItIsLarge() {
    assertThat(Sizing.sizedFor(new PodCount(11, 100), 10)).isEqualTo(14);
    assertThat(Sizing.sizedFor(new PodCount(3, 100), 10)).isEqualTo(4);
    assertThat(Sizing.sizedFor(new PodCount(3, 4), 10)).isEqualTo(4);
  }

  @Property
  void theSizeIsMadeForAllPodsThatAreWanted(
      @ForAll @IntRange(min = 0, max = 1000) int wanted,
      @ForAll @IntRange(min = 0, max = 1000) int more,
      @ForAll @IntRange(min = 0, max = 3000) int before) {
    PodCount pods = new PodCount(wanted, wanted + more);
    int sizedFor = Sizing.sizedFor(pods, before);
    assertThat(sizedFor).isBetween(Math.max(1, wanted), Math.max(1, wanted + more));
    assertThat(Sizing.sizedFor(pods, sizedFor)).as("told once").isEqualTo(sizedFor);
  }
}
