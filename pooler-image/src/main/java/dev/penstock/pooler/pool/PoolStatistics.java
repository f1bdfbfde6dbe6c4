package dev.penstock.pooler.pool;

import java.util.List;

/**
 * What one pool, the pair of a database and a user, has done and is doing. Counters start at 0 with
 * the process and only grow.
 *
 * @param database the name clients ask for
 * @param user the name clients log in with
 * @param poolMode as in the configuration: session or per-transaction pooling, by its name in the
 *     configuration
 * @param clientsActive clients linked to a server connection
 * @param clientsWaiting clients that wait for one
 * @param serversActive server connections linked to a client, or being reset or checked
 * @param serversIdle server connections ready for a client
 * @param serversConnecting from before {@code connect()} until the login is complete
 * @param serversClosing told to end, until the server's end of stream is read
 * @param serversLost ended without the server's end of stream, and counted for a while
 * @param queries ReadyForQuery messages sent to clients
 * @param transactions those of them that said "idle"
 * @param errors ErrorResponse messages sent to clients, the server's and the pooler's own
 * @param bytesIn bytes received from clients
 * @param bytesOut bytes sent to clients
 * @param waits how long clients waited for a server connection
 */
public record PoolStatistics(
    String database,
    String user,
    String poolMode,
    int clientsActive,
    int clientsWaiting,
    int serversActive,
    int serversIdle,
    int serversConnecting,
    int serversClosing,
    int serversLost,
    long queries,
    long transactions,
    long errors,
    long bytesIn,
    long bytesOut,
    Waits waits) {

  /**
   * A histogram.
   *
   * @param buckets by ascending bound; the last bound is {@link Double#POSITIVE_INFINITY}
   * @param sumSeconds the sum of all observations
   */
  public record Waits(List<Bucket> buckets, double sumSeconds) {

    public Waits {
      buckets = List.copyOf(buckets);
    }

    /** All observations. */
    public long total() {
      return buckets.stream().mapToLong(Bucket::observations).sum();
    }
  }

  /**
   * One bucket of a histogram.
   *
   * @param upperBoundSeconds inclusive
   * @param observations above the bound of the bucket before, up to this bound: not cumulative
   */
  public record Bucket(double upperBoundSeconds, long observations) {}
}
