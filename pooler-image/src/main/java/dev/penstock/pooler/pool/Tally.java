package dev.penstock.pooler.pool;

/** Server connections by where they stand. Not thread-safe. */
final class Tally {
  private int connecting;
  private int idle;
  private int active;
  private int closing;
  private int lost;

  void move(Slot.State from, Slot.State to) {
    add(from, -1);
    add(to, 1);
  }

  void add(Slot.State state, int change) {
    switch (state) {
      case CONNECTING -> connecting += change;
      case IDLE -> idle += change;
      case ACTIVE -> active += change;
      case CLOSING -> closing += change;
      case LOST -> lost += change;
      case GONE -> {
        // No longer counted anywhere.
      }
    }
  }

  int connecting() {
    return connecting;
  }

  int idle() {
    return idle;
  }

  int active() {
    return active;
  }

  int closing() {
    return closing;
  }

  int lost() {
    return lost;
  }

  /** Logged in and not on the way out. */
  int established() {
    return idle + active;
  }

  /** Those that will stay. */
  int open() {
    return connecting + idle + active;
  }

  /** All that the server counts, or may count. */
  int held() {
    return connecting + idle + active + closing + lost;
  }
}
