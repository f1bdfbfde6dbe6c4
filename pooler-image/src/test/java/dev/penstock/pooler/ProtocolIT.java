package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The protocol as drivers use it, and as none does. */
class ProtocolIT {
  private static final PoolerFixture POOLER =
      PoolerFixture.before(PostgresFixture.shared())
          .set("auth_type", "trust")
          .set("default_pool_size", "1")
          .start();

  @AfterAll
  static void stop() {
    POOLER.close();
  }

  private static RawClient client() {
    RawClient client = POOLER.raw();
    client.trusted(PostgresFixture.USER);
    return client;
  }

  private static void extended(RawClient client, String sql) {
    client.send('P', "\0" + sql + "\0\0\0");
    client.send('B', "\0\0\0\0\0\0\0\0");
    client.send('E', "\0\0\0\0\0");
  }

  private static void isReleased() {
    Awaitility.await().until(() -> POOLER.usage().active() == 0);
    assertThat(POOLER.usage().idle()).isEqualTo(1);
  }

  @Test
  void aPipelineOfBatchesIsAnsweredInOrderAndKeepsItsServerToTheEnd() {
    try (RawClient client = client();
        RawClient other = client()) {
      for (int i = 0; i < 100; i++) {
        extended(client, "select " + i);
        client.send('S', "");
      }
      other.query("select 'other'");
      for (int i = 0; i < 100; i++) {
        assertThat(client.typesUntil('Z')).isEqualTo("12DCZ");
      }
      assertThat(other.typesUntil('Z')).isEqualTo("TDCZ");
    }
    isReleased();
  }

  @Test
  void anErrorInAPipelineSkipsToTheSync() {
    try (RawClient client = client()) {
      extended(client, "select 1/0");
      extended(client, "select 2");
      client.send('S', "");
      extended(client, "select 3");
      client.send('S', "");
      assertThat(client.typesUntil('Z')).isEqualTo("1EZ");
      assertThat(client.typesUntil('Z')).isEqualTo("12DCZ");
      isReleased();
    }
  }

  @Test
  void aFlushIsAnsweredAndTheServerKeptUntilTheSync() {
    try (RawClient client = client()) {
      extended(client, "select 1");
      client.send('H', "");
      assertThat(client.typesUntil('C')).isEqualTo("12DC");
      assertThat(POOLER.usage().active()).isEqualTo(1);
      client.send('S', "");
      assertThat(client.typesUntil('Z')).isEqualTo("Z");
      isReleased();
    }
  }

  @Test
  void aCopyInByTheExtendedProtocolGivesTheServerBack() {
    try (RawClient client = client()) {
      client.query("create temporary table copied (i int)");
      client.until('Z');
      // As libpq does: a Sync behind the Execute, and another behind the CopyDone.
      extended(client, "copy pg_temp.copied from stdin");
      client.send('S', "");
      assertThat(client.typesUntil('G')).isEqualTo("12G");
      client.send('d', "1\n2\n").send('c', "").send('S', "");
      assertThat(client.typesUntil('Z')).isEqualTo("CZ");
      isReleased();
    }
  }

  @Test
  void aCopyThatTheClientFailsGivesTheServerBack() {
    try (RawClient client = client()) {
      client.query("begin; create temporary table failed (i int) on commit drop;");
      client.until('Z');
      client.query("copy failed from stdin");
      client.until('G');
      client.send('d', "1\n").send('f', "changed my mind\0");
      assertThat(client.typesUntil('Z')).isEqualTo("EZ");
      client.query("rollback");
      client.until('Z');
      isReleased();
    }
  }

  @Test
  void copyDataBehindAFailedCopyIsDropped() {
    try (RawClient client = client()) {
      client.query("begin; create temporary table wrong (i int) on commit drop;");
      client.until('Z');
      client.query("copy wrong from stdin");
      client.until('G');
      client.send('d', "not a number\n");
      client.send('d', "x\n".repeat(20_000));
      client.send('c', "");
      assertThat(client.typesUntil('Z')).isEqualTo("EZ");
      client.query("rollback");
      client.until('Z');
      client.send('d', "late\n").send('c', "");
      client.query("select 1");
      assertThat(client.typesUntil('Z')).isEqualTo("TDCZ");
      isReleased();
    }
  }

  @Test
  void messagesCutAtAnyByteArriveWhole() {
    byte[] sql = "select 'cut'\0".getBytes(StandardCharsets.US_ASCII);
    byte[] message = new byte[5 + sql.length];
    message[0] = 'Q';
    message[4] = (byte) (4 + sql.length);
    System.arraycopy(sql, 0, message, 5, sql.length);
    try (RawClient client = client()) {
      for (byte b : message) {
        client.bytes(new byte[] {b});
      }
      assertThat(client.typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void theBeginningOfAHeaderKeepsNoServer() {
    try (RawClient client = client()) {
      client.bytes(new byte[] {'Q', 0, 0, 0, 4 + 1, 0, 'Q', 0});
      assertThat(client.typesUntil('Z')).isEqualTo("IZ");
      isReleased();
      client.bytes(new byte[] {0, 0, 4 + 1, 0});
      assertThat(client.typesUntil('Z')).isEqualTo("IZ");
      isReleased();
    }
  }

  @Test
  void aClientThatLeavesInATransactionLosesItsServer() {
    try (RawClient leaver = client()) {
      leaver.query("begin; create table never_there (i int)");
      leaver.until('Z');
    }
    try (RawClient client = client()) {
      client.query("select count(*) from pg_class where relname = 'never_there'");
      assertThat(client.until('Z').toString()).contains("D:|\1|||\1" + "0");
    }
    isReleased();
  }

  @Test
  void emptyQueriesAndLoneSyncsAreAnswered() {
    try (RawClient client = client()) {
      assertThat(client.query("").typesUntil('Z')).isEqualTo("IZ");
      assertThat(client.send('S', "").typesUntil('Z')).isEqualTo("Z");
      isReleased();
    }
  }
}
