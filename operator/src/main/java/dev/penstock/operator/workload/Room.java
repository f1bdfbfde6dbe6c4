package dev.penstock.operator.workload;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ShareSpec;
import java.util.List;

/**
 * What there is for workloads. Pure.
 *
 * @param serverBudget connections of the server that may be used, before direct workloads have
 *     theirs
 * @param direct what direct workloads of all pools of the server take of it together
 * @param pool server connections that this pool can count on
 * @param clientLimit {@code max_client_conn} of an instance
 */
public record Room(int serverBudget, long direct, int pool, int clientLimit) {

  /**
   * Of one pool among those of its server: its part of the budget by weight, within its own minimum
   * and maximum. What it is granted moves with demand, and would have its clients told another
   * number with every move.
   *
   * @param serverBudget connections of the server that may be used
   * @param most that the pool may have
   * @param pool one of {@code all}
   * @param all pools that name the server
   * @param clientLimit {@code max_client_conn} of an instance
   */
  public static Room of(
      int serverBudget, int most, ConnectionPool pool, List<ConnectionPool> all, int clientLimit) {
    long direct = all.stream().mapToLong(DirectDemand::of).sum();
    long weights = Math.max(weight(pool), all.stream().mapToLong(Room::weight).sum());
    long part = Math.max(0, serverBudget - direct) * weight(pool) / weights;
    ShareSpec share = pool.getSpec().share();
    long least = share == null || share.min() == null ? 0 : share.min();
    return new Room(serverBudget, direct, (int) Math.min(most, Math.max(part, least)), clientLimit);
  }

  private static long weight(ConnectionPool pool) {
    ShareSpec share = pool.getSpec().share();
    return share == null ? 1 : share.weight();
  }
}
