package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code java -jar pooler.jar pgbouncer.ini} as people run it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolerProcessIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();
  private static final Pattern LISTENING = Pattern.compile("listening on .*:(\\d+)");
  private static final int LIMIT_SECONDS = 60;

  @TempDir private Path directory;

  /** A pooler in a process of its own; ended with its test. */
  private static final class PoolerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader log;

    PoolerProcess(Path config) throws IOException {
      this(config.toString());
    }

    PoolerProcess(String argument) throws IOException {
      process =
          new ProcessBuilder(
                  // A test run in the background hands ignored signals down, and a JVM keeps them.
                  "env",
                  "--default-signal=INT,HUP",
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-jar",
                  Path.of("target", "pooler.jar").toString(),
                  argument)
              .redirectErrorStream(true)
              .start();
      log = process.inputReader();
    }

    Matcher logged(Pattern pattern) {
      try {
        List<String> read = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
          read.add(line);
          Matcher matcher = pattern.matcher(line);
          if (matcher.find()) {
            return matcher;
          }
        }
        throw new AssertionError("the pooler ended without " + pattern + ": " + read);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    RawClient client() {
      return RawClient.connect(Integer.parseInt(logged(LISTENING).group(1)));
    }

    void signal(String name) throws IOException, InterruptedException {
      assertThat(new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor())
          .isZero();
    }

    int exitStatus() throws InterruptedException {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  private Path config() throws IOException {
    return PoolerFixture.before(POSTGRES).set("auth_type", "trust").write(directory);
  }

  @Test
  void aConfigurationThatCannotBeUsedIsToldByFileAndLine() throws Exception {
    Path config = Files.writeString(directory.resolve("wrong.ini"), "[pgbouncer]\npool_moed = x\n");
    try (PoolerProcess pooler = new PoolerProcess(config)) {
      pooler.logged(
          Pattern.compile(
              Pattern.quote(config + ":2") + ".*pool_moed.*did you mean \"pool_mode\""));
      assertThat(pooler.exitStatus()).isEqualTo(1);
    }
  }

  @Test
  void aNameWithALineBreakWritesNoLineOfItsOwnIntoTheLog() throws Exception {
    try (PoolerProcess pooler = new PoolerProcess(config());
        RawClient client = pooler.client()) {
      client.startup("user", "nobody\r\nforged", "database", "app");
      client.until('E');

      assertThat(pooler.logged(Pattern.compile("no such user: nobody(.*)")).group(1))
          .isEqualTo(" | forged");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aSignalLetsTheTransactionEndAndTheProcessEndsWithoutAnError(String signal) throws Exception {
    try (PoolerProcess pooler = new PoolerProcess(config());
        RawClient client = pooler.client()) {
      client.trusted(PostgresFixture.USER);
      client.query("begin");
      client.until('Z');

      pooler.signal(signal);

      pooler.logged(Pattern.compile("waiting for transactions to end"));
      assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(client.query("commit").typesUntil('Z')).isEqualTo("CZ");
      assertThat(client.next().field('C')).isEqualTo("57P01");
      client.disconnect();
      pooler.logged(Pattern.compile("all connections are closed"));
      assertThat(POSTGRES.backends(PostgresFixture.USER)).isZero();
      assertThat(pooler.exitStatus()).isZero();
    }
  }

  @Test
  void hangUpHasTheConfigurationReadAgain() throws Exception {
    Path config = config();
    try (PoolerProcess pooler = new PoolerProcess(config);
        RawClient client = pooler.client()) {
      client.trusted(PostgresFixture.USER);
      Files.writeString(config, Files.readString(config) + "pool_moed = x\n");
      pooler.signal("HUP");
      pooler.logged(Pattern.compile("the configuration is not changed: .*pool_moed"));

      Files.writeString(config, Files.readString(config).replace("pool_moed = x", "verbose = 1"));
      pooler.signal("HUP");

      pooler.logged(Pattern.compile("the configuration is in force"));
      assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void signalsPauseAndResume() throws Exception {
    try (PoolerProcess pooler = new PoolerProcess(config());
        RawClient client = pooler.client()) {
      client.trusted(PostgresFixture.USER);
      client.query("select 1").until('Z');

      pooler.signal("USR1");

      Awaitility.await().until(() -> POSTGRES.backends(PostgresFixture.USER) == 0);
      client.query("select 2");
      pooler.signal("USR2");
      assertThat(client.typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void theVersionIsWhatTheConsoleShows() throws Exception {
    String told;
    try (PoolerProcess pooler = new PoolerProcess("-V")) {
      told = pooler.logged(Pattern.compile("^PgBouncer .*")).group();
      assertThat(pooler.exitStatus()).isZero();
    }
    try (PoolerProcess pooler = new PoolerProcess(console());
        RawClient console = pooler.client()) {
      console.trusted(PostgresFixture.USER, "pgbouncer");

      console.query("SHOW VERSION");

      assertThat(console.until('Z').get(1).text()).endsWith(told);
    }
  }

  private String console() throws IOException {
    return PoolerFixture.before(POSTGRES)
        .set("auth_type", "trust")
        .set("admin_users", PostgresFixture.USER)
        .write(directory)
        .toString();
  }

  @ParameterizedTest
  @CsvSource({"SHUTDOWN, 0", "SHUTDOWN WAIT_FOR_SERVERS, 0", "SHUTDOWN WAIT_FOR_CLIENTS, 0"})
  void theConsoleEndsTheProcess(String command, int status) throws Exception {
    try (PoolerProcess pooler = new PoolerProcess(console());
        RawClient console = pooler.client()) {
      console.trusted(PostgresFixture.USER, "pgbouncer");

      console.query(command);

      assertThat(pooler.exitStatus()).isEqualTo(status);
    }
  }

  @Test
  void aSecondSignalQuitsAtOnce() throws Exception {
    try (PoolerProcess pooler = new PoolerProcess(config());
        RawClient client = pooler.client()) {
      client.trusted(PostgresFixture.USER);
      client.query("begin");
      client.until('Z');

      pooler.signal("TERM");
      pooler.logged(Pattern.compile("waiting for transactions to end"));
      pooler.signal("INT");

      pooler.logged(Pattern.compile("quitting at once"));
      assertThat(pooler.exitStatus()).isEqualTo(1);
      assertThat(client.isClosedByPooler()).isTrue();
    }
  }
}
