package dev.penstock.operator.probe;

import java.time.Instant;

/**
 * What a server has said of itself.
 *
 * @param maxConnections its {@code max_connections}
 * @param superuserReserved its {@code superuser_reserved_connections}
 * @param reserved its {@code reserved_connections} (PostgreSQL 16 and later), else 0
 * @param askedAt when
 */
public record ServerFacts(
    int maxConnections, int superuserReserved, int reserved, Instant askedAt) {

  /** Connections that ordinary roles cannot have. */
  public int reservedTogether() {
    return superuserReserved + reserved;
  }

  boolean saysTheSameAs(ServerFacts other) {
    return maxConnections == other.maxConnections && reservedTogether() == other.reservedTogether();
  }
}
