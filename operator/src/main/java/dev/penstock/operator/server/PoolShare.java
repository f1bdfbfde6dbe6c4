package dev.penstock.operator.server;

import dev.penstock.crds.LedgerEntry;
import dev.penstock.crds.ServerStatus;
import dev.penstock.operator.status.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool has of its server, for the status of the pool.
 *
 * @param reachable whether the server answers
 * @param conflict whether another resource describes the same server
 * @param budgeted whether the pool's instances have what they must have, and why not
 * @param facts what the server said; null while it was never asked
 * @param budget the most that the pool may have; null while it is unknown
 * @param round the last in which grants were decided
 * @param lines of the ledger that are the pool's
 * @param pods of the pool
 * @param waiting clients, by the last reports
 */
public record PoolShare(
    Verdict reachable,
    Verdict conflict,
    Verdict budgeted,
    @Nullable ServerStatus facts,
    @Nullable Integer budget,
    long round,
    List<LedgerEntry> lines,
    List<PodFacts> pods,
    int waiting) {

  public PoolShare {
    lines = List.copyOf(lines);
    pods = List.copyOf(pods);
  }

  /** Whether it says the same, whenever the server was asked and whatever round others are in. */
  boolean saysTheSameAs(PoolShare other) {
    return untimed().equals(other.untimed());
  }

  private PoolShare untimed() {
    return new PoolShare(
        reachable,
        conflict,
        budgeted,
        ServerStatusDifference.untimed(facts),
        budget,
        0,
        lines,
        pods,
        waiting);
  }

  /** The sum of the grants. */
  public int granted() {
    return lines.stream().mapToInt(LedgerEntry::granted).sum();
  }

  /** Connections that are spoken for. */
  public int bound() {
    return lines.stream().mapToInt(LedgerEntry::bound).sum();
  }

  /** Connections open, by the last reports. */
  public int held() {
    return lines.stream().mapToInt(LedgerEntry::held).sum();
  }
}
