package dev.penstock.e2e.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lays a step out as one line of a table whose columns are as wide as their contents may become.
 */
final class Table {

  private static final List<String> HEADS =
      List.of(
          "step", "instances", "after", "grants", "granted", "bounds", "held", "server's count");

  private static final List<Integer> WIDTHS = List.of(14, 9, 8, 30, 7, 6, 4, 14);

  private Table() {}

  static String head() {
    return line(HEADS);
  }

  static String row(Step step) {
    return line(
        List.of(
            step.name(),
            step.view().serving() + "/" + step.instances(),
            seconds(step.took()),
            step.view().grants(),
            "" + step.view().granted(),
            "" + step.view().bounds(),
            "" + step.view().held(),
            step.server().lowest() + "–" + step.server().peak()));
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  private static String line(List<String> cells) {
    return IntStream.range(0, cells.size())
        .mapToObj(column -> padded(cells.get(column), WIDTHS.get(column)))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  private static String padded(String cell, int width) {
    return cell + " ".repeat(Math.max(0, width - cell.length()));
  }
}
