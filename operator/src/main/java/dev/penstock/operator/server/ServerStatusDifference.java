package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.crds.PoolShareStatus;
import dev.penstock.crds.ServerStatus;
import dev.penstock.crds.ShareReason;
import dev.penstock.operator.status.Urgency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells which differences of a server's status have to be written, and when. Pure. */
public final class ServerStatusDifference {

  private ServerStatusDifference() {}

  static Urgency urgency(DatabaseServerStatus before, DatabaseServerStatus after) {
    if (!withoutObservations(before).equals(withoutObservations(after))) {
      return Urgency.AT_ONCE;
    }
    if (untimed(before).equals(untimed(after))) {
      return Urgency.NEVER;
    }
    return isWaitedIn(before.waiting()) || isWaitedIn(after.waiting())
        ? Urgency.IN_TURN
        : Urgency.AT_LEISURE;
  }

  /** Whether clients wait. */
  public static boolean isWaitedIn(@Nullable Integer waiting) {
    return waiting != null && waiting > 0;
  }

  private static DatabaseServerStatus withoutObservations(DatabaseServerStatus status) {
    List<PoolShareStatus> pools =
        status.pools().stream().map(ServerStatusDifference::withoutObservations).toList();
    List<LedgerEntry> lines =
        status.ledger().stream().map(ServerStatusDifference::withoutObservations).toList();
    return copy(status, 0, 0, pools, lines);
  }

  private static PoolShareStatus withoutObservations(PoolShareStatus pool) {
    return new PoolShareStatus(
        pool.pool(),
        pool.instances(),
        pool.min(),
        pool.max(),
        pool.weight(),
        pool.granted(),
        pool.bound(),
        0,
        0,
        ShareReason.DemandMet);
  }

  /** What an instance reported last is only an observation; what it may believe is not. */
  private static LedgerEntry withoutObservations(LedgerEntry line) {
    return new LedgerEntry(
        line.instance(),
        line.pod(),
        line.address(),
        line.bound(),
        line.granted(),
        line.round(),
        0,
        0,
        0,
        line.state(),
        line.since(),
        line.pool());
  }

  /**
   * When the server was asked last is written along with something else, never for its own sake.
   */
  private static DatabaseServerStatus untimed(DatabaseServerStatus status) {
    return copy(status, status.held(), status.waiting(), status.pools(), status.ledger());
  }

  /** The same, whenever it was said. */
  public static @Nullable ServerStatus untimed(@Nullable ServerStatus server) {
    return server == null
        ? null
        : new ServerStatus(
            server.maxConnections(), server.reserved(), server.headroom(), server.budget(), null);
  }

  private static DatabaseServerStatus copy(
      DatabaseServerStatus status,
      @Nullable Integer held,
      @Nullable Integer waiting,
      List<PoolShareStatus> pools,
      List<LedgerEntry> lines) {
    return new DatabaseServerStatus(
        status.observedGeneration(),
        status.conditions(),
        untimed(status.server()),
        status.budget(),
        status.direct(),
        status.granted(),
        status.bound(),
        held,
        waiting,
        status.round(),
        pools,
        lines);
  }
}
