package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What matters most, on each kind of socket that every machine has. */
class TransportsIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  private static PoolerFixture pooler(String transport) {
    return PoolerFixture.before(POSTGRES)
        .set("penstock_transport", transport)
        .set("tcp_keepidle", "7")
        .set("tcp_keepintvl", "3")
        .set("tcp_keepcnt", "4")
        .set("tcp_user_timeout", "60000")
        .set("default_pool_size", "1")
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void transactionsAndLargeResultsPassOverOneServerConnection(String transport) throws Exception {
    try (PoolerFixture pooler = pooler(transport)) {
      try (Connection first = pooler.connect();
          Connection second = pooler.connect()) {
        for (Connection connection : new Connection[] {first, second, first}) {
          connection.setAutoCommit(false);
          try (var statement = connection.createStatement();
              var result =
                  statement.executeQuery(
                      "select repeat('x', 1000) from generate_series(1, 5000)")) {
            int rows = 0;
            while (result.next()) {
              rows++;
            }
            assertThat(rows).isEqualTo(5000);
          }
          connection.commit();
        }
        assertThat(pooler.usage().held()).isEqualTo(1);
      }
      CompletableFuture<Void> drained = pooler.pooler().drain();
      drained.get(10, TimeUnit.SECONDS);
      assertThat(POSTGRES.backends(PostgresFixture.USER)).isZero();
    }
  }
}
