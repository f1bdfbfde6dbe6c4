package dev.penstock.pooler.client;

/** When a client did what, by the clock of the pools in nanoseconds. Not thread-safe. */
final class ClientTimes {
  private final long connected;
  private long waitingSince;
  private long transactionBegan;
  private long queryBegan;
  private long idleSince;

  ClientTimes(long now) {
    connected = now;
    waitingSince = now;
    transactionBegan = now;
    queryBegan = now;
    idleSince = now;
  }

  void waits(long now) {
    waitingSince = now;
  }

  /** A query begins, and a transaction with it unless one is under way. */
  void queries(long now, boolean inTransaction) {
    queryBegan = now;
    if (!inTransaction) {
      transactionBegan = now;
    }
  }

  void idles(long now) {
    idleSince = now;
  }

  long connected() {
    return connected;
  }

  long waitingSince() {
    return waitingSince;
  }

  long transactionBegan() {
    return transactionBegan;
  }

  long queryBegan() {
    return queryBegan;
  }

  long idleSince() {
    return idleSince;
  }
}
