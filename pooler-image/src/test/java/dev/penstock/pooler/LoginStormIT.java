package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Those who have not logged in: they take little, and hold up nobody. */
class LoginStormIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  /** Seconds of work for each password that is tried. */
  private static final String DEAR_SECRET =
      "SCRAM-SHA-256$3000000:c2FsdA==$%1$s:%1$s"
          .formatted(Base64.getEncoder().encodeToString(new byte[32]));

  @TempDir Path directory;

  private static List<RawClient> silent(PoolerFixture pooler, int count) {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(pooler.raw());
    }
    return clients;
  }

  @Test
  void whoSaysNothingKeepsNobodyOut() throws SQLException {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .set("max_client_conn", "2")
            .set("penstock_max_client_logins", "3")
            .start()) {
      List<RawClient> silent = silent(pooler, 5);
      Awaitility.await().until(() -> pooler.usage().clients() == 3);
      assertThat(silent.get(0).isClosedByPooler()).isTrue();
      assertThat(silent.get(1).isClosedByPooler()).isTrue();
      try (Connection first = pooler.connect();
          Connection second = pooler.connect()) {
        assertThatThrownBy(pooler::connect)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("no more connections allowed (max_client_conn)");
        assertThat(first.isValid(10)).isTrue();
        assertThat(second.isValid(10)).isTrue();
      }
      silent.forEach(RawClient::close);
      Awaitility.await().until(() -> pooler.usage().clients() == 0);
      pooler.connect().close();
    }
  }

  @Test
  void whoWaitsForThePoolerIsNotSentAwayForWhoSaysNothing() throws Exception {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .set("auth_user", "asker")
                .set("penstock_max_client_logins", "2")
                .start();
        RawClient waiting = pooler.raw()) {
      pooler.pooler().grantable().grant(0).get();
      waiting.startup("user", "nobody", "database", "app");
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);
      List<RawClient> silent = silent(pooler, 3);
      assertThat(silent.get(0).isClosedByPooler()).isTrue();
      assertThat(silent.get(1).isClosedByPooler()).isTrue();
      assertThat(pooler.usage().waiting()).isEqualTo(1);
      silent.forEach(RawClient::close);
    }
  }

  @Test
  void moreThanALoginNeedsIsNotTaken() {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).start();
        RawClient client = pooler.raw()) {
      client.bytes(new byte[] {0, 0, 0x27, 0x10, 0, 3, 0, 0});
      client.bytes(new byte[20_000]);
      assertThat(client.until('E').getLast().field('C')).isEqualTo("08P01");
    }
  }

  @Test
  void passwordsThatAreDearToCheckHoldUpNoQuery() throws IOException {
    Path rules =
        Files.writeString(
            directory.resolve("pg_hba.conf"),
            "host all dear all password\nhost all all all trust\n");
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .user("dear", DEAR_SECRET)
                .set("auth_type", "hba")
                .set("auth_hba_file", rules.toString())
                .start();
        RawClient client = pooler.raw();
        RawClient guessing = pooler.raw()) {
      client.trusted(PostgresFixture.USER);
      guessing.startup("user", "dear", "database", "app");
      assertThat(guessing.next().type()).isEqualTo('R');
      guessing.send('p', "guess\0");
      for (int i = 0; i < 10; i++) {
        assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      }
      assertThat(guessing.hasMore()).isFalse();
      assertThat(guessing.until('E').getLast().field('C')).isEqualTo("28P01");
    }
  }
}
