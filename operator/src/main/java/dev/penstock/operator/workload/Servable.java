package dev.penstock.operator.workload;

import dev.penstock.crds.ConnectionPoolSpec;
import dev.penstock.crds.PoolMode;
import java.util.stream.Stream;

/**
 * How many connections the pods in front of a pool may have to it, all together. Pure.
 *
 * <p>In transaction mode a client needs a server connection only while a transaction runs, so that
 * several can share one. How many is a matter of judgement: with one each, a busy pod could never
 * use what others leave idle; with very many the queue only moves from the application, where it
 * can be seen and bounded, into the poolers. In session mode a client keeps what it has, and one
 * more than there are would wait for another to leave.
 *
 * @param connections server connections the pool can count on, at least 0
 * @param clientsEach clients for each of them, at least 1
 * @param places clients that the instances accept when one of them is away, at least 1
 */
public record Servable(int connections, int clientsEach, int places) {

  /** Clients for each server connection where transactions take turns. */
  static final int TAKING_TURNS = 4;

  /**
   * What follows from the resource.
   *
   * @param connections server connections the pool can count on
   * @param clientLimit {@code max_client_conn} of an instance
   */
  public static Servable of(ConnectionPoolSpec spec, int connections, int clientLimit) {
    int fewest = spec.autoscaling() == null ? spec.replicas() : spec.autoscaling().minReplicas();
    // The clients of an instance that leaves go to the others.
    int staying = Math.max(1, fewest - 1);
    long places = (long) staying * clientLimit;
    return new Servable(
        connections,
        keepsSessions(spec) ? 1 : TAKING_TURNS,
        Math.clamp(places, 1, Integer.MAX_VALUE));
  }

  /** Whether some client keeps its server connection for as long as it is connected. */
  static boolean keepsSessions(ConnectionPoolSpec spec) {
    return Stream.concat(
            spec.databases().isEmpty() ? Stream.of(spec.poolMode()) : Stream.empty(),
            spec.databases().stream()
                .map(
                    database ->
                        database.poolMode() == null ? spec.poolMode() : database.poolMode()))
        .anyMatch(PoolMode.SESSION::equals);
  }

  /** Connections for the pods of all pooled workloads together, at least 1. */
  public int together() {
    long served = (long) connections * clientsEach;
    return Math.clamp(served, 1, places);
  }
}
