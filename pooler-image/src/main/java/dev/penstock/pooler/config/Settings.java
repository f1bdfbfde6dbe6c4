package dev.penstock.pooler.config;

import static dev.penstock.pooler.config.ValueType.address;
import static dev.penstock.pooler.config.ValueType.choice;
import static dev.penstock.pooler.config.ValueType.flag;
import static dev.penstock.pooler.config.ValueType.integer;
import static dev.penstock.pooler.config.ValueType.list;
import static dev.penstock.pooler.config.ValueType.onlyEmpty;
import static dev.penstock.pooler.config.ValueType.path;
import static dev.penstock.pooler.config.ValueType.seconds;
import static dev.penstock.pooler.config.ValueType.text;
import static dev.penstock.pooler.config.ValueType.tlsProtocols;
import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What section {@code [pgbouncer]} says, and the one table of what it may say. Names, defaults and
 * units are PgBouncer's; where Penstock differs the meaning says so. A time of zero means that
 * there is no such limit, except where the meaning says something else.
 *
 * <p>Immutable.
 */
public final class Settings {

  private static final Map<String, Setting<?>> TABLE = new LinkedHashMap<>();
  private static final int ANY = Integer.MAX_VALUE;

  public static final Setting<List<String>> LISTEN_ADDR =
      fixed("listen_addr", list(), "", "addresses to listen on, `*` for all; must be set");
  public static final Setting<Integer> LISTEN_PORT =
      fixed("listen_port", integer("port", 0, 65_535), "6432", "port for clients, 0 for any free");
  public static final Setting<String> UNIX_SOCKET_DIR =
      fixed(
          "unix_socket_dir",
          onlyEmpty("Unix sockets are not supported"),
          "",
          "accepted when empty: there are no Unix sockets (PgBouncer: `/tmp`)");
  public static final Setting<PoolMode> POOL_MODE =
      row(
          "pool_mode",
          choice(PoolMode.values(), "statement"),
          "session",
          "when a server connection goes back to its pool");
  public static final Setting<AuthType> AUTH_TYPE =
      row("auth_type", AuthType.valueType(), "md5", "how clients prove who they are");
  public static final Setting<Optional<Path>> AUTH_FILE =
      row("auth_file", path(), "", "users and passwords; re-read when it changes");
  public static final Setting<Optional<Path>> AUTH_HBA_FILE =
      row("auth_hba_file", path(), "", "who must do what, for `auth_type = hba`; re-read too");
  public static final Setting<Optional<Path>> AUTH_IDENT_FILE =
      row("auth_ident_file", path(), "", "maps for its `map=`; re-read too");
  public static final Setting<String> AUTH_USER =
      row("auth_user", text("name"), "", "whom to ask as for users who are not in the `auth_file`");
  public static final Setting<String> AUTH_QUERY =
      row(
          "auth_query",
          text("SQL"),
          "SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END FROM"
              + " pg_authid WHERE rolname=$1 AND rolcanlogin",
          "what to ask then: name and password of the user `$1`");
  public static final Setting<String> AUTH_DBNAME =
      row("auth_dbname", text("name"), "", "which database to ask; empty: the one that is wanted");
  public static final Setting<List<String>> ADMIN_USERS =
      row("admin_users", list(), "", "users who may do everything on the admin console");
  public static final Setting<List<String>> STATS_USERS =
      row("stats_users", list(), "", "users who may only look there (`SHOW`)");
  public static final Setting<Integer> STATS_PERIOD =
      row("stats_period", integer("seconds", 1, ANY), "60", "how often averages are made");
  public static final Setting<Integer> MAX_CLIENT_CONN =
      row("max_client_conn", count(), "100", "most client connections");
  public static final Setting<Integer> DEFAULT_POOL_SIZE =
      row("default_pool_size", count(), "20", "most server connections of a database/user pair");
  public static final Setting<Integer> MIN_POOL_SIZE =
      row("min_pool_size", count(), "0", "server connections to keep open while a pool is in use");
  public static final Setting<Integer> RESERVE_POOL_SIZE =
      row("reserve_pool_size", count(), "0", "additional connections of a pool; 0 for none");
  public static final Setting<Duration> RESERVE_POOL_TIMEOUT =
      row("reserve_pool_timeout", seconds(), "5", "wait after which the reserve may be used");
  public static final Setting<Integer> MAX_DB_CONNECTIONS =
      row("max_db_connections", count(), "0", "most server connections of a database; 0: no limit");
  public static final Setting<Integer> MAX_USER_CONNECTIONS =
      row("max_user_connections", count(), "0", "most server connections of a user; 0: no limit");
  public static final Setting<Duration> SERVER_IDLE_TIMEOUT =
      row("server_idle_timeout", seconds(), "600", "unused server connections are closed after it");
  public static final Setting<Duration> SERVER_LIFETIME =
      row(
          "server_lifetime",
          seconds(),
          "3600",
          "age at which an unused server connection is closed; 0: used once");
  public static final Setting<Duration> SERVER_CONNECT_TIMEOUT =
      row(
          "server_connect_timeout",
          seconds(),
          "15",
          "limit for connecting and logging in, and for a check or reset query");
  public static final Setting<Duration> SERVER_LOGIN_RETRY =
      row(
          "server_login_retry",
          seconds(),
          "15",
          "pause after a refused login, and up to half less");
  public static final Setting<String> SERVER_RESET_QUERY =
      row("server_reset_query", text("SQL"), "DISCARD ALL", "run when a session ends; or empty");
  public static final Setting<Boolean> SERVER_RESET_QUERY_ALWAYS =
      row("server_reset_query_always", flag(), "0", "run it in transaction mode too");
  public static final Setting<String> SERVER_CHECK_QUERY =
      row(
          "server_check_query",
          text("SQL"),
          "<empty>",
          "is the server there? `<empty>`: an empty query; empty: do not ask");
  public static final Setting<Duration> SERVER_CHECK_DELAY =
      row("server_check_delay", seconds(), "30", "idle time after which that is asked; 0: always");
  public static final Setting<Duration> QUERY_TIMEOUT =
      row("query_timeout", seconds(), "0", "longest query");
  public static final Setting<Duration> QUERY_WAIT_TIMEOUT =
      row("query_wait_timeout", seconds(), "120", "longest wait for a server connection");
  public static final Setting<Duration> IDLE_TRANSACTION_TIMEOUT =
      row("idle_transaction_timeout", seconds(), "0", "longest pause within a transaction");
  public static final Setting<Duration> CLIENT_IDLE_TIMEOUT =
      row("client_idle_timeout", seconds(), "0", "longest pause of a client");
  public static final Setting<Duration> CLIENT_LOGIN_TIMEOUT =
      row("client_login_timeout", seconds(), "60", "limit for a client's login");
  public static final Setting<List<String>> IGNORE_STARTUP_PARAMETERS =
      row("ignore_startup_parameters", list(), "", "startup parameters to drop without an error");
  public static final Setting<Integer> MAX_PREPARED_STATEMENTS =
      row(
          "max_prepared_statements",
          integer("statements", 0, ANY),
          "200",
          "most that a server connection knows by name; 0: names go to the server as they are");
  public static final Setting<Integer> MAX_PACKET_SIZE =
      row("max_packet_size", integer("bytes", 1, ANY), "2147483647", "longest message let through");
  public static final Setting<TlsMode> CLIENT_TLS_SSLMODE =
      row("client_tls_sslmode", choice(TlsMode.values()), "disable", "TLS with clients");
  public static final Setting<Optional<Path>> CLIENT_TLS_KEY_FILE =
      row("client_tls_key_file", path(), "", "private key shown to clients, PEM");
  public static final Setting<Optional<Path>> CLIENT_TLS_CERT_FILE =
      row("client_tls_cert_file", path(), "", "certificate of that key, PEM");
  public static final Setting<Optional<Path>> CLIENT_TLS_CA_FILE =
      row("client_tls_ca_file", path(), "", "what clients' certificates are checked against, PEM");
  public static final Setting<List<String>> CLIENT_TLS_PROTOCOLS =
      row("client_tls_protocols", tlsProtocols(), "secure", "`secure`: TLS 1.2 and 1.3");
  public static final Setting<TlsMode> SERVER_TLS_SSLMODE =
      row("server_tls_sslmode", choice(TlsMode.values()), "prefer", "TLS with servers");
  public static final Setting<Optional<Path>> SERVER_TLS_KEY_FILE =
      row("server_tls_key_file", path(), "", "private key shown to servers, PEM");
  public static final Setting<Optional<Path>> SERVER_TLS_CERT_FILE =
      row("server_tls_cert_file", path(), "", "certificate of that key, PEM");
  public static final Setting<Optional<Path>> SERVER_TLS_CA_FILE =
      row("server_tls_ca_file", path(), "", "what servers' certificates are checked against, PEM");
  public static final Setting<List<String>> SERVER_TLS_PROTOCOLS =
      row("server_tls_protocols", tlsProtocols(), "secure", "`secure`: TLS 1.2 and 1.3");
  public static final Setting<Boolean> TCP_KEEPALIVE =
      fixed("tcp_keepalive", flag(), "1", "keepalive on all connections");
  public static final Setting<Integer> TCP_KEEPIDLE =
      fixed("tcp_keepidle", integer("seconds", 0, 32_767), "0", "0: as the system has it");
  public static final Setting<Integer> TCP_KEEPINTVL =
      fixed("tcp_keepintvl", integer("seconds", 0, 32_767), "0", "0: as the system has it");
  public static final Setting<Integer> TCP_KEEPCNT =
      fixed("tcp_keepcnt", integer("probes", 0, 127), "0", "0: as the system has it");
  public static final Setting<Integer> TCP_USER_TIMEOUT =
      fixed(
          "tcp_user_timeout",
          integer("milliseconds", 0, ANY),
          "0",
          "0: as the system has it; not with nio");
  public static final Setting<Boolean> LOG_CONNECTIONS =
      row("log_connections", flag(), "1", "log logins");
  public static final Setting<Boolean> LOG_DISCONNECTIONS =
      row("log_disconnections", flag(), "1", "log disconnections and why");
  public static final Setting<Boolean> LOG_POOLER_ERRORS =
      row("log_pooler_errors", flag(), "1", "log errors sent to clients");
  public static final Setting<Integer> VERBOSE =
      row("verbose", integer("level", 0, 3), "0", "1: log more, 2 and 3: also of the libraries");
  public static final Setting<Boolean> APPLICATION_NAME_ADD_HOST =
      row("application_name_add_host", flag(), "0", "add the client's address to its name");
  public static final Setting<Optional<ListenAddress>> PENSTOCK_HTTP_LISTEN =
      fixed("penstock_http_listen", address(), "", "port of `/healthz`, `/readyz`, `/metrics`");
  public static final Setting<Optional<ListenAddress>> PENSTOCK_FLEET_LISTEN =
      fixed(
          "penstock_fleet_listen",
          address(),
          "",
          "port for the operator and other instances; empty: standalone");
  public static final Setting<Optional<Path>> PENSTOCK_FLEET_CERT_FILE =
      fixed(
          "penstock_fleet_cert_file",
          path(),
          "",
          "certificate shown on that port and to other instances, PEM");
  public static final Setting<Optional<Path>> PENSTOCK_FLEET_KEY_FILE =
      fixed("penstock_fleet_key_file", path(), "", "its private key, PEM");
  public static final Setting<Optional<Path>> PENSTOCK_FLEET_CA_FILE =
      fixed(
          "penstock_fleet_ca_file",
          path(),
          "",
          "what the operator's and other instances' are checked against, PEM");
  public static final Setting<Integer> PENSTOCK_MAX_SERVER_LOGINS =
      row(
          "penstock_max_server_logins",
          integer("logins", 0, ANY),
          "8",
          "most logins to one server at a time; 0: no limit");
  public static final Setting<Integer> PENSTOCK_MAX_CLIENT_LOGINS =
      row(
          "penstock_max_client_logins",
          integer("clients", 0, ANY),
          "0",
          "most clients at a time that have not logged in; 0: as `max_client_conn`, but at least 100");
  public static final Setting<Duration> PENSTOCK_SERVER_PROBE_INTERVAL =
      row(
          "penstock_server_probe_interval",
          seconds(),
          "0.5",
          "longest pause between attempts to reach a server that is down");
  public static final Setting<Duration> PENSTOCK_LOST_SERVER_TIMEOUT =
      row(
          "penstock_lost_server_timeout",
          seconds(),
          "300",
          "how long a server connection counts whose end was not seen; 0: not at all");
  public static final Setting<Duration> PENSTOCK_DRAIN_TIMEOUT =
      row(
          "penstock_drain_timeout",
          seconds(),
          "0",
          "what transactions have to end in a shutdown before they are cut off");
  public static final Setting<Transport> PENSTOCK_TRANSPORT =
      fixed(
          "penstock_transport", choice(Transport.values()), "auto", "what the event loop runs on");

  private final Map<String, Object> values;
  private final Map<String, String> texts;

  private Settings(Map<String, Object> values, Map<String, String> texts) {
    this.values = values;
    this.texts = texts;
  }

  /** Every setting at its default. */
  public static Settings defaults() {
    var values = new HashMap<String, Object>();
    TABLE.values().forEach(setting -> values.put(setting.name(), setting.defaultValue()));
    return new Settings(values, Map.of());
  }

  /** The table, in the order of the documentation. */
  public static Collection<Setting<?>> table() {
    return Collections.unmodifiableCollection(TABLE.values());
  }

  /** The setting of that name, or null when there is none. */
  public static @Nullable Setting<?> named(String name) {
    return TABLE.get(name);
  }

  /** The value of a setting. */
  @SuppressWarnings("unchecked") // with() is the only writer, and it writes what the type reads
  public <T> T get(Setting<T> setting) {
    return (T) requireNonNull(values.get(setting.name()));
  }

  /**
   * These settings with one of them changed.
   *
   * @throws InvalidValueException when {@code text} is not a value of the setting's type
   */
  public Settings with(Setting<?> setting, String text) throws InvalidValueException {
    var changed = new HashMap<>(values);
    changed.put(setting.name(), setting.type().parser().parse(text));
    var changedTexts = new HashMap<>(texts);
    changedTexts.put(setting.name(), text);
    return new Settings(changed, changedTexts);
  }

  /** Those that only a new process takes and that differ from the ones of {@code running}. */
  public List<Setting<?>> fixedUnlike(Settings running) {
    return TABLE.values().stream()
        .filter(setting -> !setting.reloadable() && !get(setting).equals(running.get(setting)))
        .<Setting<?>>map(setting -> setting)
        .toList();
  }

  /** These settings, but for those that only a new process takes: they are as {@code running}. */
  public Settings fixedAsIn(Settings running) {
    var kept = new HashMap<>(values);
    var keptTexts = new HashMap<>(texts);
    for (var setting : fixedUnlike(running)) {
      kept.put(setting.name(), requireNonNull(running.values.get(setting.name())));
      keptTexts.put(setting.name(), running.written(setting));
    }
    return new Settings(kept, keptTexts);
  }

  /** The value of a setting as it was written. */
  public String written(Setting<?> setting) {
    return texts.getOrDefault(setting.name(), setting.defaultText());
  }

  private static ValueType<Integer> count() {
    return integer("connections", 0, ANY);
  }

  private static <T> Setting<T> row(
      String name, ValueType<T> type, String defaultText, String meaning) {
    return put(new Setting<>(name, type, defaultText, true, meaning));
  }

  /** One that only a new process takes. */
  private static <T> Setting<T> fixed(
      String name, ValueType<T> type, String defaultText, String meaning) {
    return put(new Setting<>(name, type, defaultText, false, meaning));
  }

  private static <T> Setting<T> put(Setting<T> setting) {
    TABLE.put(setting.name(), setting);
    return setting;
  }
}
