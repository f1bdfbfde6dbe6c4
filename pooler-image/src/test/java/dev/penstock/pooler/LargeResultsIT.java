package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many clients with results that do not fit into a buffer, on fewer server connections. */
class LargeResultsIT {
  private static final int CLIENTS = 8;
  private static final int ROUNDS = 25;
  private static final int ROWS = 1000;
  private static final String QUERY =
      "select repeat('x', 1000) from generate_series(1, " + ROWS + ")";

  private static int rows(PoolerFixture pooler) throws SQLException {
    int rows = 0;
    try (Connection connection = pooler.connect();
        var statement = connection.createStatement()) {
      for (int round = 0; round < ROUNDS; round++) {
        try (var result = statement.executeQuery(QUERY)) {
          while (result.next()) {
            rows++;
          }
        }
      }
    }
    return rows;
  }

  @Test
  void aServerIsReadForItsNextClientWhateverTheOneBeforeStillHasToTake() throws Exception {
    try (PoolerFixture pooler =
            PoolerFixture.before(PostgresFixture.shared()).set("default_pool_size", "4").start();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Callable<Integer> client = () -> rows(pooler);
        running.add(threads.submit(client));
      }
      for (Future<Integer> client : running) {
        assertThat(client.get(2, TimeUnit.MINUTES)).isEqualTo(ROUNDS * ROWS);
      }
    }
  }
}
