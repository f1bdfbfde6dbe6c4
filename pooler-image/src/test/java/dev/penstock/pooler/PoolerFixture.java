package dev.penstock.pooler;

import dev.penstock.pooler.config.PoolerConfigReader;
import dev.penstock.pooler.pool.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A pooler in this JVM, in front of a {@link PostgresFixture}, on a port of its own. */
public final class PoolerFixture implements AutoCloseable {
  private final PostgresFixture postgres;
  private final Path directory;
  private final RunningPooler pooler;

  private PoolerFixture(PostgresFixture postgres, Path directory, RunningPooler pooler) {
    this.postgres = postgres;
    this.directory = directory;
    this.pooler = pooler;
  }

  /** Collects what goes into the configuration. */
  public static final class Builder {
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final StringBuilder databases = new StringBuilder();
    private final StringBuilder users = new StringBuilder();
    private final PostgresFixture postgres;

    private Builder(PostgresFixture postgres) {
      this.postgres = postgres;
      for (String name : new String[] {PostgresFixture.USER, PostgresFixture.MD5_USER}) {
        database(name, "host=127.0.0.1 port=" + postgres.port() + " dbname=" + name);
        user(name, PostgresFixture.PASSWORD);
      }
      set("listen_addr", "127.0.0.1");
      set("listen_port", "0");
      set("auth_type", "scram-sha-256");
      set("pool_mode", "transaction");
    }

    public Builder set(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /** Offers TLS to clients, with {@code tls.crt} and {@code tls.key} of a directory. */
    Builder clientTls(String mode, Path certificates) {
      return set("client_tls_sslmode", mode)
          .set("client_tls_cert_file", certificates.resolve("tls.crt").toString())
          .set("client_tls_key_file", certificates.resolve("tls.key").toString());
    }

    public Builder database(String name, String line) {
      databases.append(name).append(" = ").append(line).append('\n');
      return this;
    }

    public Builder user(String name, String secret) {
      users
          .append('"')
          .append(name)
          .append("\" \"")
          .append(secret.replace("\"", "\"\""))
          .append("\"\n");
      return this;
    }

    public PoolerFixture start() {
      try {
        Path directory = Files.createTempDirectory("pooler");
        Path file = write(directory);
        return new PoolerFixture(postgres, directory, Pooler.start(PoolerConfigReader.read(file)));
      } catch (Exception e) {
        throw new IllegalStateException("the pooler did not start", e);
      }
    }

    /** Writes the configuration and the users into a directory. */
    public Path write(Path directory) throws IOException {
      Path userList = directory.resolve("userlist.txt");
      Files.writeString(userList, users);
      set("auth_file", userList.toString());
      StringBuilder text = new StringBuilder("[databases]\n").append(databases);
      text.append("[pgbouncer]\n");
      settings.forEach((name, value) -> text.append(name + " = " + value + "\n"));
      Path file = directory.resolve("pgbouncer.ini");
      return Files.writeString(file, text);
    }
  }

  public static Builder before(PostgresFixture postgres) {
    return new Builder(postgres);
  }

  public RunningPooler pooler() {
    return pooler;
  }

  public int port() {
    return pooler.address().getPort();
  }

  public Path directory() {
    return directory;
  }

  /** Changes the configuration file; it is not read before it is reloaded. */
  public void edit(UnaryOperator<String> change) {
    Path file = directory.resolve("pgbouncer.ini");
    try {
      Files.writeString(file, change.apply(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Usage usage() {
    try {
      return pooler.grantable().usage().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the event loop does not answer", e);
    }
  }

  /** A connection through the pooler as {@link PostgresFixture#USER}. */
  public Connection connect() throws SQLException {
    return connect(PostgresFixture.USER, Map.of());
  }

  public Connection connect(String user, Map<String, String> properties) throws SQLException {
    Properties all = new Properties();
    all.put("user", user);
    all.put("password", PostgresFixture.PASSWORD);
    all.put("sslmode", "disable");
    all.put("gssEncMode", "disable");
    all.putAll(properties);
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/" + user, all);
  }

  public RawClient raw() {
    return RawClient.connect(port());
  }

  @Override
  public void close() {
    pooler.close();
    // The next test counts from zero.
    Awaitility.await()
        .until(
            () ->
                postgres.backends(PostgresFixture.USER)
                        + postgres.backends(PostgresFixture.MD5_USER)
                    == 0);
    try (var files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
