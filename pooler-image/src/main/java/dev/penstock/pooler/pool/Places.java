package dev.penstock.pooler.pool;

import dev.penstock.pooler.config.PoolSettings;

/**
 * The places that a pool's connections take up: among its own, those of its database, of its user
 * and of its server; and the limits that the configuration sets to the first three. Owned by the
 * event loop.
 */
final class Places {
  private final PoolSettings settings;
  private final Tally own = new Tally();
  private final Tally ofDatabase;
  private final Tally ofUser;
  private final Tally[] all;

  Places(PoolSettings settings, Tally ofDatabase, Tally ofUser, Tally ofServer) {
    this.settings = settings;
    this.ofDatabase = ofDatabase;
    this.ofUser = ofUser;
    this.all = new Tally[] {own, ofDatabase, ofUser, ofServer};
  }

  /** The pool's own connections. */
  Tally own() {
    return own;
  }

  void opened() {
    for (Tally tally : all) {
      tally.add(Slot.State.CONNECTING, 1);
    }
  }

  void moved(Slot.State from, Slot.State to) {
    for (Tally tally : all) {
      tally.move(from, to);
    }
  }

  /** Whether the pool's own size lets it open one more, and the reserve if that may be used. */
  boolean hasRoom(boolean reserve) {
    return own.open() < settings.poolSize() + (reserve ? settings.reservePoolSize() : 0);
  }

  boolean databaseIsFull() {
    return settings.maxDbConnections() > 0 && ofDatabase.held() >= settings.maxDbConnections();
  }

  boolean userIsFull() {
    return settings.maxUserConnections() > 0 && ofUser.held() >= settings.maxUserConnections();
  }

  /** Whether a place within the limits of its database or user is about to become free. */
  boolean awaitsClose() {
    return ofDatabase.closing() + ofUser.closing() > 0;
  }

  boolean sharesDatabase(Places other) {
    return ofDatabase == other.ofDatabase;
  }

  boolean sharesUser(Places other) {
    return ofUser == other.ofUser;
  }
}
