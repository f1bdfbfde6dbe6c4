package dev.penstock.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Linux says of a process at one moment (proc(5)).
 *
 * @param at {@link System#nanoTime}
 * @param cpuSeconds of all its threads so far
 * @param residentMiB memory that is resident now
 * @param peakMiB the most that ever was
 * @param threads of the kernel; virtual threads are none
 * @param descriptors files and sockets that are open
 */
record ProcessFigures(
    long at, double cpuSeconds, long residentMiB, long peakMiB, int threads, long descriptors) {

  /** The unit of processor times, the same on every Linux that Java runs on (USER_HZ). */
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final long KIB_PER_MIB = 1_024;

  static ProcessFigures of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    String stat = Files.readString(process.resolve("stat"));
    // The name of the program may hold anything; the figures begin after it.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    long ticks = Long.parseLong(fields.get(UTIME)) + Long.parseLong(fields.get(STIME));
    List<String> status = Files.readAllLines(process.resolve("status"));
    return new ProcessFigures(
        System.nanoTime(),
        ticks / TICKS_PER_SECOND,
        line(status, "VmRSS:") / KIB_PER_MIB,
        line(status, "VmHWM:") / KIB_PER_MIB,
        (int) line(status, "Threads:"),
        descriptors(process));
  }

  /** Percent of one core since an earlier moment. */
  double percentOfACoreSince(ProcessFigures before) {
    return 100 * (cpuSeconds - before.cpuSeconds()) / ((at - before.at()) / 1e9);
  }

  /** Of all cores together, as {@code uptime} shows it: over one, five and fifteen minutes. */
  static String loadAverage() throws IOException {
    List<String> fields = List.of(Files.readString(Path.of("/proc/loadavg")).split(" ", -1));
    return String.join(" ", fields.subList(0, 3));
  }

  private static long line(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in /proc: has it ended?"));
  }

  private static long descriptors(Path process) throws IOException {
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return open.count();
    }
  }
}
