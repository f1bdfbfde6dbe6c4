package dev.penstock.e2e.demo;

import dev.penstock.e2e.client.Ledger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The demo's database server: PostgreSQL with its default of a hundred connections, in a pod of its
 * own.
 */
public final class Postgres {

  private static final String SERVER = "postgres-0";
  private static final String SUPERUSER_SECRET = "postgres-superuser";
  private static final int PORT = 5432;

  private final KubernetesClient client;
  private final String namespace;
  private final Reach reach;

  /** A server in a namespace; nothing is done yet. */
  public Postgres(KubernetesClient client, String namespace, Reach reach) {
    this.client = client;
    this.namespace = namespace;
    this.reach = reach;
  }

  /** Starts the server and waits until it takes connections. */
  public void start(int seconds) throws IOException {
    byte[] password = new byte[16];
    new SecureRandom().nextBytes(password);
    Manifests.apply(
        client,
        namespace,
        Manifests.resource(
            client,
            "postgres.yaml",
            Map.of("SUPERUSER_PASSWORD", HexFormat.of().formatHex(password))));
    client.pods().inNamespace(namespace).withName(SERVER).waitUntilReady(seconds, TimeUnit.SECONDS);
  }

  /** Makes the role and the database of the application, and the role the operator asks as. */
  public void prepare(Credentials application, String database, Credentials probe)
      throws SQLException, IOException {
    try (Connection connection = connect("postgres")) {
      execute(connection, "CREATE ROLE %I LOGIN PASSWORD %L", application);
      execute(connection, "CREATE ROLE %I LOGIN PASSWORD %L IN ROLE pg_monitor", probe);
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE DATABASE "
                + statement.enquoteIdentifier(database, true)
                + " OWNER "
                + statement.enquoteIdentifier(application.user(), true));
      }
    }
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE " + statement.enquoteIdentifier(application.user(), true));
      statement.execute(Ledger.schema());
    }
  }

  /** Takes the record of transfers back to its beginning; nobody may be at work. */
  public void clear(String database) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE transfers");
    }
  }

  private static void execute(Connection connection, String template, Credentials role)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT format(%s, %s, %s)"
                    .formatted(
                        statement.enquoteLiteral(template),
                        statement.enquoteLiteral(role.user()),
                        statement.enquoteLiteral(role.password())))) {
      row.next();
      String sql = row.getString(1);
      try (Statement made = connection.createStatement()) {
        made.execute(sql);
      }
    }
  }

  /** Sets {@code max_connections}, which takes effect when the server is started again. */
  public void allow(int maxConnections) throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET max_connections = " + maxConnections);
    }
  }

  /** The server's pod. */
  public Pod pod() {
    return client.pods().inNamespace(namespace).withName(SERVER).require();
  }

  /** A superuser's session, straight to the server. The caller closes it. */
  public Connection connect(String database) throws SQLException {
    InetSocketAddress address = reach.to(pod(), PORT);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s"
            .formatted(address.getAddress().getHostAddress(), address.getPort(), database),
        Credentials.of(client, namespace, SUPERUSER_SECRET).properties());
  }
}
