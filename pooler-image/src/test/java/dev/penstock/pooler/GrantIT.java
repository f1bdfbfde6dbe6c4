package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GrantIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  private static void grant(PoolerFixture pooler, int connections) throws Exception {
    pooler.pooler().grantable().grant(connections).get(10, TimeUnit.SECONDS);
  }

  private static List<Connection> inTransaction(PoolerFixture pooler, int count)
      throws SQLException {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Connection connection = pooler.connect();
      connection.setAutoCommit(false);
      run(connection);
      connections.add(connection);
    }
    return connections;
  }

  private static void run(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("select 1");
    }
  }

  private static int counted() {
    // In one query: between two of them a connection may move from one pool to the other.
    return POSTGRES.number("select count(*) from pg_stat_activity where usename in ('app', 'old')");
  }

  @Test
  void aLowerGrantClosesIdleConnectionsAtOnceAndBusyOnesAtTheEndOfTheirTransaction()
      throws Exception {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).start()) {
      List<Connection> connections = inTransaction(pooler, 6);
      for (Connection idle : connections.subList(0, 3)) {
        idle.commit();
      }
      assertThat(counted()).isEqualTo(6);

      grant(pooler, 2);

      Awaitility.await().untilAsserted(() -> assertThat(counted()).isEqualTo(3));
      Awaitility.await().until(() -> pooler.usage().held() == 3);
      for (Connection busy : connections.subList(3, 6)) {
        run(busy);
        busy.commit();
      }
      Awaitility.await().untilAsserted(() -> assertThat(counted()).isEqualTo(2));
      assertThat(pooler.usage().held()).isEqualTo(2);
      for (Connection connection : connections) {
        run(connection);
        connection.commit();
        connection.close();
      }
    }
  }

  @Test
  void withoutAGrantClientsWaitAndARaiseServesThem() throws Exception {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("auth_type", "trust").start()) {
      grant(pooler, 0);
      try (RawClient client = pooler.raw()) {
        client.startup("user", PostgresFixture.USER);
        Awaitility.await().until(() -> pooler.usage().waiting() == 1);
        assertThat(pooler.usage().held()).isZero();

        grant(pooler, 1);

        client.until('Z');
        assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      }
    }
  }

  @Test
  void anIdleConnectionOfOnePoolMakesRoomForAnother() throws Exception {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("auth_type", "md5").start()) {
      grant(pooler, 1);
      for (int i = 0; i < 3; i++) {
        for (String user : new String[] {PostgresFixture.USER, PostgresFixture.MD5_USER}) {
          try (Connection connection = pooler.connect(user, Map.of())) {
            run(connection);
            assertThat(pooler.usage().held()).isEqualTo(1);
          }
        }
      }
    }
  }

  @Test
  void aBusyPoolGivesWayToOneThatHasNothing() throws Exception {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("auth_type", "trust").start();
        RawClient first = pooler.raw();
        RawClient second = pooler.raw();
        RawClient other = pooler.raw()) {
      grant(pooler, 1);
      first.trusted(PostgresFixture.USER);
      second.trusted(PostgresFixture.USER);
      first.query("begin");
      first.until('Z');
      other.startup("user", PostgresFixture.MD5_USER);
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);
      second.query("select 2");
      Awaitility.await().until(() -> pooler.usage().waiting() == 2);

      first.query("commit");

      first.until('Z');
      other.until('Z');
      assertThat(second.typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(pooler.usage().held()).isEqualTo(1);
    }
  }

  @Test
  void theServerNeverCountsMoreThanTheGrantWhileItMoves() throws Exception {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("auth_type", "trust").start()) {
      grant(pooler, 4);
      List<Thread> threads = new ArrayList<>();
      List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
      for (int i = 0; i < 12; i++) {
        String user = i % 2 == 0 ? PostgresFixture.USER : PostgresFixture.MD5_USER;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try (RawClient client = pooler.raw()) {
                        client.trusted(user);
                        for (int n = 0; n < 200; n++) {
                          client.query("select " + n);
                          client.until('Z');
                        }
                      } catch (RuntimeException e) {
                        failures.add(e);
                      }
                    }));
      }
      int most = 0;
      while (threads.stream().anyMatch(Thread::isAlive)) {
        grant(pooler, 4);
        int counted = counted();
        most = Math.max(most, counted);
        assertThat(counted).isLessThanOrEqualTo(4);
        grant(pooler, 2);
        Awaitility.await()
            .pollInterval(Duration.ofMillis(5))
            .until(() -> pooler.usage().held() <= 2);
        assertThat(counted()).isLessThanOrEqualTo(2);
      }
      assertThat(failures).isEmpty();
      assertThat(most).isPositive();
    }
  }

  @Test
  void aConnectionOfASessionThatEndsIsResetBeforeTheNext() throws SQLException {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .set("pool_mode", "session")
            .set("default_pool_size", "1")
            .start()) {
      for (int i = 0; i < 3; i++) {
        try (Connection session = pooler.connect();
            var statement = session.createStatement()) {
          statement.execute("create temporary table only_mine (i int)");
          statement.execute("set work_mem = '77MB'");
        }
        try (Connection session = pooler.connect();
            var statement = session.createStatement();
            var result = statement.executeQuery("show work_mem")) {
          result.next();
          assertThat(result.getString(1)).isNotEqualTo("77MB");
        }
      }
      Awaitility.await().until(() -> pooler.usage().idle() == 1);
      assertThat(counted()).isEqualTo(1);
    }
  }
}
