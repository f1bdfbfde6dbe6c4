package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How who comes to the console proves who he is, and how the console changes that for others. */
class ConsoleAccessIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  @TempDir Path directory;

  @Test
  void whereAnyoneIsLetInWhoIsNoAdminMayOnlyLook() {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .database("app2", "host=127.0.0.1 user=app port=" + POSTGRES.port())
                .set("auth_type", "any")
                .set("admin_users", "boss")
                .start();
        ConsoleClient console = ConsoleClient.login(pooler, "whoever");
        ConsoleClient boss = ConsoleClient.login(pooler, "boss")) {
      assertThat(console.show("SHOW VERSION").rows()).hasSize(1);
      assertThat(console.refused("RELOAD").field('M')).isEqualTo("admin access needed");
      assertThat(boss.run("RELOAD")).isEqualTo("RELOAD");
    }
  }

  @Test
  void aUserOfTheConsoleMayBeOneThatOnlyTheServerKnows() {
    POSTGRES.execute("drop role if exists watches");
    POSTGRES.execute("create role watches login password 'w'");
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .set("auth_type", "plain")
            .set("auth_user", "postgres")
            .set("auth_dbname", "app")
            .set("stats_users", "watches")
            .start()) {
      try (RawClient client = pooler.raw()) {
        client.startup("user", "watches", "database", "pgbouncer");
        assertThat(client.next().type()).isEqualTo('R');
        client.send('p', "w\0").until('Z');
        assertThat(client.query("SHOW VERSION").typesUntil('Z')).startsWith("TD");
      }
      try (RawClient client = pooler.raw()) {
        client.startup("user", "watches", "database", "pgbouncer");
        assertThat(client.next().type()).isEqualTo('R');
        assertThat(client.send('p', "x\0").until('E').getLast().field('C')).isEqualTo("28P01");
      }
    }
  }

  @Test
  void theConsoleIsThereWhenNoOtherClientIsLetInAnyMore() {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .set("auth_type", "trust")
                .set("admin_users", "boss")
                .set("max_client_conn", "1")
                .user("boss", "x")
                .start();
        RawClient only = pooler.raw();
        RawClient tooMany = pooler.raw()) {
      only.trusted(PostgresFixture.USER);

      try (ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
        assertThat(console.show("SHOW CLIENTS").rows()).hasSize(2);
      }
      tooMany.startup("user", PostgresFixture.USER, "database", PostgresFixture.USER);
      assertThat(tooMany.until('E').getLast().field('C')).isEqualTo("53300");
    }
  }

  @Test
  void aLookupOfAUserIsNoClientOfItsPool() {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .database("app2", "host=127.0.0.1 dbname=app user=app port=" + POSTGRES.port())
                .set("auth_type", "trust")
                .set("auth_user", "postgres")
                .set("admin_users", "boss")
                .user("boss", "x")
                .start();
        ConsoleClient console = ConsoleClient.login(pooler, "boss");
        RawClient unknown = pooler.raw()) {
      pooler.pooler().grantable().grant(0).join();
      unknown.startup("user", "somebody", "database", "app2");
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);

      assertThat(console.show("SHOW POOLS").row("user", "postgres"))
          .containsEntry("cl_active", "0")
          .containsEntry("cl_waiting", "1");
      pooler.pooler().grantable().grant(1).join();
      assertThat(unknown.until('E').getLast().field('M')).isEqualTo("no such user");
      assertThat(console.show("SHOW SERVERS").row("database", "app2"))
          .containsEntry("user", "postgres");
    }
  }

  @Test
  void anotherWayToLogInComesIntoForceByReload() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("pg_hba.conf"), "host app all all reject\nhost all all all trust\n");
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .set("auth_type", "trust")
                .set("admin_users", "boss")
                .user("boss", "x")
                .start();
        ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
      try (RawClient client = pooler.raw()) {
        client.trusted(PostgresFixture.USER);
      }
      pooler.edit(
          text -> text.replace("auth_type = trust", "auth_type = hba\nauth_hba_file = " + rules));
      assertThat(console.run("RELOAD")).isEqualTo("RELOAD");
      try (RawClient client = pooler.raw()) {
        client.startup("user", PostgresFixture.USER, "database", "app");
        assertThat(client.until('E').getLast().field('M')).isEqualTo("login rejected");
      }
    }
  }

  @Test
  void aDatabaseThatIsDisabledIsNotAsked() {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .set("auth_type", "trust")
                .set("auth_user", "postgres")
                .set("auth_dbname", "old")
                .set("admin_users", "boss")
                .user("boss", "x")
                .start();
        ConsoleClient console = ConsoleClient.login(pooler, "boss")) {
      assertThat(console.run("DISABLE old")).isEqualTo("DISABLE");
      try (RawClient client = pooler.raw()) {
        client.startup("user", "somebody", "database", "app");
        assertThat(client.until('E').getLast().field('M'))
            .isEqualTo("authentication database \"old\" is disabled");
      }
    }
  }
}
