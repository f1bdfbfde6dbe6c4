package dev.penstock.operator.server;

import dev.penstock.operator.fleet.FleetId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What each pool has, as it was found last. Thread-safe. */
public final class PoolShares {

  private final Consumer<FleetId> onChange;
  private final Map<FleetId, PoolShare> shares = new ConcurrentHashMap<>();

  /**
   * Knows of no pool yet.
   *
   * @param onChange called, when a pool has another share than before; must not block
   */
  public PoolShares(Consumer<FleetId> onChange) {
    this.onChange = onChange;
  }

  /** What a pool has; empty before its server was looked at. */
  public Optional<PoolShare> of(FleetId pool) {
    return Optional.ofNullable(shares.get(pool));
  }

  void publish(Map<FleetId, PoolShare> found) {
    found.forEach(
        (pool, share) -> {
          PoolShare before = shares.put(pool, share);
          if (before == null || !before.saysTheSameAs(share)) {
            onChange.accept(pool);
          }
        });
  }

  /** Forgets a pool that is gone. */
  public void forget(FleetId pool) {
    shares.remove(pool);
  }
}
