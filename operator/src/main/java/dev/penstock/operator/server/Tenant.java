package dev.penstock.operator.server;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ShareSpec;
import dev.penstock.operator.fleet.FleetId;
import java.time.Duration;
import java.time.Instant;

/**
 * A pool at a server.
 *
 * @param id of the pool
 * @param createdAt its age decides who is served where not all can be
 * @param min connections that it can always count on, at least 0
 * @param max the most it may have; {@link Integer#MAX_VALUE} where only the budget limits it
 * @param weight how much it counts against the others, at least 1
 * @param grace how long a process may live on after its pod was removed
 * @param standing how it takes part
 */
record Tenant(
    FleetId id,
    Instant createdAt,
    int min,
    int max,
    int weight,
    Duration grace,
    Standing standing) {

  /** How a pool takes part in the sharing. */
  enum Standing {
    SHARING,
    /** Is being deleted: its instances are lowered as they leave, and never raised. */
    LEAVING,
    /** May not use this server: nothing is granted to it. */
    REFUSED
  }

  /** Of a pool whose own is known no longer. */
  private static final Duration LONGEST_GRACE = Duration.ofHours(1);

  static Tenant of(ConnectionPool pool, boolean isAllowed) {
    ShareSpec share = pool.getSpec().share();
    boolean isLeaving = pool.getMetadata().getDeletionTimestamp() != null;
    return new Tenant(
        new FleetId(pool.getMetadata().getNamespace(), pool.getMetadata().getName()),
        Instant.parse(pool.getMetadata().getCreationTimestamp()),
        share == null || share.min() == null ? 0 : share.min(),
        share == null || share.max() == null ? Integer.MAX_VALUE : share.max(),
        share == null ? 1 : share.weight(),
        Duration.ofSeconds(pool.getSpec().template().terminationGracePeriodSeconds()),
        isLeaving ? Standing.LEAVING : isAllowed ? Standing.SHARING : Standing.REFUSED);
  }

  /** A pool that exists no longer, while the ledger still counts instances of it. */
  static Tenant departed(FleetId id) {
    return new Tenant(id, Instant.EPOCH, 0, Integer.MAX_VALUE, 1, LONGEST_GRACE, Standing.LEAVING);
  }
}
