package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServingIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  @Test
  void queriesAndTransactionsRunThroughOneServerConnection() throws SQLException {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES).set("default_pool_size", "1").start();
        Connection first = pooler.connect();
        Connection second = pooler.connect()) {
      for (Connection connection : new Connection[] {first, second, first}) {
        try (var statement = connection.createStatement();
            var result = statement.executeQuery("select 42")) {
          result.next();
          assertThat(result.getInt(1)).isEqualTo(42);
        }
      }
      assertThat(pooler.usage().held()).isEqualTo(1);
    }
  }

  @Test
  void anErrorInATransactionIsToldAndTheConnectionUsedOn() throws SQLException {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).start();
        Connection connection = pooler.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("create temporary table t (i int)");
      assertThatThrownBy(() -> statement.execute("select 1 / 0"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"));
      connection.rollback();
      assertThat(statement.execute("select 1")).isTrue();
      connection.commit();
      assertThat(pooler.usage().active()).isZero();
    }
  }

  @Test
  void aServerThatAsksForMd5IsLoggedInTo() throws SQLException {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("auth_type", "md5").start();
        Connection connection = pooler.connect(PostgresFixture.MD5_USER, Map.of());
        var statement = connection.createStatement()) {
      assertThat(statement.execute("select 1")).isTrue();
    }
  }
}
