package dev.penstock.e2e.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/**
 * What the database itself says of the transfers, in one consistent view.
 *
 * @param sum of all balances
 * @param accounts how many there are
 * @param transfers how many transfers are recorded
 */
public record Ledger(long sum, long accounts, long transfers) {

  /** The statements that make the tables and fill the accounts. */
  public static String schema() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            Ledger.class.getResourceAsStream("schema.sql"), "schema.sql is not in the jar")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Reads the tables; a transfer still under way counts wholly or not at all. */
  public static Ledger read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sum(balance)::bigint, count(*), (SELECT count(*) FROM transfers)"
                    + " FROM accounts")) {
      row.next();
      return new Ledger(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  /** Whether no money was lost or made. */
  public boolean balances() {
    return accounts == Transfer.ACCOUNTS
        && sum == (long) Transfer.ACCOUNTS * Transfer.OPENING_BALANCE;
  }
}
