package dev.penstock.pooler.pool;

/** What has passed through a pool. Owned by the event loop; counting allocates nothing. */
public final class Traffic {
  private long queries;
  private long transactions;
  private long errors;
  private long bytesIn;
  private long bytesOut;
  private long queryNanos;
  private long transactionNanos;
  private long logins;
  private long clientParses;
  private long serverParses;
  private long binds;

  /** Nothing yet. */
  public Traffic() {}

  /** A ReadyForQuery went to a client. */
  public void query(boolean endsTransaction) {
    queries++;
    if (endsTransaction) {
      transactions++;
    }
  }

  /** A query took so long, from its first message to the ReadyForQuery. */
  public void queryTook(long nanos) {
    queryNanos += nanos;
  }

  /** A transaction took so long, the pauses in it included. */
  public void transactionTook(long nanos) {
    transactionNanos += nanos;
  }

  /** A client has been authenticated. */
  public void login() {
    logins++;
  }

  /** A client prepared a statement by name. */
  public void clientParse() {
    clientParses++;
  }

  /** A server was told of such a statement. */
  public void serverParse() {
    serverParses++;
  }

  /** A client bound such a statement. */
  public void bind() {
    binds++;
  }

  /** An ErrorResponse went to a client. */
  public void error() {
    errors++;
  }

  /** Bytes came from a client. */
  public void received(int bytes) {
    bytesIn += bytes;
  }

  /** Bytes went to a client. */
  public void sent(int bytes) {
    bytesOut += bytes;
  }

  /**
   * The counters as they are now.
   *
   * @param assignments how often a client was lent a server connection
   * @param waitNanos how long clients have waited for those, together
   */
  public Counts counts(long assignments, long waitNanos) {
    return new Counts(
        assignments,
        transactions,
        queries,
        bytesIn,
        bytesOut,
        transactionNanos / 1000,
        queryNanos / 1000,
        waitNanos / 1000,
        clientParses,
        serverParses,
        binds,
        logins);
  }

  long queries() {
    return queries;
  }

  long transactions() {
    return transactions;
  }

  long errors() {
    return errors;
  }

  long bytesIn() {
    return bytesIn;
  }

  long bytesOut() {
    return bytesOut;
  }
}
