package dev.penstock.pooler.config;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files every so often, on a thread of its own. Polling, because the events of a file
 * system miss the swapped symbolic links of a mounted Secret as soon as those are nested.
 *
 * <p>Thread-safe.
 */
public final class FileWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  /** How often a process looks: a rotated Secret takes a minute to be mounted anyway. */
  public static final Duration USUAL_INTERVAL = Duration.ofSeconds(2);

  private final List<ReloadingFiles<?>> watched = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("file-watch").factory());

  /** Starts to look, every {@code interval}, which is more than zero. */
  public static FileWatch start(Duration interval) {
    var watch = new FileWatch();
    var nanos = interval.toNanos();
    // Nobody waits for this future: refreshAll lets no exception out.
    var _ =
        watch.thread.scheduleWithFixedDelay(watch::refreshAll, nanos, nanos, TimeUnit.NANOSECONDS);
    return watch;
  }

  private FileWatch() {}

  /** Has these files looked at from now on. */
  public <T> ReloadingFiles<T> add(ReloadingFiles<T> files) {
    watched.add(files);
    return files;
  }

  /** Has these files looked at no longer. */
  public void remove(ReloadingFiles<?> files) {
    watched.remove(files);
  }

  private void refreshAll() {
    for (var files : watched) {
      try {
        files.refresh();
      } catch (RuntimeException e) {
        // One that escaped would silently end the schedule for all files.
        LOG.error("a changed file could not be read; what it said before stays in force", e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
