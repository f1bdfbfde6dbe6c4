package dev.penstock.pooler.pool;

import dev.penstock.pooler.config.PoolSettings;

/**
 * The places that a pool's connections take up among its own, those of its database and those of
 * its user, and the limits that the configuration sets to them. Owned by the event loop.
 */
final class Places {
  private PoolSettings settings;
  private final Tally own = new Tally();
  private final Tally ofDatabase;
  private final Tally ofUser;
  private final Tally[] all;

  Places(PoolSettings settings, Tally ofDatabase, Tally ofUser) {
    this.settings = settings;
    this.ofDatabase = ofDatabase;
    this.ofUser = ofUser;
    this.all = new Tally[] {own, ofDatabase, ofUser};
  }

  /** What the configuration says of the pool. */
  PoolSettings settings() {
    return settings;
  }

  /** The configuration says something else of it now. */
  void settings(PoolSettings next) {
    settings = next;
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

  /** Whether there are more than ever may be. */
  boolean isOverfull() {
    return own.open() > settings.poolSize() + settings.reservePoolSize();
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
