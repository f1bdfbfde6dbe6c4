package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.crds.ServerStatus;
import dev.penstock.operator.server.ServerStatusDifference;
import dev.penstock.operator.status.Urgency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which differences of a status have to be written, and when. Nothing rests on the figures
 * here, since the ledger that counts is in the DatabaseServer: so that a change of one pool does
 * not have the statuses of all its neighbours written at once. Pure.
 */
final class StatusDifference {

  private StatusDifference() {}

  static Urgency urgency(ConnectionPoolStatus before, ConnectionPoolStatus after) {
    if (!withoutFigures(before).equals(withoutFigures(after))) {
      return Urgency.AT_ONCE;
    }
    if (ofItsOwn(before).equals(ofItsOwn(after))) {
      return Urgency.NEVER;
    }
    boolean isWaitedFor =
        ServerStatusDifference.isWaitedIn(before.waiting())
            || ServerStatusDifference.isWaitedIn(after.waiting());
    return isWaitedFor || isFar(before.granted(), after.granted())
        ? Urgency.IN_TURN
        : Urgency.AT_LEISURE;
  }

  /** By more than half. */
  private static boolean isFar(@Nullable Integer before, @Nullable Integer after) {
    int one = before == null ? 0 : before;
    int other = after == null ? 0 : after;
    return 2 * Math.abs(other - one) > one;
  }

  private static ConnectionPoolStatus withoutFigures(ConnectionPoolStatus status) {
    List<LedgerEntry> lines =
        status.ledger().stream().map(StatusDifference::withoutFigures).toList();
    return copy(status, 0, 0, 0, lines);
  }

  /** Which instances there are, and whether they serve. */
  private static LedgerEntry withoutFigures(LedgerEntry line) {
    boolean isServing =
        line.state() == InstanceState.Live || line.state() == InstanceState.Lowering;
    return new LedgerEntry(
        line.instance(),
        line.pod(),
        line.address(),
        0,
        0,
        0,
        0,
        0,
        0,
        isServing ? InstanceState.Live : line.state(),
        isServing ? null : line.since(),
        line.pool());
  }

  /**
   * When the server was asked last, and the round of others' grants, are written along with
   * something else, never for their own sake.
   */
  private static ConnectionPoolStatus ofItsOwn(ConnectionPoolStatus status) {
    return copy(status, status.granted(), status.held(), status.waiting(), status.ledger());
  }

  private static ConnectionPoolStatus copy(
      ConnectionPoolStatus status,
      @Nullable Integer granted,
      @Nullable Integer held,
      @Nullable Integer waiting,
      List<LedgerEntry> lines) {
    ServerStatus server = ServerStatusDifference.untimed(status.server());
    return new ConnectionPoolStatus(
        status.observedGeneration(),
        status.replicas(),
        status.readyReplicas(),
        status.instances(),
        status.selector(),
        status.conditions(),
        server,
        status.budget(),
        granted,
        held,
        waiting,
        null,
        lines,
        status.workloads());
  }
}
