package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.crds.ServerStatus;
import dev.penstock.operator.server.ServerStatusDifference;
import dev.penstock.operator.status.Urgency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells which differences of a status have to be written, and when. Pure. */
final class StatusDifference {

  private StatusDifference() {}

  static Urgency urgency(ConnectionPoolStatus before, ConnectionPoolStatus after) {
    if (!withoutObservations(before).equals(withoutObservations(after))) {
      return Urgency.AT_ONCE;
    }
    return untimed(before).equals(untimed(after)) ? Urgency.NEVER : Urgency.IN_TURN;
  }

  private static ConnectionPoolStatus withoutObservations(ConnectionPoolStatus status) {
    List<LedgerEntry> lines =
        status.ledger().stream().map(ServerStatusDifference::withoutObservations).toList();
    return copy(status, ServerStatusDifference.untimed(status.server()), 0, 0, lines);
  }

  /**
   * When the server was asked last is written along with something else, never for its own sake.
   */
  private static ConnectionPoolStatus untimed(ConnectionPoolStatus status) {
    return copy(
        status,
        ServerStatusDifference.untimed(status.server()),
        status.held(),
        status.waiting(),
        status.ledger());
  }

  private static ConnectionPoolStatus copy(
      ConnectionPoolStatus status,
      @Nullable ServerStatus server,
      @Nullable Integer held,
      @Nullable Integer waiting,
      List<LedgerEntry> lines) {
    return new ConnectionPoolStatus(
        status.observedGeneration(),
        status.replicas(),
        status.readyReplicas(),
        status.instances(),
        status.selector(),
        status.conditions(),
        server,
        status.budget(),
        status.granted(),
        held,
        waiting,
        status.round(),
        lines,
        status.workloads());
  }
}
