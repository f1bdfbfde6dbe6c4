package dev.penstock.operator.server;

import dev.penstock.contract.InstanceReport;
import dev.penstock.operator.budget.Claim;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.fleet.FleetId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An instance that holds connections, or may.
 *
 * @param id pod UID and incarnation
 * @param pool the pool it belongs to
 * @param pod name of its pod
 * @param address of its pod; null if unknown
 * @param createdAt when its pod was created: its age
 * @param standing how it takes part
 * @param since when it was found to have ended; null unless quarantined
 * @param report its last report; null if none was heard by this operator
 * @param demand the most connections it could have used at once, of late
 */
record Member(
    String id,
    FleetId pool,
    String pod,
    @Nullable String address,
    Instant createdAt,
    Standing standing,
    @Nullable Instant since,
    @Nullable InstanceReport report,
    int demand) {

  /** How an instance takes part in the sharing. */
  enum Standing {
    SERVING,
    DRAINING,
    /** Runs, as far as is known, and does not answer. */
    SILENT,
    /** Has ended or vanished, and its connections are not known to have. */
    QUARANTINED
  }

  /** The incarnation within the pod. */
  String incarnation() {
    return id.substring(id.indexOf('/') + 1);
  }

  /** The pod's UID. */
  String uid() {
    return id.substring(0, id.indexOf('/'));
  }

  boolean canHear() {
    return report != null && (standing == Standing.SERVING || standing == Standing.DRAINING);
  }

  /** Whether its process may have sessions: one that the operator cannot reach others may. */
  boolean mayServe() {
    return standing != Standing.QUARANTINED;
  }

  static Ledger.Heard heard(String id, InstanceReport report) {
    return new Ledger.Heard(id, report.round(), report.grant(), report.held());
  }

  /**
   * What it claims.
   *
   * @param ledger the current one
   * @param isLeaving whether its pool is being deleted: it is not raised, and lowered only once it
   *     drains
   */
  Claim claim(Ledger ledger, boolean isLeaving) {
    Ledger.Entry entry = ledger.entries().get(id);
    int bound = entry == null ? 0 : entry.bound();
    int waiting = report == null ? 0 : report.waiting();
    long order = createdAt.getEpochSecond();
    if (standing == Standing.SERVING && isLeaving) {
      return new Claim(id, order, 0, 0, ledger.grantOf(id), Claim.State.SILENT);
    }
    return switch (standing) {
      case SERVING ->
          new Claim(id, order, demand, waiting, ledger.grantOf(id), Claim.State.SERVING);
      case DRAINING ->
          new Claim(id, order, leavingDemand(), waiting, ledger.grantOf(id), Claim.State.DRAINING);
      case SILENT, QUARANTINED -> new Claim(id, order, 0, 0, bound, Claim.State.SILENT);
    };
  }

  /**
   * While clients are still connected they begin transactions as before: told less than they use,
   * they would only queue up on the way out.
   */
  private int leavingDemand() {
    if (report == null) {
      return 0;
    }
    int inUse = report.active() + report.waiting();
    return report.clients() > 0 ? Math.max(demand, Math.max(1, inUse)) : inUse;
  }
}
