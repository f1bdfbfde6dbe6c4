package dev.penstock.operator.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The model of the ledger's protocol, checked by spin: see {@code docs/spec/README.md}. The real
 * classes are tested in {@link LawTest}.
 */
class ProtocolModelIT {

  @Test
  void spinFindsNoCounterexampleAndOneForEachBrokenRule() throws IOException, InterruptedException {
    Path check = root().resolve("docs/spec/check");
    Process process = new ProcessBuilder(check.toString()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit code of %s:%n%s", check, output).isZero();
    assertThat(output)
        .as("rows of properties and of broken rules")
        .containsPattern("(?m)^three-instances .* holds$")
        .containsPattern("(?m)^progress .* holds$")
        .containsPattern("(?m)^BUG_NO_COMPARE_AND_SET .* caught: ")
        .contains(" 0 failed");
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/spec/check"))) {
      Path parent = directory.getParent();
      if (parent == null) {
        throw new IllegalStateException(
            "docs/spec/check is not above " + Path.of("").toAbsolutePath());
      }
      directory = parent;
    }
    return directory;
  }
}
