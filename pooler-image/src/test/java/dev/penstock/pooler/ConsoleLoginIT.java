package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The console is a database like any other to who logs in. */
class ConsoleLoginIT {
  private static final String USER = PostgresFixture.USER;

  @Test
  void aPasswordIsAskedForAsForAnyDatabase() throws SQLException {
    try (PoolerFixture pooler =
        PoolerFixture.before(PostgresFixture.shared()).set("admin_users", USER).start()) {
      try (RawClient client = pooler.raw()) {
        client.startup("user", USER, "database", "pgbouncer");
        assertThat(client.next().type()).isEqualTo('R');
        client.send('p', "wrong\0");
        assertThat(client.until('E').getLast().field('C')).isIn("08P01", "28P01");
      }
      var url = "jdbc:postgresql://127.0.0.1:" + pooler.port() + "/pgbouncer";
      try (Connection console =
              DriverManager.getConnection(
                  url + "?preferQueryMode=simple&sslmode=disable&gssEncMode=disable",
                  USER,
                  PostgresFixture.PASSWORD);
          var rows = console.createStatement().executeQuery("SHOW DATABASES")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt("port")).isEqualTo(PostgresFixture.shared().port());
      }
    }
  }
}
