package dev.penstock.pooler.pool;

/**
 * What PgBouncer's {@code SHOW STATS} counts, since the process began. Times are in microseconds.
 *
 * @param serverAssignments how often a client was lent a server connection
 * @param transactions ReadyForQuery messages that said "idle"
 * @param queries ReadyForQuery messages
 * @param received bytes from clients
 * @param sent bytes to clients
 * @param transactionMicros within transactions
 * @param queryMicros within queries
 * @param waitMicros clients waited for a server connection
 * @param clientParses statements that clients prepared by name
 * @param serverParses statements that servers were told of
 * @param binds of such statements
 * @param logins clients that were authenticated
 */
public record Counts(
    long serverAssignments,
    long transactions,
    long queries,
    long received,
    long sent,
    long transactionMicros,
    long queryMicros,
    long waitMicros,
    long clientParses,
    long serverParses,
    long binds,
    long logins) {

  /** Nothing at all. */
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public Counts plus(Counts other) {
    return combine(other, 1);
  }

  /** What came after {@code earlier}. */
  public Counts since(Counts earlier) {
    return combine(earlier, -1);
  }

  private Counts combine(Counts other, int sign) {
    return new Counts(
        serverAssignments + sign * other.serverAssignments,
        transactions + sign * other.transactions,
        queries + sign * other.queries,
        received + sign * other.received,
        sent + sign * other.sent,
        transactionMicros + sign * other.transactionMicros,
        queryMicros + sign * other.queryMicros,
        waitMicros + sign * other.waitMicros,
        clientParses + sign * other.clientParses,
        serverParses + sign * other.serverParses,
        binds + sign * other.binds,
        logins + sign * other.logins);
  }
}
