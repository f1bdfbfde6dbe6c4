package dev.penstock.pooler;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL with the users {@value #USER} and {@value #MD5_USER} (password {@value
 * #PASSWORD}) and a database of the same name for each. One serves all tests of a JVM and ends with
 * it.
 */
public final class PostgresFixture {
  public static final String USER = "app";
  public static final String MD5_USER = "old";
  public static final String PASSWORD = "sésame \"open\\'";
  public static final int MAX_CONNECTIONS = 50;

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final List<String> PASSWORDS =
      List.of(
          "local all all trust",
          "host all postgres all trust",
          "host all " + MD5_USER + " all md5",
          "host all all all scram-sha-256");

  private static @Nullable PostgresFixture shared;

  private final EmbeddedPostgres postgres;
  private final Path data;
  private final Path programs;

  private PostgresFixture(EmbeddedPostgres postgres, Path data, Path programs) {
    this.postgres = postgres;
    this.data = data;
    this.programs = programs;
  }

  /** The server that all tests share. */
  public static synchronized PostgresFixture shared() {
    PostgresFixture running = shared;
    if (running == null) {
      running = start(Map.of("max_connections", Integer.toString(MAX_CONNECTIONS)));
      shared = running;
    }
    return running;
  }

  /** A server of its own. */
  public static PostgresFixture start(Map<String, String> settings) {
    try {
      Path data = Files.createTempDirectory("postgres-data");
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(true)
              .setPGStartupWait(START_LIMIT)
              .setServerConfig("password_encryption", "scram-sha-256");
      settings.forEach(builder::setServerConfig);
      PostgresFixture fixture = new PostgresFixture(builder.start(), data, programs(data));
      fixture.prepare();
      return fixture;
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL did not start", e);
    }
  }

  private void prepare() {
    String quoted = "'" + PASSWORD.replace("'", "''") + "'";
    execute("create user " + USER + " password " + quoted);
    execute("set password_encryption = 'md5'; create user " + MD5_USER + " password " + quoted);
    execute("create database " + USER + " owner " + USER);
    execute("create database " + MD5_USER + " owner " + MD5_USER);
    execute("grant pg_signal_backend to " + USER);
    access(PASSWORDS);
  }

  /** Puts these lines into force as {@code pg_hba.conf}. */
  public void access(List<String> lines) {
    try {
      Files.write(data.resolve("pg_hba.conf"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    execute("select pg_reload_conf()");
    Awaitility.await()
        .until(
            () ->
                number("select count(*) from pg_hba_file_rules where error is null")
                    == lines.size());
  }

  /** Has the server offer TLS with this certificate and key. */
  public void useTls(Path certificate, Path key) throws IOException {
    Path ownCertificate = data.resolve("server.crt");
    Path ownKey = data.resolve("server.key");
    Files.copy(certificate, ownCertificate, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(key, ownKey, StandardCopyOption.REPLACE_EXISTING);
    // PostgreSQL insists on a key that no one else can read.
    Files.setPosixFilePermissions(ownKey, PosixFilePermissions.fromString("rw-------"));
    execute("alter system set ssl = on");
    execute("select pg_reload_conf()");
    Awaitility.await()
        .until(
            () ->
                number("select count(*) from pg_settings where name='ssl' and setting='on'") == 1);
  }

  /**
   * Runs {@code pg_ctl} on this server, such as {@code restart -m fast}, and waits until the server
   * has done it. One that was stopped is restarted too: {@code start} would forget its port.
   */
  public void control(String... command) {
    try {
      List<String> line = new ArrayList<>();
      if (System.getProperty("user.name").equals("root")) {
        // PostgreSQL does not run as root; in a user namespace it is no one's.
        line.addAll(List.of("unshare", "-U"));
      }
      line.addAll(List.of(programs.resolve("pg_ctl").toString(), "-D", data.toString(), "-w"));
      line.addAll(List.of("-l", data.resolve("control.log").toString()));
      line.addAll(List.of(command));
      // A server that is started here inherits the streams, and would keep them open.
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(line + " failed with " + process.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The directory of the running server's own program. */
  private static Path programs(Path data) throws IOException {
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
    return ProcessHandle.of(Long.parseLong(pid))
        .flatMap(process -> process.info().command())
        .map(command -> Path.of(command).resolveSibling(""))
        .orElseThrow(() -> new IllegalStateException("no PostgreSQL runs as " + pid));
  }

  public int port() {
    return postgres.getPort();
  }

  /** A connection of the superuser, past any pooler. */
  public Connection superuser() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?user=postgres");
  }

  /** Runs statements as the superuser. */
  public void execute(String sql) {
    try (Connection connection = superuser();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The number that a query of the superuser gives. */
  public int number(String sql) {
    try (Connection connection = superuser();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** How many connections the server itself sees of a user. */
  public int backends(String user) {
    return number("select count(*) from pg_stat_activity where usename = '" + user + "'");
  }
}
