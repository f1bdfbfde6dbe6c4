package dev.penstock.e2e.faults;

import dev.penstock.e2e.demo.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;

/** What the server says of the sessions from one address. Thread-safe. */
record Sessions(Postgres postgres, String address) {

  /** The server's time. */
  OffsetDateTime now() throws SQLException {
    try (Connection connection = postgres.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class);
    }
  }

  /** How many there are in which something was asked since then. */
  int workingSince(OffsetDateTime then) throws SQLException {
    try (Connection connection = postgres.connect("postgres");
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT count(*)::int FROM pg_stat_activity"
                    + " WHERE client_addr = ?::inet AND query_start > ?")) {
      query.setString(1, address);
      query.setObject(2, then);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
