package dev.penstock.pooler.fleet;

import dev.penstock.pooler.pool.Grantable;
import dev.penstock.pooler.pool.PoolStatistics;
import dev.penstock.pooler.pool.PoolStatistics.Bucket;
import dev.penstock.pooler.pool.PoolStatistics.Waits;
import dev.penstock.pooler.pool.Statistics;
import dev.penstock.pooler.pool.Usage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Pools without connections, on a loop of their own that can be held up. */
final class FakePools implements Grantable, Statistics, AutoCloseable {

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<Integer> grants = new CopyOnWriteArrayList<>();
  private volatile Usage usage = new Usage(0, 0, 0, 0, 0, 0, 0, 0, 0, false);

  /** Every grant that was set, in its order. */
  List<Integer> grants() {
    return List.copyOf(grants);
  }

  /** Changes what is in use, and says so. */
  void use(int active, int waiting, boolean draining) {
    loop.execute(
        () -> {
          usage =
              new Usage(usage.grant(), 0, active, 0, 0, 0, waiting, 0, active + waiting, draining);
          listeners.forEach(Runnable::run);
        });
  }

  /** Holds the loop up until the future completes. */
  void holdUp(CompletableFuture<Void> until) {
    loop.execute(until::join);
  }

  @Override
  public CompletableFuture<Usage> grant(int connections) {
    return CompletableFuture.supplyAsync(
        () -> {
          grants.add(connections);
          usage =
              new Usage(
                  connections,
                  0,
                  usage.active(),
                  0,
                  0,
                  0,
                  usage.waiting(),
                  0,
                  usage.clients(),
                  false);
          return usage;
        },
        loop);
  }

  @Override
  public CompletableFuture<Usage> usage() {
    return CompletableFuture.supplyAsync(() -> usage, loop);
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public CompletableFuture<List<PoolStatistics>> statistics() {
    var waits =
        new Waits(List.of(new Bucket(0.1, 3), new Bucket(Double.POSITIVE_INFINITY, 1)), 2.5);
    return CompletableFuture.supplyAsync(
        () ->
            List.of(
                new PoolStatistics(
                    "shop", "a\"nn", "session", 1, 2, 3, 4, 5, 6, 12, 7, 8, 9, 10, 11, waits)),
        loop);
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }
}
