package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an administrator has done on the console. */
class CommandsIT {
  private static final String USER = PostgresFixture.USER;
  private static final int CANCEL_REQUEST = 80877102;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final PostgresFixture postgres = PostgresFixture.shared();
  private final PoolerFixture pooler =
      PoolerFixture.before(postgres)
          .set("auth_type", "trust")
          .set("admin_users", "boss")
          .set("stats_users", "watcher")
          .user("boss", "x")
          .user("watcher", "x")
          .database("second", "host=127.0.0.1 port=" + postgres.port() + " dbname=" + USER)
          .start();
  private final ConsoleClient console = ConsoleClient.login(pooler, "boss");

  @AfterEach
  void stop() {
    console.close();
    pooler.close();
  }

  private RawClient client(String database) {
    RawClient client = pooler.raw();
    client.trusted(USER, database);
    return client;
  }

  private RawClient inTransaction(String database) {
    RawClient client = client(database);
    client.query("begin").until('Z');
    return client;
  }

  private String pid(RawClient client) {
    client.query("select pg_backend_pid()");
    return client.until('Z').get(1).text();
  }

  private void isHeldUp(RawClient client) {
    client.query("select 1");
    Awaitility.await().until(() -> pooler.usage().waiting() == 1);
  }

  private void isStillBusy() {
    try (ConsoleClient other = ConsoleClient.login(pooler, "boss")) {
      // Had the first command been done, its answer would have been sent before this one.
      assertThat(other.show("SHOW VERSION").rows()).hasSize(1);
    }
    assertThat(console.raw().hasMore()).isFalse();
  }

  @Test
  void pauseIsDoneWhenTheServersAreClosedAndResumeServesWhoHasWaited() {
    try (RawClient busy = inTransaction(USER);
        RawClient waiting = client("second")) {
      pid(waiting);
      console.send("PAUSE");
      Awaitility.await().until(() -> pooler.usage().held() == 1);
      isStillBusy();
      isHeldUp(waiting);

      busy.query("commit").until('Z');

      assertThat(console.answer().tag()).isEqualTo("PAUSE");
      assertThat(postgres.backends(USER)).isZero();
      assertThat(console.value("SHOW STATE", "paused")).isEqualTo("yes");
      assertThat(console.refused("PAUSE").field('M')).isEqualTo("already suspended/paused");
      assertThat(console.run("RESUME")).isEqualTo("RESUME");
      assertThat(waiting.typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(console.refused("RESUME").field('M')).isEqualTo("pooler is not paused/suspended");
    }
  }

  @Test
  void oneDatabaseCanBePausedAlone() {
    try (RawClient paused = client("second");
        RawClient served = client(USER)) {
      assertThat(console.run("PAUSE second;")).isEqualTo("PAUSE");
      isHeldUp(paused);

      assertThat(served.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(console.show("SHOW DATABASES").row("name", "second")).containsEntry("paused", "1");
      assertThat(console.show("SHOW CLIENTS").row("database", "second"))
          .containsEntry("state", "waiting");
      assertThat(console.refused("RESUME " + USER).field('M'))
          .isEqualTo("database " + USER + " is not paused");
      assertThat(console.run("RESUME second")).isEqualTo("RESUME");
      assertThat(paused.typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void whoDoesNotWantToWaitForAPauseHasItResumed() {
    try (RawClient busy = inTransaction(USER);
        RawClient admin = pooler.raw();
        RawClient cancel = pooler.raw()) {
      String key =
          admin.trusted("boss", "pgbouncer").stream()
              .filter(message -> message.type() == 'K')
              .findFirst()
              .orElseThrow()
              .text();
      assertThat(console.run("PAUSE second")).isEqualTo("PAUSE");
      admin.query("PAUSE");
      Awaitility.await().until(() -> console.value("SHOW STATE", "paused").equals("yes"));

      cancel.startup(CANCEL_REQUEST, key.getBytes(StandardCharsets.ISO_8859_1));

      var answer = admin.until('Z').getFirst();
      assertThat(answer.field('C')).isEqualTo("57014");
      assertThat(console.value("SHOW STATE", "paused")).isEqualTo("no");
      assertThat(console.show("SHOW DATABASES").row("name", "second")).containsEntry("paused", "1");
      assertThat(busy.query("commit").typesUntil('Z')).isEqualTo("CZ");
      assertThat(admin.query("SHOW VERSION").typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void aDisabledDatabaseLetsNoNewClientIn() {
    try (RawClient before = client("second")) {
      assertThat(console.run("DISABLE second")).isEqualTo("DISABLE");

      try (RawClient after = pooler.raw()) {
        after.startup("user", USER, "database", "second");
        var refused = after.until('E').getLast();
        assertThat(refused.field('M')).isEqualTo("database \"second\" is disabled");
        assertThat(refused.field('C')).isEqualTo("55000");
      }
      assertThat(before.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(console.show("SHOW DATABASES").row("name", "second"))
          .containsEntry("disabled", "1");
      assertThat(console.run("ENABLE second")).isEqualTo("ENABLE");
      client("second").close();
    }
  }

  @Test
  void reconnectReplacesEachServerWhenItIsFreeAndWaitCloseTellsOfTheLast() {
    try (RawClient client = client(USER)) {
      String before = pid(client);
      client.query("begin").until('Z');
      assertThat(console.run("RECONNECT " + USER)).isEqualTo("RECONNECT");
      assertThat(console.show("SHOW SERVERS").row("database", USER))
          .containsEntry("close_needed", "1");
      console.send("WAIT_CLOSE");
      isStillBusy();
      assertThat(pid(client)).isEqualTo(before);

      client.query("commit").until('Z');

      assertThat(console.answer().tag()).isEqualTo("WAIT_CLOSE");
      assertThat(pid(client)).isNotEqualTo(before);
      assertThat(console.run("WAIT_CLOSE " + USER)).isEqualTo("WAIT_CLOSE");
    }
  }

  @Test
  void killDropsTheClientsOfADatabaseAndPausesIt() {
    try (RawClient busy = inTransaction("second");
        RawClient idle = client("second");
        RawClient other = client(USER)) {
      assertThat(console.run("KILL second")).isEqualTo("KILL");

      assertThat(console.show("SHOW CLIENTS").rows()).hasSize(2);
      assertThat(busy.until('E').getLast().field('C')).isEqualTo("57P01");
      assertThat(idle.until('E').getLast().field('M')).isEqualTo("database removed");
      assertThat(other.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      Awaitility.await().until(() -> pooler.usage().held() == 1);
      try (RawClient late = client("second")) {
        isHeldUp(late);
        assertThat(console.run("RESUME second")).isEqualTo("RESUME");
        assertThat(late.typesUntil('Z')).isEqualTo("TDCZ");
      }
    }
  }

  @Test
  void oneClientCanBeKilled() {
    try (RawClient victim = inTransaction(USER);
        RawClient other = client(USER)) {
      String id = console.show("SHOW CLIENTS").row("state", "active").getOrDefault("id", "none");

      assertThat(console.run("KILL_CLIENT " + id)).isEqualTo("KILL_CLIENT");

      assertThat(victim.until('E').getLast().field('M')).isEqualTo("admin forced disconnect");
      assertThat(other.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(console.refused("KILL_CLIENT 100000").field('M')).isEqualTo("client not found");
      assertThat(console.refused("KILL_CLIENT me").field('M'))
          .isEqualTo("invalid client pointer supplied");
    }
  }

  @Test
  void whoKillsItselfIsToldNothingElse() {
    try (ConsoleClient other = ConsoleClient.login(pooler, "boss")) {
      String id = console.show("SHOW CLIENTS").rows().getFirst().getLast();

      console.send("KILL_CLIENT " + id);

      assertThat(console.raw().next().field('M')).isEqualTo("admin forced disconnect");
      assertThat(console.raw().isClosedByPooler()).isTrue();
      assertThat(other.show("SHOW CLIENTS").rows()).hasSize(1);
    }
  }

  @Test
  void suspendHoldsUpWhatHasNotBegunAndKeepsTheServers() {
    try (RawClient busy = inTransaction(USER);
        RawClient waiting = client(USER)) {
      console.send("SUSPEND");
      isStillBusy();
      isHeldUp(waiting);

      busy.query("commit").until('Z');

      assertThat(console.answer().tag()).isEqualTo("SUSPEND");
      assertThat(console.value("SHOW STATE", "suspended")).isEqualTo("yes");
      assertThat(pooler.usage().idle()).isEqualTo(1);
      assertThat(console.run("RESUME")).isEqualTo("RESUME");
      assertThat(waiting.typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PAUSE nowhere, no such database: nowhere",
    "KILL nowhere, no such database: nowhere",
    "PAUSE pgbouncer, cannot pause admin db: pgbouncer",
    "KILL pgbouncer, cannot kill admin db: pgbouncer",
    "DISABLE, a database is required",
    "ENABLE, a database is required",
    "'SHUTDOWN now', 'invalid command ''SHUTDOWN now'', use SHOW HELP;'"
  })
  void whatCannotBeDoneIsToldInPgBouncersWords(String command, String message) {
    var refused = console.refused(command);

    assertThat(refused.field('M')).isEqualTo(message);
    assertThat(refused.field('C')).isEqualTo("08P01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PAUSE",
        "RESUME",
        "DISABLE app",
        "ENABLE app",
        "RECONNECT",
        "KILL",
        "KILL_CLIENT 1",
        "WAIT_CLOSE",
        "SUSPEND",
        "SHUTDOWN",
        "SHUTDOWN WAIT_FOR_CLIENTS",
        "RELOAD"
      })
  void whoMayOnlyLookMayDoNothing(String command) {
    try (ConsoleClient watcher = ConsoleClient.login(pooler, "watcher")) {
      assertThat(watcher.refused(command).field('M')).isEqualTo("admin access needed");
    }
    assertThat(console.value("SHOW STATE", "active")).isEqualTo("yes");
  }

  @Test
  void shutdownWaitsForTheServers() {
    try (RawClient busy = inTransaction(USER);
        RawClient idle = client(USER)) {
      assertThat(console.run("SHUTDOWN WAIT_FOR_SERVERS")).isEqualTo("SHUTDOWN");

      assertThat(idle.until('E').getLast().field('C')).isEqualTo("57P01");
      assertThat(pooler.pooler().ended()).isNotDone();
      busy.query("commit").until('E');
      busy.disconnect();
      idle.disconnect();
      console.close();
      assertThat(pooler.pooler().ended()).succeedsWithin(LIMIT).isEqualTo(0);
      assertThat(postgres.backends(USER)).isZero();
    }
  }

  @Test
  void shutdownWaitsForTheClients() {
    try (RawClient client = client(USER)) {
      assertThat(console.run("SHUTDOWN WAIT_FOR_CLIENTS")).isEqualTo("SHUTDOWN");

      assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(pooler.pooler().ended()).isNotDone();
      client.disconnect();
      assertThat(console.raw().until('E').getLast().field('C')).isEqualTo("57P01");
      console.close();
      assertThat(pooler.pooler().ended()).succeedsWithin(LIMIT).isEqualTo(0);
    }
  }

  @Test
  void shutdownAtOnceLeavesNothingOpen() {
    try (RawClient busy = inTransaction(USER);
        RawClient idle = client("second")) {
      busy.query("select pg_sleep(600)");
      Awaitility.await().until(() -> postgres.backends(USER) > 0);

      console.send("SHUTDOWN");

      assertThat(pooler.pooler().ended()).succeedsWithin(LIMIT).isEqualTo(0);
      assertThat(postgres.backends(USER)).isZero();
      assertThat(busy.until('E').getLast().field('C')).isEqualTo("57P01");
      assertThat(idle.until('E').getLast().field('C')).isEqualTo("57P01");
      assertThat(console.raw().hasMore()).isFalse();
    }
  }
}
