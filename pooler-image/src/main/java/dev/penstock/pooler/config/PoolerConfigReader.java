package dev.penstock.pooler.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads PgBouncer's configuration file. Of a setting that stands twice the last one counts, as in
 * PgBouncer, so that an included file can override.
 */
public final class PoolerConfigReader {

  private static final String FALLBACK = "*";
  private static final String CONSOLE = "pgbouncer";
  private static final int DEFAULT_SERVER_PORT = 5432;
  private static final ValueType<Integer> COUNT =
      ValueType.integer("connections", 0, Integer.MAX_VALUE);
  private static final ValueType<PoolMode> MODE = ValueType.choice(PoolMode.values(), "statement");
  private static final List<String> STARTUP_PARAMETERS =
      List.of("client_encoding", "datestyle", "timezone", "application_name");

  private final Path file;
  private final Problems problems = new Problems();
  private Settings settings = Settings.defaults();
  private final Map<String, Database> databases = new HashMap<>();
  private final Map<String, User> users = new HashMap<>();

  private PoolerConfigReader(Path file) {
    this.file = file;
  }

  /**
   * Reads a file and all that it includes.
   *
   * @throws ConfigurationException with every problem of the file, by file and line
   */
  public static PoolerConfig read(Path file) throws ConfigurationException {
    var reader = new PoolerConfigReader(file);
    IniFile.read(file, reader.problems).forEach(reader::accept);
    reader.problems.throwIfAny();
    reader.checkTogether();
    reader.problems.throwIfAny();
    var fallback = reader.databases.remove(FALLBACK);
    return new PoolerConfig(reader.settings, reader.databases, fallback, reader.users, file);
  }

  /**
   * A configuration with one setting changed.
   *
   * @throws InvalidValueException when {@code text} is not a value of the setting
   * @throws ConfigurationException when it does not go together with the others
   */
  public static PoolerConfig with(PoolerConfig config, Setting<?> setting, String text)
      throws InvalidValueException, ConfigurationException {
    var reader = new PoolerConfigReader(config.source());
    reader.settings = config.settings().with(setting, text);
    reader.databases.putAll(config.databases());
    var fallback = config.fallback();
    if (fallback != null) {
      reader.databases.put(FALLBACK, fallback);
    }
    reader.checkTogether();
    reader.problems.throwIfAny();
    return config.with(reader.settings);
  }

  private void accept(IniFile.Entry entry) {
    switch (entry.section()) {
      case "pgbouncer" -> acceptSetting(entry);
      case "databases" -> acceptDatabase(entry);
      case "users" -> acceptUser(entry);
      default ->
          problems.add(
              entry.file(),
              entry.line(),
              "unknown section [" + entry.section() + "]; there are databases, users, pgbouncer");
    }
  }

  private void acceptSetting(IniFile.Entry entry) {
    var setting = Settings.named(entry.key());
    if (setting == null) {
      var known = Settings.table().stream().map(Setting::name).toList();
      problems.add(
          entry.file(),
          entry.line(),
          "unknown setting \""
              + entry.key()
              + "\" in section [pgbouncer]; "
              + KnownNames.remedy(entry.key(), known));
      return;
    }
    try {
      settings = settings.with(setting, entry.value());
    } catch (InvalidValueException e) {
      problems.add(
          entry.file(),
          entry.line(),
          "\"" + entry.key() + "\" has the value \"" + entry.value() + "\": " + e.getMessage());
    }
  }

  private void acceptDatabase(IniFile.Entry entry) {
    var parameters = new Parameters(entry, problems);
    if (entry.key().equals(CONSOLE)) {
      parameters.complain("the name is reserved for the admin console; choose another");
    }
    var host = parameters.take("host", ValueType.text("host"));
    if (host == null) {
      parameters.complain("host is missing, and Unix sockets are not supported; add host=name");
    } else if (host.startsWith("/") || host.startsWith("@") || host.contains(",")) {
      parameters.complain(
          "host \"" + host + "\": Unix sockets and lists are not supported; give one host");
    }
    var port = parameters.take("port", ValueType.integer("port", 1, 65_535));
    var dbname = parameters.take("dbname", ValueType.text("name"));
    var reserve = parameters.take("reserve_pool_size", COUNT);
    var reserveByOldName = parameters.take("reserve_pool", COUNT);
    var startup = new HashMap<String, String>();
    for (var name : STARTUP_PARAMETERS) {
      var value = parameters.take(name, ValueType.text("text"));
      if (value != null) {
        startup.put(name, value);
      }
    }
    databases.put(
        entry.key(),
        new Database(
            entry.key(),
            host == null ? "" : host,
            port == null ? DEFAULT_SERVER_PORT : port,
            dbname == null ? entry.key() : dbname,
            parameters.take("user", ValueType.text("name")),
            parameters.take("password", ValueType.text("password")),
            parameters.take("auth_user", ValueType.text("name")),
            parameters.take("auth_query", ValueType.text("SQL")),
            parameters.take("auth_dbname", ValueType.text("name")),
            parameters.take("pool_mode", MODE),
            parameters.take("pool_size", COUNT),
            parameters.take("min_pool_size", COUNT),
            reserve == null ? reserveByOldName : reserve,
            parameters.take("max_db_connections", COUNT),
            parameters.take("server_lifetime", ValueType.seconds()),
            takeWait(parameters),
            startup));
    parameters.refuseTheRest();
  }

  private void acceptUser(IniFile.Entry entry) {
    var parameters = new Parameters(entry, problems);
    users.put(
        entry.key(),
        new User(
            entry.key(),
            parameters.take("pool_mode", MODE),
            parameters.take("pool_size", COUNT),
            parameters.take("reserve_pool_size", COUNT),
            parameters.take("max_user_connections", COUNT),
            parameters.take("query_timeout", ValueType.seconds()),
            takeWait(parameters),
            parameters.take("idle_transaction_timeout", ValueType.seconds()),
            parameters.take("client_idle_timeout", ValueType.seconds())));
    parameters.refuseTheRest();
  }

  /** PgBouncer writes -1 for a {@code query_wait_timeout} that is not set. */
  private static @Nullable Duration takeWait(Parameters parameters) {
    var seconds = ValueType.seconds();
    var type =
        new ValueType<Optional<Duration>>(
            seconds.unit(),
            text ->
                text.equals("-1") ? Optional.empty() : Optional.of(seconds.parser().parse(text)));
    var wait = parameters.take("query_wait_timeout", type);
    return wait == null ? null : wait.orElse(null);
  }

  private void checkTogether() {
    if (settings.get(Settings.LISTEN_ADDR).isEmpty()) {
      problems.add(file, "listen_addr is not set, so no client could connect; add listen_addr = *");
    }
    checkAuthentication();
    var client = settings.get(Settings.CLIENT_TLS_SSLMODE);
    if (client != TlsMode.DISABLE) {
      var why = "client_tls_sslmode is " + client.spelling();
      need(Settings.CLIENT_TLS_KEY_FILE, why);
      need(Settings.CLIENT_TLS_CERT_FILE, why);
      if (client.verifiesCertificate()) {
        need(Settings.CLIENT_TLS_CA_FILE, why);
      }
    }
    var server = settings.get(Settings.SERVER_TLS_SSLMODE);
    if (server.verifiesCertificate()) {
      need(Settings.SERVER_TLS_CA_FILE, "server_tls_sslmode is " + server.spelling());
    }
    if (settings.get(Settings.SERVER_TLS_CERT_FILE).isPresent()) {
      need(Settings.SERVER_TLS_KEY_FILE, "server_tls_cert_file is set");
    }
    if (settings.get(Settings.SERVER_TLS_KEY_FILE).isPresent()) {
      need(Settings.SERVER_TLS_CERT_FILE, "server_tls_key_file is set");
    }
    if (settings.get(Settings.PENSTOCK_FLEET_LISTEN).isPresent()) {
      var why = "penstock_fleet_listen is set, and that port only speaks mutual TLS";
      need(Settings.PENSTOCK_FLEET_CERT_FILE, why);
      need(Settings.PENSTOCK_FLEET_KEY_FILE, why);
      need(Settings.PENSTOCK_FLEET_CA_FILE, why);
    }
  }

  private void checkAuthentication() {
    var type = settings.get(Settings.AUTH_TYPE);
    var why = "auth_type is " + type.spelling();
    if (type == AuthType.HBA) {
      need(Settings.AUTH_HBA_FILE, why);
    }
    var asked =
        !settings.get(Settings.AUTH_USER).isEmpty()
            || databases.values().stream().anyMatch(database -> database.authUser() != null);
    if (type != AuthType.ANY && !asked) {
      need(Settings.AUTH_FILE, why + ", and there is no auth_user to ask the server for users");
    }
    if (settings.get(Settings.AUTH_DBNAME).equals(CONSOLE)) {
      problems.add(
          file, "cannot use the reserved \"pgbouncer\" database as an auth_dbname; name another");
    }
    if (type == AuthType.CERT && !settings.get(Settings.CLIENT_TLS_SSLMODE).verifiesCertificate()) {
      problems.add(
          file, why + ", so clients must show a certificate; set client_tls_sslmode = verify-full");
    }
  }

  private void need(Setting<Optional<Path>> setting, String why) {
    if (settings.get(setting).isEmpty()) {
      problems.add(file, setting.name() + " is not set, but " + why + "; name the file there");
    }
  }
}
