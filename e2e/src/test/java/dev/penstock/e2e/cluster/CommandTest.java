package dev.penstock.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTest {

  private final List<String> progress = new ArrayList<>();

  @Test
  void givesTheOutputAndTellsTheErrorsAsProgress() {
    List<String> output =
        Command.of("sh", "-c", "echo one; echo doing >&2; echo $MORE")
            .with("MORE", "two")
            .run(progress::add);
    assertThat(output).containsExactly("one", "two");
    assertThat(progress).containsExactly("doing");
  }

  @Test
  void tellsTheEndOfWhatAFailedProgramSaid() {
    assertThatThrownBy(
            () ->
                Command.of("sh", "-c", "seq 1 50 >&2; echo no node >&2; exit 3").run(progress::add))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("ended with 3")
        .hasMessageContaining("no node")
        .hasMessageNotContaining("\n30\n");
  }

  @Test
  void namesAProgramThatIsNotThere() {
    assertThatThrownBy(() -> Command.of("/no/such/program").run(progress::add))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("/no/such/program");
  }
}
