package dev.penstock.e2e.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Consumer;

/** Says what is being done, each line with the time since the start. Thread-safe. */
public final class Progress implements Consumer<String> {

  private final PrintStream out;
  private final long start = System.nanoTime();

  public Progress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void accept(String what) {
    out.println(
        "%8s  %s".formatted(Table.seconds(Duration.ofNanos(System.nanoTime() - start)), what));
  }
}
