package dev.penstock.pooler.config;

import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of the {@code auth_hba_file}.
 *
 * @param line its number, from 1, for the log
 * @param method what a client that it matches must do
 * @param map who may log in as whom; null when the line names no map
 */
public record HbaRule(
    int line,
    Origin origin,
    Names databases,
    Names users,
    AddressRange addresses,
    AuthMethod method,
    @Nullable IdentMap map) {

  /** Which connections a line is about. */
  enum Origin {
    LOCAL,
    HOST,
    HOSTSSL,
    HOSTNOSSL
  }

  /**
   * Databases or users.
   *
   * @param all whether any name will do
   * @param sameUser whether a database will do that is named as the user
   * @param replication whether physical replication will do, which is of no database
   */
  record Names(boolean all, boolean sameUser, boolean replication, Set<String> names) {

    Names {
      names = Set.copyOf(names);
    }
  }

  /**
   * A client as the lines see it.
   *
   * @param address null when it is not known: then no line matches
   * @param local whether it comes by a Unix socket, which has no address
   * @param replication whether it wants physical replication
   */
  public record Client(
      @Nullable InetAddress address,
      boolean local,
      boolean encrypted,
      boolean replication,
      String database,
      String user) {}

  boolean matches(Client client) {
    return matchesOrigin(client) && matchesDatabase(client) && matchesUser(client.user);
  }

  private boolean matchesOrigin(Client client) {
    if (client.local || origin == Origin.LOCAL) {
      return client.local && origin == Origin.LOCAL;
    }
    var address = client.address;
    return address != null
        && (origin == Origin.HOST || client.encrypted == (origin == Origin.HOSTSSL))
        && addresses.contains(address);
  }

  private boolean matchesDatabase(Client client) {
    if (client.replication) {
      return databases.replication;
    }
    return databases.all
        || (databases.sameUser && client.database.equals(client.user))
        || databases.names.contains(client.database);
  }

  private boolean matchesUser(String user) {
    return users.all || users.names.contains(user);
  }
}
