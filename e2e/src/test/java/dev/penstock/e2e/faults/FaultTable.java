package dev.penstock.e2e.faults;

import dev.penstock.e2e.cluster.Checkout;
import dev.penstock.e2e.sampler.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A row for every fault of the run; printed, and written to a file, at its end. Thread-safe. */
public final class FaultTable implements AutoCloseable {

  private static final String FILE = "target/faults.txt";
  private static final String LINE = "%-48s %11s %7s %11s %13s %11s%n";

  private final List<Row> rows = new ArrayList<>();

  /**
   * What one fault did.
   *
   * @param scenario the fault
   * @param server what the server had
   * @param budget the most it was to have
   * @param failed transactions that failed
   * @param begunAnew attempts that ended before anything was executed, and were made again
   * @param converged from the fault, or its end, until all was well
   */
  record Row(
      String scenario,
      Summary server,
      int budget,
      long failed,
      long begunAnew,
      Duration converged) {

    private String line() {
      return String.format(
          Locale.ROOT,
          LINE,
          scenario,
          server.peak() + "/" + budget,
          failed,
          begunAnew,
          "%.1f s".formatted(converged.toMillis() / 1000.0),
          server.samples() + "/" + (server.samples() + server.missed()));
    }
  }

  synchronized void add(Row row) {
    rows.add(row);
    System.out.print(row.line());
  }

  @Override
  public synchronized void close() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            LINE,
            "scenario",
            "peak/budget",
            "failed",
            "begun anew",
            "converged in",
            "samples"));
    rows.forEach(row -> text.append(row.line()));
    System.out.print(System.lineSeparator() + text);
    Path file = Checkout.file("e2e").resolve(FILE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
