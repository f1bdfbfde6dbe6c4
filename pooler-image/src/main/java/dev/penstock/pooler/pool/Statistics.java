package dev.penstock.pooler.pool;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Figures of the pools for metrics.
 *
 * <p>Thread-safe.
 */
public interface Statistics {

  /** Asks the event loop for the figures of every pool; answers within one turn of the loop. */
  CompletableFuture<List<PoolStatistics>> statistics();
}
