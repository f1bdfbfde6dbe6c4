package dev.penstock.e2e.client;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One transaction: money moves from one account to another, and the move is recorded. The sum over
 * all accounts never changes, and there are exactly as many records as transactions done.
 *
 * @param from the account that gives; always the one with the lower number, so that no two
 *     transfers can wait for each other in a circle
 * @param to the account that takes
 * @param amount how much, also below zero
 * @param hold how long the transaction stays open before its first write, with its server
 *     connection in use but no row locked; zero for not at all
 */
record Transfer(int from, int to, int amount, Duration hold) {

  /** How many accounts there are, numbered from 1. */
  static final int ACCOUNTS = 1000;

  /** What every account starts with. */
  static final int OPENING_BALANCE = 1000;

  /** A transfer between two accounts drawn at random; every other one is held. */
  static Transfer random(Duration longest) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int from = random.nextInt(1, ACCOUNTS);
    int to = random.nextInt(from + 1, ACCOUNTS + 1);
    long most = longest.toMillis();
    boolean held = most > 0 && random.nextBoolean();
    return new Transfer(
        from,
        to,
        random.nextInt(-9, 10),
        held ? Duration.ofMillis(random.nextLong(most / 4, most + 1)) : Duration.ZERO);
  }

  /**
   * The first statement: when it returns, the transaction has begun on a server. The driver sends
   * the BEGIN along with it.
   */
  void begin(Connection connection) throws SQLException {
    try (PreparedStatement read =
        connection.prepareStatement("SELECT balance FROM accounts WHERE id = ?")) {
      read.setInt(1, from);
      read.executeQuery().close();
    }
  }

  /** Everything between the first statement and the commit. */
  void carryOut(Connection connection) throws SQLException {
    if (hold.isPositive()) {
      try (PreparedStatement sleep = connection.prepareStatement("SELECT pg_sleep(?)")) {
        sleep.setDouble(1, hold.toMillis() / 1000.0);
        sleep.executeQuery().close();
      }
    }
    try (PreparedStatement record =
        connection.prepareStatement(
            "INSERT INTO transfers (giver, taker, amount) VALUES (?, ?, ?)")) {
      record.setInt(1, from);
      record.setInt(2, to);
      record.setInt(3, amount);
      record.executeUpdate();
    }
    move(connection, from, -amount);
    move(connection, to, amount);
  }

  private static void move(Connection connection, int account, int amount) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE accounts SET balance = balance + ? WHERE id = ?")) {
      update.setInt(1, amount);
      update.setInt(2, account);
      if (update.executeUpdate() != 1) {
        throw new SQLException("account " + account + " does not exist");
      }
    }
  }
}
