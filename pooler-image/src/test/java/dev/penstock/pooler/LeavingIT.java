package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave in the middle of something must not take their server's place with them. */
class LeavingIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  /** A query of 1000 bytes of which only the first come. */
  private static byte[] begunQuery() {
    byte[] begun = "Q\0\0\3\u00e8select".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(begun).hasSize(11);
    return begun;
  }

  @Test
  void aResultThatNoOneTakesAnyMoreIsCancelled() {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("auth_type", "trust").start()) {
      try (RawClient client = pooler.raw()) {
        client.trusted(PostgresFixture.USER);
        client.query("select repeat('x', 1000), generate_series(1, 1000000000)");
        Awaitility.await()
            .until(
                () ->
                    POSTGRES.number(
                            "select count(*) from pg_stat_activity where wait_event ="
                                + " 'ClientWrite' and usename = 'app'")
                        == 1);
      }
      Awaitility.await().until(() -> pooler.usage().held() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "session"})
  void aClientThatLeavesWithinAMessageGivesThePlaceBack(String mode) {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .set("auth_type", "trust")
            .set("pool_mode", mode)
            .set("default_pool_size", "1")
            .start()) {
      for (String before : List.of("begin", "select 1")) {
        try (RawClient client = pooler.raw()) {
          client.trusted(PostgresFixture.USER);
          client.query(before);
          client.until('Z');
          client.bytes(begunQuery());
          Awaitility.await().until(() -> pooler.usage().active() == 1);
        }
        Awaitility.await().until(() -> pooler.usage().held() == 0);
      }
      try (RawClient next = pooler.raw()) {
        next.trusted(PostgresFixture.USER);
        assertThat(next.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      }
    }
  }
}
