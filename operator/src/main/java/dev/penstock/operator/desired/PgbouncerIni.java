package dev.penstock.operator.desired;

import dev.penstock.crds.ConnectionPoolSpec;
import dev.penstock.crds.DatabaseSpec;
import dev.penstock.crds.ServerSpec;
import dev.penstock.crds.ServerTlsSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Renders {@code pgbouncer.ini}: the operator's settings first, then the resource's parameters in
 * their place. Nothing that a resource holds can begin another line.
 */
final class PgbouncerIni {

  /**
   * More than any server has, so that only the grant limits an instance: what it is allowed changes
   * while it runs, and a pool size would have to be changed with it.
   */
  private static final String UNLIMITED_POOL = "10000";

  /** PgBouncer's own default of 100 is meant for one process on the host of an application. */
  private static final String MAX_CLIENTS = "1000";

  /** Sent by the JDBC driver at every login; refused by PgBouncer unless it is listed. */
  private static final String IGNORED = "extra_float_digits";

  private static final int LEAST_FAREWELL_SECONDS = 2;

  private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_.-]+|\\*");
  private static final Pattern BARE_VALUE = Pattern.compile("[A-Za-z0-9_.:-]+");
  private static final DatabaseSpec ANY_DATABASE = new DatabaseSpec("*", null, null, null);

  private PgbouncerIni() {}

  static String render(ConnectionPoolSpec spec, ServerSpec server) {
    StringBuilder file = new StringBuilder("; Rendered by the Penstock operator.\n[databases]\n");
    List<DatabaseSpec> databases =
        spec.databases().isEmpty() ? List.of(ANY_DATABASE) : spec.databases();
    for (DatabaseSpec database : databases) {
      line(file, key(database.name()), target(server, database));
    }
    file.append("\n[pgbouncer]\n");
    settings(spec, server).forEach((name, value) -> line(file, name, value));
    return file.toString();
  }

  /**
   * {@code max_client_conn} of an instance, at least 1; the operator's own where the resource's is
   * no number, which keeps instances from starting.
   */
  static int clientLimit(ConnectionPoolSpec spec) {
    String value = spec.parameters().getOrDefault("max_client_conn", MAX_CLIENTS).strip();
    String usable = value.matches("[1-9][0-9]{0,8}") ? value : MAX_CLIENTS;
    return Integer.parseInt(usable);
  }

  private static Map<String, String> settings(ConnectionPoolSpec spec, ServerSpec server) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("listen_addr", "*");
    settings.put("listen_port", String.valueOf(Mounts.POSTGRES_PORT));
    settings.put("auth_type", "scram-sha-256");
    settings.put("auth_file", Mounts.AUTH_DIRECTORY + "/" + Mounts.AUTH_FILE);
    settings.put("pool_mode", spec.poolMode().setting());
    settings.put("default_pool_size", UNLIMITED_POOL);
    settings.put("max_client_conn", MAX_CLIENTS);
    settings.put("ignore_startup_parameters", IGNORED);
    ServerTlsSpec tls = server.tls();
    settings.put("server_tls_sslmode", tls.mode().setting());
    if (tls.caSecretRef() != null) {
      settings.put("server_tls_ca_file", Mounts.SERVER_TLS_DIRECTORY + "/" + Mounts.AUTHORITIES);
    }
    if (spec.clientTls() != null) {
      settings.put("client_tls_sslmode", spec.clientTls().mode().setting());
      settings.put("client_tls_cert_file", Mounts.CLIENT_TLS_DIRECTORY + "/" + Mounts.CERTIFICATE);
      settings.put("client_tls_key_file", Mounts.CLIENT_TLS_DIRECTORY + "/" + Mounts.PRIVATE_KEY);
    }
    settings.put("penstock_http_listen", "0.0.0.0:" + Mounts.HTTP_PORT);
    settings.put("penstock_fleet_listen", "0.0.0.0:" + Mounts.FLEET_PORT);
    settings.put("penstock_fleet_cert_file", Mounts.FLEET_DIRECTORY + "/" + Mounts.CERTIFICATE);
    settings.put("penstock_fleet_key_file", Mounts.FLEET_DIRECTORY + "/" + Mounts.PRIVATE_KEY);
    settings.put("penstock_fleet_ca_file", Mounts.FLEET_DIRECTORY + "/" + Mounts.AUTHORITIES);
    settings.put(
        "penstock_drain_timeout",
        String.valueOf(drainSeconds(spec.template().terminationGracePeriodSeconds())));
    settings.putAll(spec.parameters());
    return settings;
  }

  /** What is left of the grace period is for telling those that are cut off, and for the end. */
  private static int drainSeconds(int gracePeriodSeconds) {
    return gracePeriodSeconds - Math.max(LEAST_FAREWELL_SECONDS, gracePeriodSeconds / 10);
  }

  private static String target(ServerSpec server, DatabaseSpec database) {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("host", server.host());
    pairs.put("port", String.valueOf(server.port()));
    if (database.dbname() != null) {
      pairs.put("dbname", database.dbname());
    }
    if (database.poolMode() != null) {
      pairs.put("pool_mode", database.poolMode().setting());
    }
    if (database.poolSize() != null) {
      pairs.put("pool_size", String.valueOf(database.poolSize()));
    }
    StringBuilder text = new StringBuilder();
    pairs.forEach((name, value) -> text.append(' ').append(name).append('=').append(quoted(value)));
    return text.substring(1);
  }

  private static String key(String name) {
    return BARE_KEY.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String quoted(String value) {
    return BARE_VALUE.matcher(value).matches() ? value : "'" + value.replace("'", "''") + "'";
  }

  private static void line(StringBuilder file, String name, String value) {
    String line = name + " = " + value;
    // The rules of the resource refuse these; a cluster may hold a definition without them.
    if (line.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "the setting "
              + name.replaceAll("\\p{Cntrl}", "?")
              + " holds a line break or another control character: write it as one line");
    }
    file.append(line.stripTrailing()).append('\n');
  }
}
