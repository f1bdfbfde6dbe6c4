package dev.penstock.pooler.pool;

/** What a pool is for: the name of a database as clients ask for it, and who logs in. */
public record PoolKey(String database, String user) {
  @Override
  public String toString() {
    return database + "/" + user;
  }
}
