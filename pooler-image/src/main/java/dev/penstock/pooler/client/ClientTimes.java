package dev.penstock.pooler.client;

/** When a client did what, by the clock of the pools in nanoseconds. Not thread-safe. */
final class ClientTimes {
  private final long connected;
  private long waitingSince;
  private long queryBegan;
  private long idleSince;

  ClientTimes(long now) {
    connected = now;
    waitingSince = now;
    queryBegan = now;
    idleSince = now;
  }

  void waits(long now) {
    waitingSince = now;
  }

  void queries(long now) {
    queryBegan = now;
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

  long queryBegan() {
    return queryBegan;
  }

  long idleSince() {
    return idleSince;
  }
}
