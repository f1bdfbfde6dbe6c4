package dev.penstock.e2e.demo;

import dev.penstock.e2e.cluster.Images;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The demo, started by {@code ./demo} at the root of a checkout once the images are built.
 *
 * <p>Exit codes: 0 when the claim held, 1 when it did not or a step failed.
 */
public final class Demo {

  private static final Duration PAUSE = Duration.ofSeconds(12);

  private final PrintStream out;

  private Demo(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs the demo.
   *
   * @param arguments {@code --keep} to leave the cluster up
   */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Demo demo = new Demo(out);
    System.exit(demo.play(List.of(arguments).contains("--keep")));
  }

  private int play(boolean keep) throws Exception {
    try (Show show = Show.open("demo", Images.built(), out, new Progress(out))) {
      if (keep) {
        show.keep();
      }
      boolean held = attempt(show);
      if (keep) {
        out.println();
        out.print(show.invitation());
      }
      return held ? 0 : 1;
    }
  }

  /** Whether the claim held. Whatever went wrong is told with what the cluster knows of it. */
  private boolean attempt(Show show) {
    try {
      Play play = new Play(show.stage(), out, PAUSE);
      play.begin(3);
      play.scale(10);
      play.scale(2);
      play.scale(6);
      play.restart();
      Findings findings = play.takeStock();
      out.println();
      tell(play.steps(), findings);
      List<String> complaints = findings.complaints();
      complaints.forEach(complaint -> out.println("FAILED: " + complaint));
      if (complaints.isEmpty()) {
        out.println("The budget held, and no transaction failed.");
        return true;
      }
    } catch (Exception e) {
      out.println();
      out.println("FAILED: " + e.getMessage());
      e.printStackTrace(out);
    }
    show.diagnose(out);
    return false;
  }

  private void tell(List<Step> steps, Findings findings) {
    out.printf(
        "peak server connections  %d of a budget of %d (seen in %d samples, %d missed, longest gap %d ms)%n",
        findings.server().peak(),
        findings.budget(),
        findings.server().samples(),
        findings.server().missed(),
        findings.server().longestGap().toMillis());
    out.printf("highest sum of bounds    %d%n", findings.highestBounds());
    out.printf(
        "transactions             %d done, %d failed, %d begun anew; the slowest took %d ms%n",
        findings.clients().done(),
        findings.clients().failed(),
        findings.clients().retried(),
        findings.clients().slowestMillis());
    for (Step step : steps) {
      if (step.grew()) {
        out.printf(
            "%-24s %s until all instances were Ready with their share%n",
            step.name(), Table.seconds(step.took()));
      }
    }
  }
}
