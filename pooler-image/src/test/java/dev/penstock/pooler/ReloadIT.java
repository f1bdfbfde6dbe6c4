package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Another configuration comes into force, and nobody loses a connection who need not. */
class ReloadIT {
  private static final String USER = PostgresFixture.USER;
  private static final String DATABASE = "dbname=" + USER;

  private final PoolerFixture pooler =
      PoolerFixture.before(PostgresFixture.shared())
          .set("auth_type", "trust")
          .set("admin_users", "boss")
          .set("stats_users", "watcher")
          .set("default_pool_size", "1")
          .user("boss", "x")
          .user("watcher", "x")
          .database(
              "second", "host=127.0.0.1 port=" + PostgresFixture.shared().port() + " " + DATABASE)
          .start();

  @AfterEach
  void stop() {
    pooler.close();
  }

  private void reload(UnaryOperator<String> change) {
    pooler.edit(change);
    try (ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
      assertThat(console.run("RELOAD;")).isEqualTo("RELOAD");
    }
  }

  private String config(String key) {
    try (ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
      return console.value("SHOW CONFIG", key);
    }
  }

  private static String value(RawClient client, String sql) {
    client.query(sql);
    return client.until('Z').stream()
        .filter(message -> message.type() == 'D')
        .map(message -> message.text().substring(6))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoWaitsIsServedAsSoonAsThePoolMayGrow() {
    try (RawClient first = pooler.raw();
        RawClient second = pooler.raw()) {
      first.trusted(USER);
      first.query("begin").until('Z');
      second.trusted(USER);
      second.query("select 'served'");
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);

      reload(text -> text.replace("default_pool_size = 1", "default_pool_size = 2"));

      assertThat(second.typesUntil('Z')).isEqualTo("TDCZ");
      reload(text -> text.replace("default_pool_size = 2", "default_pool_size = 1"));
      first.query("commit").until('Z');
      Awaitility.await().until(() -> pooler.usage().held() == 1);
    }
  }

  @Test
  void aBadFileChangesNothingAndSaysWhy() {
    pooler.edit(
        text ->
            text.replace("default_pool_size = 1", "default_pool_size = 5\nserver_lifetime = long"));
    try (ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
      var refused = console.refused("RELOAD");

      assertThat(refused.field('C')).isEqualTo("F0000");
      assertThat(refused.field('M')).isEqualTo("RELOAD failed, see logs for additional details");
      assertThat(refused.field('D')).contains("pgbouncer.ini:", "server_lifetime", "long");
      assertThat(console.show("SHOW VERSION").rows()).hasSize(1);
    }
    assertThat(config("default_pool_size")).isEqualTo("1");
    assertThat(pooler.pooler().reload()).failsWithin(Duration.ofSeconds(20));
  }

  @Test
  void afterAChangeOfTheDatabaseTheNextTransactionGoesToTheNewOne() {
    try (RawClient busy = pooler.raw();
        RawClient idle = pooler.raw()) {
      busy.trusted(USER, "second");
      busy.query("begin").until('Z');
      idle.trusted(USER, "second");

      reload(text -> text.replaceFirst("(second = .*)" + DATABASE, "$1dbname=postgres"));

      assertThat(value(busy, "select current_database()")).isEqualTo(USER);
      busy.query("commit").until('Z');
      assertThat(value(busy, "select current_database()")).isEqualTo("postgres");
      assertThat(value(idle, "select current_database()")).isEqualTo("postgres");
    }
  }

  @Test
  void afterAChangeOfTheDatabasesUserTheNextTransactionIsAnotherUsers() {
    String user = PostgresFixture.MD5_USER;
    try (RawClient busy = pooler.raw();
        RawClient idle = pooler.raw();
        RawClient waiting = pooler.raw()) {
      busy.trusted(USER, "second");
      busy.query("begin").until('Z');
      idle.trusted(USER, "second");
      waiting.trusted(USER, "second");
      waiting.query("select current_user");
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);

      reload(
          text -> text.replaceFirst("(second = .*)" + DATABASE, "$1user=" + user + " " + DATABASE));

      assertThat(waiting.until('Z'))
          .extracting(RawClient.Message::text)
          .anyMatch(t -> t.endsWith(user));
      assertThat(value(busy, "select current_user")).isEqualTo(USER);
      busy.query("commit").until('Z');
      assertThat(value(busy, "select current_user")).isEqualTo(user);
      assertThat(value(idle, "select current_user")).isEqualTo(user);
      try (ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
        assertThat(console.show("SHOW POOLS").row("user", user)).containsEntry("cl_active", "3");
      }
    }
  }

  @Test
  void anUnchangedDatabaseKeepsItsConnections() {
    try (RawClient client = pooler.raw()) {
      client.trusted(USER);
      String before = value(client, "select pg_backend_pid()");

      reload(text -> text.replace("[pgbouncer]", "[pgbouncer]\nquery_timeout = 30"));

      assertThat(value(client, "select pg_backend_pid()")).isEqualTo(before);
      assertThat(config("query_timeout")).isEqualTo("30");
    }
  }

  @Test
  void aClientKeepsTheModeItHasLoggedInWith() {
    reload(text -> text.replace("pool_mode = transaction", "pool_mode = session"));
    try (RawClient session = pooler.raw();
        RawClient later = pooler.raw()) {
      session.trusted(USER);
      session.query("set statement_timeout = '1h'").until('Z');

      reload(text -> text.replace("pool_mode = session", "pool_mode = transaction"));

      assertThat(value(session, "show statement_timeout")).isEqualTo("1h");
      later.trusted(USER);
      later.query("show statement_timeout");
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);
      session.disconnect();
      assertThat(later.until('Z'))
          .extracting(RawClient.Message::text)
          .anyMatch(t -> t.endsWith("0"));
    }
  }

  @Test
  void anotherWayToSpeakWithServersMakesTheirConnectionsAnew() {
    try (RawClient client = pooler.raw();
        ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
      client.trusted(USER);
      String before = value(client, "select pg_backend_pid()");

      assertThat(console.run("SET server_tls_sslmode = 'disable'"))
          .isEqualTo("SET server_tls_sslmode=disable");

      assertThat(value(client, "select pg_backend_pid()")).isNotEqualTo(before);
    }
  }

  @Test
  void aDatabaseThatIsNoMoreIsLeftAfterTheTransaction() {
    try (RawClient busy = pooler.raw();
        RawClient idle = pooler.raw();
        RawClient unconcerned = pooler.raw()) {
      busy.trusted(USER, "second");
      busy.query("begin").until('Z');
      idle.trusted(USER, "second");
      unconcerned.trusted(USER);

      reload(text -> text.replaceFirst("second = .*\n", ""));

      var told = idle.until('E').getLast();
      assertThat(told.field('M')).isEqualTo("database removed");
      assertThat(told.field('C')).isEqualTo("57P01");
      busy.query("commit");
      assertThat(busy.typesUntil('E')).isEqualTo("CZE");
      assertThat(value(unconcerned, "select 1")).isEqualTo("1");
      try (RawClient late = pooler.raw()) {
        late.startup("user", USER, "database", "second");
        assertThat(late.until('E').getLast().field('C')).isEqualTo("3D000");
      }
      Awaitility.await().until(() -> pooler.usage().held() == 1);
    }
  }

  @Test
  void aSettingThatOnlyANewProcessTakesStaysAsItIs() {
    reload(
        text ->
            text.replace("listen_port = 0", "listen_port = 1")
                .replace("default_pool_size = 1", "default_pool_size = 3"));

    assertThat(config("listen_port")).isEqualTo("0");
    assertThat(config("default_pool_size")).isEqualTo("3");
  }

  @Test
  void newUsersAreKnownAtOnce() throws IOException, SQLException {
    var users = pooler.directory().resolve("userlist.txt");
    Files.writeString(users, Files.readString(users) + "\"newcomer\" \"x\"\n");

    reload(text -> text.replace("admin_users = boss", "admin_users = boss,newcomer"));

    try (ConsoleClient console = ConsoleClient.login(pooler, "newcomer");
        Connection client = pooler.connect()) {
      assertThat(console.show("SHOW USERS").row("name", "newcomer")).isNotEmpty();
      assertThat(client.isValid(20)).isTrue();
    }
  }

  @Test
  void aSettingCanBeChangedUntilTheNextReload() {
    try (ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
      assertThat(console.run("SET default_pool_size = 2")).isEqualTo("SET default_pool_size=2");
      assertThat(config("default_pool_size")).isEqualTo("2");

      assertThat(console.refused("SET default_pool_size = many").field('C')).isEqualTo("22023");
      assertThat(console.refused("SET listen_port = 1").field('C')).isEqualTo("55P02");
      assertThat(console.refused("SET no_such_thing = 1").field('C')).isEqualTo("42704");
      assertThat(console.refused("SET server_tls_sslmode = 'verify-ca'").field('D'))
          .contains("server_tls_ca_file");
      assertThat(config("default_pool_size")).isEqualTo("2");
      assertThat(console.run("RELOAD")).isEqualTo("RELOAD");
      assertThat(config("default_pool_size")).isEqualTo("1");
    }
  }

  @Test
  void whoMayOnlyLookMayNotReload() {
    try (ConsoleClient watcher = ConsoleClient.login(pooler, "watcher")) {
      assertThat(watcher.refused("RELOAD").field('C')).isEqualTo("42501");
      assertThat(watcher.refused("RELOAD now").field('M')).startsWith("invalid command");
    }
  }
}
