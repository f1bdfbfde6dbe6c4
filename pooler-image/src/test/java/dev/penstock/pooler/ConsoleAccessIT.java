package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How who comes to the console proves who he is, and how the console changes that for others. */
class ConsoleAccessIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  @TempDir Path directory;

  @Test
  void whereAnyoneIsLetInAnyoneIsAdmin() {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .database("app2", "host=127.0.0.1 user=app port=" + POSTGRES.port())
                .set("auth_type", "any")
                .start();
        ConsoleClient console = ConsoleClient.login(pooler, "whoever")) {
      assertThat(console.run("RELOAD")).isEqualTo("RELOAD");
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
