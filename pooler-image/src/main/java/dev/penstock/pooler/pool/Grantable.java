package dev.penstock.pooler.pool;

import java.util.concurrent.CompletableFuture;

/**
 * What the fleet port sees of the pools: the one number it may set, and what is held under it.
 *
 * <p>Thread-safe.
 */
public interface Grantable {

  /**
   * Sets the most server connections that may be open, all pools together. A lower number closes
   * idle connections at once and busy ones when their transaction ends.
   *
   * @param connections at least 0; {@link Integer#MAX_VALUE} for a standalone pooler
   * @return completes with the usage once the new number is in force (not once {@code held} has
   *     come down to it)
   */
  CompletableFuture<Usage> grant(int connections);

  /** Asks the event loop for what is in use now; answers within one turn of the loop. */
  CompletableFuture<Usage> usage();

  /**
   * Has {@code listener} called, on the event loop, after each change that an operator would act
   * on: a client starts to wait or none waits any longer, {@code held} comes down to a lowered
   * grant, {@code active} crosses half or all of the grant, a drain begins. The listener must not
   * block.
   */
  void onChange(Runnable listener);
}
