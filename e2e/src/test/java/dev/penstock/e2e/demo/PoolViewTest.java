package dev.penstock.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolViewTest {

  @Test
  void isSettledWhenEveryInstanceServesAndTheWholeBudgetIsWithThem() {
    PoolView view =
        view(5, List.of(entry("a", 27), entry("b", 27), entry("c", 28)), pods("a", "b", "c"));

    assertThat(view.settledAt(3)).isTrue();
    assertThat(view.settledAt(2)).isFalse();
    assertThat(view.grants()).isEqualTo("2×27 1×28");
  }

  @Test
  void isNotSettledWhileTheStatusAnswersAnOlderSpec() {
    assertThat(view(4, List.of(entry("a", 82)), pods("a")).settledAt(1)).isFalse();
  }

  @Test
  void isNotSettledWhileAPodThatIsGoneHoldsAShare() {
    assertThat(view(5, List.of(entry("a", 41), entry("b", 41)), pods("a")).settledAt(1)).isFalse();
  }

  @Test
  void isNotSettledWhileAShareIsWithNobody() {
    assertThat(view(5, List.of(entry("a", 81)), pods("a")).settledAt(1)).isFalse();
  }

  @Test
  void isNotSettledWhileAnInstanceHasNothing() {
    assertThat(view(5, List.of(entry("a", 82), entry("b", 0)), pods("a", "b")).settledAt(2))
        .isFalse();
  }

  @Test
  void aPoolThatWasNeverLookedAtIsNotSettled() {
    ConnectionPool pool = new ConnectionPool();
    pool.getMetadata().setGeneration(1L);

    assertThat(PoolView.of(pool, List.of()).settledAt(0)).isFalse();
  }

  private static PoolView view(long observed, List<LedgerEntry> ledger, List<Pod> pods) {
    ConnectionPool pool = new ConnectionPool();
    pool.getMetadata().setGeneration(5L);
    pool.setStatus(
        new ConnectionPoolStatus(
            observed, null, null, null, null, List.of(), null, 82, null, null, null, null, ledger,
            List.of()));
    return PoolView.of(pool, pods);
  }

  private static LedgerEntry entry(String pod, int grant) {
    return new LedgerEntry(
        "uid-" + pod + "/1", pod, null, grant, grant, 1, 0, 0, 0, InstanceState.Live, null, null);
  }

  private static List<Pod> pods(String... names) {
    return List.of(names).stream()
        .map(
            name ->
                new PodBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withUid("uid-" + name)
                    .endMetadata()
                    .withNewStatus()
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus("True")
                    .endCondition()
                    .endStatus()
                    .build())
        .toList();
  }
}
