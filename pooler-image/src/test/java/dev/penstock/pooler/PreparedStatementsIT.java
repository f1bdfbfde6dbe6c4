package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Prepared statements in transaction mode: each client has its own, whichever server it gets. */
class PreparedStatementsIT {
  private static final int MOST = 3;
  private static final String COUNT =
      "select count(*) from pg_prepared_statements where name like 'PENSTOCK%'";

  private PoolerFixture pooler = pooler("transaction", 2);

  @AfterEach
  void stop() {
    pooler.close();
  }

  private static PoolerFixture pooler(String mode, int size) {
    return PoolerFixture.before(PostgresFixture.shared())
        .set("auth_type", "trust")
        .set("pool_mode", mode)
        .set("default_pool_size", Integer.toString(size))
        .set("max_prepared_statements", Integer.toString(MOST))
        .start();
  }

  /** Goes on with one server connection, so that it is known which one is used. */
  private void throughOneServer(String mode) {
    pooler.close();
    pooler = pooler(mode, 1);
  }

  private RawClient client() {
    RawClient client = pooler.raw();
    client.trusted(PostgresFixture.USER);
    return client;
  }

  private static RawClient parse(RawClient client, String name, String sql) {
    return client.send('P', name + "\0" + sql + "\0\0\0");
  }

  private static RawClient run(RawClient client, String name) {
    return client.send('B', "\0" + name + "\0\0\0\0\0\0\0").send('E', "\0\0\0\0\0");
  }

  private static RawClient sync(RawClient client) {
    return client.send('S', "");
  }

  private static String sqlState(RawClient client) {
    return client.until('E').getLast().field('C');
  }

  /** The first column of the first row, as the text that it is sent as. */
  private static String value(RawClient client) {
    String row =
        client.until('Z').stream()
            .filter(message -> message.type() == 'D')
            .findFirst()
            .orElseThrow()
            .text();
    return row.substring(6);
  }

  private static String value(RawClient client, String sql) {
    return value(client.query(sql));
  }

  private static void prepared(RawClient client, String name, String sql) {
    sync(parse(client, name, sql));
    assertThat(client.typesUntil('Z')).isEqualTo("1Z");
  }

  @Test
  void aStatementFollowsItsClientToAServerThatDoesNotKnowIt() {
    try (RawClient client = client();
        RawClient other = client()) {
      prepared(client, "s", "select 'followed'");
      other.query("begin");
      other.until('Z');

      sync(run(client, "s"));
      assertThat(client.typesUntil('Z')).isEqualTo("2DCZ");
      client.send('D', "Ss\0");
      sync(client);
      assertThat(client.typesUntil('Z')).isEqualTo("tTZ");
      sync(run(client, "s"));
      assertThat(value(client)).isEqualTo("followed");
    }
  }

  @Test
  void theSameTextIsPreparedOnceWhateverItsName() {
    throughOneServer("transaction");
    try (RawClient one = client();
        RawClient two = client()) {
      prepared(one, "first", "select 1");
      prepared(two, "second", "select 1");
      prepared(two, "third", "select 1");

      assertThat(value(two, COUNT)).isEqualTo("1");
      sync(run(two, "third"));
      assertThat(value(two)).isEqualTo("1");
    }
  }

  @Test
  void aServerKnowsNoMoreThanItMayAndTheOthersArePreparedAnew() {
    throughOneServer("transaction");
    try (RawClient client = client()) {
      for (int number = 0; number < 3 * MOST; number++) {
        prepared(client, "s" + number, "select " + number);
      }
      assertThat(value(client, COUNT)).isEqualTo(Integer.toString(MOST));

      for (int number = 0; number < 3 * MOST; number++) {
        run(client, "s" + number);
      }
      sync(client);
      assertThat(client.typesUntil('Z')).isEqualTo("2DC".repeat(3 * MOST) + "Z");
      assertThat(value(client, COUNT)).isEqualTo(Integer.toString(MOST));
    }
  }

  @Test
  void repliesOfThePoolersOwnStandWhereAServersWould() {
    try (RawClient client = client()) {
      prepared(client, "known", "select 'known'");
      run(client, "known");
      parse(client, "again", "select 'known'");
      run(client, "again");
      client.send('C', "Sknown\0");
      parse(client, "known", "select 'known'");
      run(client, "known");
      sync(client);
      assertThat(client.typesUntil('Z')).isEqualTo("2DC12DC312DCZ");
    }
  }

  @Test
  void aParseThatFailsPreparesNothing() {
    try (RawClient client = client()) {
      sync(parse(client, "s", "select nonsense"));
      assertThat(client.typesUntil('Z')).isEqualTo("EZ");
      sync(run(client, "s"));
      assertThat(sqlState(client)).isEqualTo("26000");
      client.until('Z');
      prepared(client, "s", "select 'better'");
      sync(run(client, "s"));
      assertThat(value(client)).isEqualTo("better");
    }
  }

  @Test
  void whatIsSkippedAfterAnErrorHasNoEffect() {
    try (RawClient client = client()) {
      prepared(client, "kept", "select 'kept'");
      parse(client, "", "select 1/0");
      run(client, "");
      client.send('C', "Skept\0");
      parse(client, "kept", "select 'another'");
      parse(client, "new", "select 'new'");
      sync(client);
      assertThat(client.typesUntil('Z')).isEqualTo("1EZ");

      sync(run(client, "kept"));
      assertThat(value(client)).isEqualTo("kept");
      sync(run(client, "new"));
      assertThat(sqlState(client)).isEqualTo("26000");
      client.until('Z');
    }
  }

  @Test
  void whatIsSentBetweenAnErrorAndItsSyncHasNoEffect() {
    try (RawClient client = client()) {
      parse(client, "", "select 1/0");
      run(client, "").send('H', "");
      assertThat(client.typesUntil('E')).isEqualTo("1E");
      parse(client, "late", "select 'late'");
      run(client, "late");
      sync(client);
      assertThat(client.typesUntil('Z')).isEqualTo("Z");
      prepared(client, "late", "select 'late'");
    }
  }

  @Test
  void aNameThatIsTakenIsRefusedByTheServer() {
    try (RawClient client = client()) {
      prepared(client, "taken", "select 1");
      sync(parse(client, "taken", "select 2"));
      assertThat(sqlState(client)).isEqualTo("42P05");
      client.until('Z');
      sync(run(client, "taken"));
      assertThat(value(client)).isEqualTo("1");
    }
  }

  @Test
  void aClosedStatementIsGoneForItsClientAlone() {
    try (RawClient client = client();
        RawClient other = client()) {
      prepared(client, "s", "select 'shared'");
      prepared(other, "s", "select 'shared'");
      client.send('C', "Ss\0");
      sync(client);
      assertThat(client.typesUntil('Z')).isEqualTo("3Z");
      sync(run(client, "s"));
      assertThat(sqlState(client)).isEqualTo("26000");
      client.until('Z');
      sync(run(other, "s"));
      assertThat(value(other)).isEqualTo("shared");
    }
  }

  @Test
  void deallocatingAllIsSeenForTheClientAndTheServer() {
    throughOneServer("transaction");
    for (String sql : List.of("deallocate all", "discard all")) {
      try (RawClient client = client();
          RawClient other = client()) {
        prepared(client, "s", "select 'mine'");
        prepared(other, "t", "select 'mine'");
        client.query(sql);
        assertThat(client.typesUntil('Z')).isEqualTo("CZ");

        prepared(client, "s", "select 'anew'");
        sync(run(other, "t"));
        assertThat(value(other)).isEqualTo("mine");
      }
    }
  }

  @Test
  void aStatementWhoseTableHasChangedIsPreparedAnewOnceTheServerHasRefusedIt() {
    throughOneServer("transaction");
    try (RawClient client = client();
        RawClient other = client()) {
      client.query("create table altered (a int)");
      client.until('Z');
      try {
        prepared(client, "s", "select * from altered");
        prepared(other, "s", "select * from altered");
        sync(run(client, "s"));
        client.until('Z');
        client.query("alter table altered add column b int");
        client.until('Z');

        sync(run(client, "s"));
        assertThat(sqlState(client)).isEqualTo("0A000");
        client.until('Z');

        client.send('C', "Ss\0");
        parse(client, "s", "select * from altered");
        sync(run(client, "s"));
        assertThat(client.typesUntil('Z')).isEqualTo("312CZ");
        sync(run(other, "s"));
        assertThat(other.typesUntil('Z')).isEqualTo("2CZ");
      } finally {
        client.query("drop table altered");
        client.until('Z');
      }
    }
  }

  @Test
  void deallocatingOneIsSeen() {
    try (RawClient client = client();
        RawClient other = client()) {
      for (String name : List.of("plain", "\"Quoted one\"")) {
        String bare = name.replace("\"", "");
        prepared(client, bare, "select 'mine'");
        prepared(other, bare, "select 'mine'");
        client.query(" DEALLOCATE  prepare " + name + " ;");
        assertThat(client.typesUntil('Z')).isEqualTo("CZ");
        sync(run(client, bare));
        assertThat(sqlState(client)).isEqualTo("26000");
        client.until('Z');
        sync(run(other, bare));
        assertThat(value(other)).isEqualTo("mine");
      }
      client.query("deallocate never_prepared");
      assertThat(sqlState(client)).isEqualTo("26000");
    }
  }

  @Test
  void aStatementOfPrepareIsTheServersOwn() {
    try (RawClient client = client()) {
      client.query("begin; prepare by_sql as select 'by sql'");
      client.until('Z');
      sync(run(client, "by_sql"));
      assertThat(value(client)).isEqualTo("by sql");
      client.query("deallocate by_sql; commit");
      assertThat(client.typesUntil('Z')).isEqualTo("CCZ");
    }
  }

  @Test
  void messagesCutAnywhereAreUnderstood() {
    try (RawClient client = client()) {
      prepared(client, "in-pieces", "select 'pieces'");
      String bind = "\0in-pieces\0\0\0\0\0\0\0";
      byte[] message =
          ("B\0\0\0" + (char) (4 + bind.length()) + bind + "E\0\0\0\t\0\0\0\0\0S\0\0\0\4")
              .getBytes(StandardCharsets.ISO_8859_1);
      for (byte part : message) {
        client.bytes(new byte[] {part});
      }
      assertThat(value(client)).isEqualTo("pieces");
    }
  }

  @Test
  void aStatementWithoutAnEndIsRefused() {
    try (RawClient client = client()) {
      client.send('P', "no end of this name");
      assertThat(sqlState(client)).isEqualTo("08P01");
    }
  }

  @Test
  void inSessionModeNamesAreLeftAsTheyAre() {
    throughOneServer("session");
    try (RawClient client = client()) {
      prepared(client, "as_it_is", "select 1");
      assertThat(value(client, "select name from pg_prepared_statements")).isEqualTo("as_it_is");
    }
  }

  @Test
  void aDriverWithPreparedStatementsOnWorksThroughTwoServers() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> clients = new ArrayList<>();
      for (int number = 0; number < 20; number++) {
        int offset = number;
        clients.add(() -> sumByDriver(offset));
      }
      int sum = 0;
      for (Future<Integer> client : threads.invokeAll(clients)) {
        sum += client.get();
      }
      assertThat(sum).isEqualTo(20 * 50 * 7 + 50 * 190);
    }
  }

  private int sumByDriver(int offset) throws Exception {
    int sum = 0;
    try (Connection connection =
        pooler.connect(PostgresFixture.USER, Map.of("prepareThreshold", "1"))) {
      for (int i = 0; i < 50; i++) {
        // Five texts are more than a server may know.
        String sql = "select ?::int + " + (i % 5) + " - " + (i % 5);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
          statement.setInt(1, 7 + offset);
          try (ResultSet row = statement.executeQuery()) {
            assertThat(row.next()).isTrue();
            sum += row.getInt(1);
          }
        }
      }
    }
    return sum;
  }
}
