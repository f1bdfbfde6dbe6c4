package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.crds.ServerStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells which differences of a status have to be written, and when. Pure. */
final class StatusDifference {

  private StatusDifference() {}

  /** How soon a new status is to be written. */
  enum Urgency {
    /** It says the same. */
    NEVER,
    /** It only observes something else: held, waiting, in use. */
    IN_TURN,
    /** The ledger, a condition or a number of instances has changed. */
    AT_ONCE
  }

  static Urgency urgency(ConnectionPoolStatus before, ConnectionPoolStatus after) {
    if (!withoutObservations(before).equals(withoutObservations(after))) {
      return Urgency.AT_ONCE;
    }
    return untimed(before).equals(untimed(after)) ? Urgency.NEVER : Urgency.IN_TURN;
  }

  private static ConnectionPoolStatus withoutObservations(ConnectionPoolStatus status) {
    List<LedgerEntry> lines =
        status.ledger().stream()
            .map(
                line ->
                    new LedgerEntry(
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
                        line.since()))
            .toList();
    return copy(status, untimed(status.server()), 0, 0, lines);
  }

  /**
   * When the server was asked last is written along with something else, never for its own sake.
   */
  private static ConnectionPoolStatus untimed(ConnectionPoolStatus status) {
    return copy(status, untimed(status.server()), status.held(), status.waiting(), status.ledger());
  }

  private static @Nullable ServerStatus untimed(@Nullable ServerStatus server) {
    return server == null
        ? null
        : new ServerStatus(
            server.maxConnections(), server.reserved(), server.headroom(), server.budget(), null);
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
        lines);
  }
}
