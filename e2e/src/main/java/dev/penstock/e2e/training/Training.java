package dev.penstock.e2e.training;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends a pooler a bit of everything that clients do: logins, simple and extended queries,
 * transactions, errors and large results, for a number of seconds.
 */
public final class Training {

  private static final int CLIENTS = 8;
  private static final int QUERIES_OF_A_LOGIN = 200;

  private Training() {}

  /**
   * Runs the load.
   *
   * @param arguments the JDBC URL (with user and password), and the seconds it shall take
   * @throws ExecutionException if a client met an error that is not part of the load
   */
  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    String url = arguments[0];
    Instant end = Instant.now().plus(Duration.ofSeconds(Long.parseLong(arguments[1])));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        running.add(clients.submit(() -> work(url, end)));
      }
      for (Future<?> client : running) {
        client.get();
      }
    }
  }

  private static Void work(String url, Instant end) throws SQLException {
    while (Instant.now().isBefore(end)) {
      try (Connection connection = DriverManager.getConnection(url)) {
        for (int query = 0; query < QUERIES_OF_A_LOGIN; query++) {
          prepared(connection, query);
          simple(connection);
        }
        transaction(connection);
        error(connection);
        large(connection);
      }
    }
    return null;
  }

  private static void simple(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1; SELECT 'two'");
    }
  }

  private static void prepared(Connection connection, int value) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?::int + 1")) {
      statement.setInt(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
      }
    }
  }

  private static void transaction(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    prepared(connection, 1);
    connection.commit();
    prepared(connection, 2);
    connection.rollback();
    connection.setAutoCommit(true);
  }

  private static void error(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1 / 0");
    } catch (SQLException e) {
      if (!"22012".equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static void large(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT repeat('x', 1000) FROM generate_series(1, 1000)")) {
      while (rows.next()) {
        rows.getString(1);
      }
    }
  }
}
