package dev.penstock.operator.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Asks a server; each call opens one connection and closes it. Blocking, bounded in time. */
public final class ServerProbe {

  /** What {@code pg_stat_activity} shows the operator's own connections as. */
  static final String APPLICATION_NAME = "penstock-operator";

  private static final String SETTINGS =
      """
      select coalesce(max(setting) filter (where name = 'max_connections'), '0')::int,
             coalesce(max(setting) filter (where name = 'superuser_reserved_connections'), '0')::int,
             coalesce(max(setting) filter (where name = 'reserved_connections'), '0')::int
        from pg_settings
       where name in
             ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
      """;

  private static final String BACKENDS =
      """
      select pg_has_role(current_user, 'pg_read_all_stats', 'usage'),
             host(inet_client_addr()),
             (select count(*) from pg_stat_activity where client_addr = ?::inet)
      """;

  private final Driver driver = new Driver();
  private final Clock clock;
  private final Duration patience;

  /**
   * A probe.
   *
   * @param patience how long to wait for the connection, the login and each answer
   */
  public ServerProbe(Clock clock, Duration patience) {
    this.clock = clock;
    this.patience = patience;
  }

  /** Asks for the settings that make the budget. */
  ServerFacts facts(ProbeTarget target) throws SQLException {
    Instant now = clock.instant();
    try (Connection connection = connect(target);
        PreparedStatement query = connection.prepareStatement(SETTINGS);
        ResultSet row = query.executeQuery()) {
      row.next();
      return new ServerFacts(row.getInt(1), row.getInt(2), row.getInt(3), now);
    }
  }

  /**
   * Asks how many of the server's processes serve connections from an address.
   *
   * @return empty if the answer would prove nothing: the role may not see other roles' connections,
   *     or an address translation stands between pods and server, so that it sees other addresses
   */
  OptionalInt backends(ProbeTarget target, String address) throws SQLException {
    try (Connection connection = connect(target);
        PreparedStatement query = connection.prepareStatement(BACKENDS)) {
      query.setString(1, address);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1) && isOwnAddress(row.getString(2))
            ? OptionalInt.of(row.getInt(3))
            : OptionalInt.empty();
      }
    }
  }

  private static boolean isOwnAddress(@Nullable String address) {
    try {
      return address != null
          && NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null;
    } catch (SocketException | UnknownHostException unknown) {
      return false;
    }
  }

  private Connection connect(ProbeTarget target) throws SQLException {
    Map<PGProperty, String> settings = new HashMap<>();
    String seconds = Long.toString(Math.max(1, patience.toSeconds()));
    settings.put(PGProperty.USER, target.user());
    settings.put(PGProperty.PASSWORD, target.password());
    settings.put(PGProperty.APPLICATION_NAME, APPLICATION_NAME);
    settings.put(PGProperty.CONNECT_TIMEOUT, seconds);
    settings.put(PGProperty.SOCKET_TIMEOUT, seconds);
    settings.put(PGProperty.LOGIN_TIMEOUT, seconds);
    settings.put(PGProperty.SSL_MODE, target.tlsMode());
    if (target.authorities() != null) {
      settings.put(PGProperty.SSL_FACTORY, AuthorityTlsFactory.class.getName());
      settings.put(PGProperty.SSL_FACTORY_ARG, target.authorities());
    }
    settings.put(PGProperty.PG_HOST, target.host());
    settings.put(PGProperty.PG_PORT, Integer.toString(target.port()));
    Properties properties = new Properties();
    settings.forEach((property, value) -> property.set(properties, value));
    // The database must stand in the URL: without it the driver takes the name of the role.
    String url = "jdbc:postgresql:" + URLEncoder.encode(target.database(), UTF_8);
    Connection connection = driver.connect(url, properties);
    if (connection == null) {
      throw new SQLException("the driver does not know its own URL " + url);
    }
    return connection;
  }
}
