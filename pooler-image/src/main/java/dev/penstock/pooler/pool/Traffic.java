package dev.penstock.pooler.pool;

/** What has passed through a pool. Owned by the event loop; counting allocates nothing. */
public final class Traffic {
  private long queries;
  private long transactions;
  private long errors;
  private long bytesIn;
  private long bytesOut;

  Traffic() {}

  /** A ReadyForQuery went to a client. */
  public void query(boolean endsTransaction) {
    queries++;
    if (endsTransaction) {
      transactions++;
    }
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
