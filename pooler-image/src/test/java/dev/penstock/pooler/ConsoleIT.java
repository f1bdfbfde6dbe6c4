package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the admin console shows, and to whom. */
class ConsoleIT {
  private static final int INT4 = 23;
  private static final String USER = PostgresFixture.USER;
  private static final PoolerFixture POOLER =
      PoolerFixture.before(PostgresFixture.shared())
          .set("auth_type", "trust")
          .set("admin_users", "boss, other")
          .set("stats_users", "watcher")
          .set("stats_period", "1")
          .set("max_db_connections", "7")
          .user("boss", "x")
          .user("watcher", "x")
          .start();

  @AfterAll
  static void stop() {
    POOLER.close();
  }

  private static ConsoleClient console() {
    return ConsoleClient.login(POOLER, "boss");
  }

  private static Map<String, String> sockets(ConsoleClient console, String what) {
    return console.show("SHOW " + what).row("database", USER);
  }

  @Test
  void aUserInNeitherListIsNotLetIn() {
    try (RawClient client = POOLER.raw()) {
      client.startup("user", USER, "database", "pgbouncer");

      var refused = client.until('E').getLast();

      assertThat(refused.field('M')).isEqualTo("not allowed");
      assertThat(refused.field('C')).isEqualTo("42501");
      assertThat(client.isClosedByPooler()).isTrue();
    }
  }

  @Test
  void whoMayOnlyLookMayNotDoMore() {
    try (ConsoleClient watcher = ConsoleClient.login(POOLER, "watcher")) {
      assertThat(watcher.show("show version").rows()).hasSize(1);
      assertThat(watcher.run("SET extra_float_digits = 3")).isEqualTo("SET");
      var refused = watcher.refused("SET verbose = 1");
      assertThat(refused.field('M')).isEqualTo("admin access needed");
      assertThat(refused.field('C')).isEqualTo("42501");
    }
  }

  @Test
  void theSessionBeginsAsPgBouncersDoes() {
    try (RawClient client = POOLER.raw()) {
      var welcome = client.trusted("boss", "pgbouncer");

      assertThat(welcome)
          .filteredOn(message -> message.type() == 'S')
          .extracting(RawClient.Message::text)
          .contains("server_version\0" + "1.26.0/bouncer\0", "client_encoding\0UTF8\0")
          .contains("is_superuser\0on\0");
      assertThat(welcome.getLast().text()).isEqualTo("I");
    }
  }

  @Test
  void poolsHavePgBouncersColumnsAndTypes() throws SQLException {
    try (ConsoleClient console = console();
        Connection client = POOLER.connect()) {
      client.setAutoCommit(false);
      client.createStatement().execute("select 1");

      var pools = console.show("SHOW POOLS;");

      assertThat(String.join(" ", pools.columns()))
          .isEqualTo(
              "database user cl_active cl_waiting cl_active_cancel_req cl_waiting_cancel_req"
                  + " sv_active sv_active_cancel sv_being_canceled sv_idle sv_used sv_tested"
                  + " sv_login maxwait maxwait_us pool_mode load_balance_hosts");
      assertThat(pools.types().subList(2, 15)).containsOnly(INT4);
      assertThat(pools.row("database", USER))
          .containsEntry("cl_active", "1")
          .containsEntry("sv_active", "1")
          .containsEntry("sv_idle", "0")
          .containsEntry("pool_mode", "transaction");
      assertThat(pools.row("database", "pgbouncer"))
          .containsEntry("user", "pgbouncer")
          .containsEntry("pool_mode", "statement");
      client.rollback();
      Awaitility.await().until(() -> POOLER.usage().idle() == 1);
      assertThat(console.show("SHOW POOLS").row("database", USER))
          .containsEntry("cl_active", "1")
          .containsEntry("sv_active", "0")
          .containsEntry("sv_idle", "1");
    }
  }

  @Test
  void aClientAndItsServerAreLinkedAsLongAsTheyAre() throws SQLException {
    try (ConsoleClient console = console();
        Connection client =
            POOLER.connect(USER, Map.of("ApplicationName", "shop", "prepareThreshold", "1"))) {
      client.setAutoCommit(false);
      try (var statement = client.prepareStatement("select 1 where 2 > ?")) {
        statement.setInt(1, 1);
        statement.execute();
        var clientRow = sockets(console, "CLIENTS");
        var serverRow = sockets(console, "SERVERS");

        assertThat(clientRow)
            .containsEntry("type", "C")
            .containsEntry("user", USER)
            .containsEntry("state", "active")
            .containsEntry("link", serverRow.get("ptr"))
            .containsEntry("application_name", "shop")
            .containsEntry("replication", "none")
            .containsEntry("addr", "127.0.0.1");
        assertThat(Integer.parseInt(clientRow.get("prepared_statements"))).isPositive();
        assertThat(clientRow.get("connect_time"))
            .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d .+");
        assertThat(serverRow)
            .containsEntry("type", "S")
            .containsEntry("state", "active")
            .containsEntry("link", clientRow.get("ptr"))
            .containsEntry("application_name", "shop")
            .containsEntry("port", "" + PostgresFixture.shared().port());
        try (var rows = client.createStatement().executeQuery("select pg_backend_pid()")) {
          assertThat(rows.next()).isTrue();
          assertThat(serverRow).containsEntry("remote_pid", rows.getString(1));
        }
      }
      client.rollback();
      Awaitility.await().until(() -> POOLER.usage().idle() == 1);

      assertThat(sockets(console, "CLIENTS"))
          .containsEntry("state", "idle")
          .containsEntry("link", "");
      assertThat(sockets(console, "SERVERS"))
          .containsEntry("state", "idle")
          .containsEntry("link", "");
      assertThat(console.show("SHOW CLIENTS").row("database", "pgbouncer"))
          .containsEntry("user", "boss")
          .containsEntry("application_name", "test");
    }
  }

  @Test
  void socketsHaveTheColumnsOfClientsAndMore() {
    try (ConsoleClient console = console()) {
      var clients = console.show("SHOW CLIENTS");
      var sockets = console.show("SHOW SOCKETS");

      assertThat(String.join(" ", clients.columns()))
          .isEqualTo(
              "type user database replication state addr port local_addr local_port connect_time"
                  + " request_time wait wait_us close_needed ptr link remote_pid tls"
                  + " application_name prepared_statements id");
      assertThat(console.show("SHOW SERVERS").columns()).isEqualTo(clients.columns());
      assertThat(sockets.columns())
          .startsWith(clients.columns().toArray(String[]::new))
          .endsWith(
              "recv_pos",
              "pkt_pos",
              "pkt_remain",
              "send_pos",
              "send_remain",
              "pkt_avail",
              "send_avail");
      assertThat(sockets.row("database", "pgbouncer")).containsEntry("state", "cl_active");
      assertThat(console.show("SHOW ACTIVE_SOCKETS").columns()).isEqualTo(sockets.columns());
    }
  }

  @Test
  void databasesAndUsersShowTheirLimits() throws SQLException {
    try (ConsoleClient console = console();
        Connection client = POOLER.connect()) {
      client.createStatement().execute("select 1");
      var databases = console.show("SHOW DATABASES");

      assertThat(String.join(" ", databases.columns()))
          .isEqualTo(
              "name host port database force_user pool_size min_pool_size reserve_pool_size"
                  + " server_lifetime pool_mode load_balance_hosts max_connections"
                  + " current_connections max_client_connections current_client_connections"
                  + " paused disabled");
      assertThat(databases.row("name", USER))
          .containsEntry("host", "127.0.0.1")
          .containsEntry("pool_size", "20")
          .containsEntry("server_lifetime", "3600")
          .containsEntry("max_connections", "7")
          .containsEntry("current_connections", "1")
          .containsEntry("current_client_connections", "1")
          .containsEntry("force_user", ConsoleClient.NULL);
      var users = console.show("SHOW USERS");
      assertThat(users.row("name", USER))
          .containsEntry("pool_size", "")
          .containsEntry("current_connections", "1")
          .containsEntry("current_client_connections", "1");
      assertThat(users.row("name", "boss")).containsEntry("current_connections", "0");
    }
  }

  @Test
  void configurationIsTheTableOfSettings() {
    try (ConsoleClient console = console()) {
      var config = console.show("SHOW CONFIG");

      assertThat(config.columns()).containsExactly("key", "value", "default", "changeable");
      assertThat(config.rows())
          .extracting(row -> row.get(0))
          .containsExactlyElementsOf(
              Settings.table().stream().map(Setting::name).sorted().toList());
      assertThat(config.row("key", "stats_period"))
          .containsEntry("value", "1")
          .containsEntry("default", "60")
          .containsEntry("changeable", "yes");
      assertThat(config.row("key", "listen_port")).containsEntry("changeable", "no");
    }
  }

  @Test
  void allElseCanBeShown() {
    try (ConsoleClient console = console()) {
      assertThat(console.show("SHOW VERSION").rows().getFirst().getFirst())
          .startsWith("PgBouncer 1.26.0 (Penstock ");
      assertThat(console.show("SELECT state").row("key", "active")).containsEntry("value", "yes");
      assertThat(console.show("SHOW LISTS").row("list", "pools")).containsKey("items");
      assertThat(console.show("SHOW MEM").columns())
          .containsExactly("name", "size", "used", "free", "memtotal");
      assertThat(console.show("SHOW DNS_HOSTS").columns())
          .containsExactly("hostname", "ttl", "addrs");
      assertThat(console.show("SHOW DNS_ZONES").columns())
          .containsExactly("zonename", "serial", "count");
      assertThat(console.show("SHOW PEERS").columns())
          .containsExactly("peer_id", "host", "port", "pool_size");
      assertThat(console.show("SHOW PEER_POOLS").columns()).hasSize(5).startsWith("peer_id");
      assertThat(console.show("SHOW GRANT").byName().getFirst())
          .containsEntry("grant", ConsoleClient.NULL)
          .containsEntry("round", "0")
          .containsKey("incarnation");
      assertThat(console.show("SHOW client_encoding").rows()).containsExactly(List.of("UTF-8"));
      console.send("SHOW HELP");
      assertThat(console.raw().typesUntil('Z')).isEqualTo("NCZ");
      assertThat(console.refused("SHOW FDS").field('C')).isEqualTo("0A000");
      assertThat(console.refused("SELECT nothing;").field('M'))
          .isEqualTo("invalid command 'SELECT nothing;', use SHOW HELP;");
    }
  }

  @Test
  void theGrantIsShownWithWhatIsHeldUnderIt() throws SQLException {
    POOLER.pooler().grantable().grant(5).join();
    try (ConsoleClient console = console();
        Connection client = POOLER.connect()) {
      client.createStatement().execute("select 1");

      assertThat(console.show("SHOW GRANT").byName().getFirst())
          .containsEntry("grant", "5")
          .containsEntry("held", "" + POOLER.usage().held());
    } finally {
      POOLER.pooler().grantable().grant(Integer.MAX_VALUE).join();
    }
  }

  @Test
  void theExtendedProtocolEndsTheSessionAsPgBouncerDoes() {
    try (ConsoleClient console = console();
        ConsoleClient other = console()) {
      RawClient client = console.raw();
      console.send(";");
      assertThat(client.typesUntil('Z')).isEqualTo("IZ");
      client.send('S', "");
      assertThat(client.typesUntil('Z')).isEqualTo("Z");
      client.send('P', "\0show pools\0\0\0").send('B', "\0\0\0\0\0\0\0\0");
      client.send('E', "\0\0\0\0\0").send('S', "");

      var answers = client.until('Z');

      assertThat(answers).extracting(RawClient.Message::type).containsExactly('E', 'Z');
      assertThat(answers.getFirst().field('C')).isEqualTo("08P01");
      assertThat(answers.getFirst().field('S')).isEqualTo("ERROR");
      assertThat(answers.getFirst().field('M'))
          .isEqualTo("extended query protocol not supported by admin console");
      assertThat(client.next().field('M')).isEqualTo("bad packet");
      assertThat(client.isClosedByPooler()).isTrue();
      assertThat(other.show("SHOW VERSION").rows()).hasSize(1);
    }
  }

  @Test
  void manyQuestionsAskedBeforeAnAnswerIsReadAreAllAnswered() {
    int questions = 2_000;
    try (ConsoleClient console = console();
        ConsoleClient other = console()) {
      byte[] question = {
        'Q', 0, 0, 0, 16, 'S', 'H', 'O', 'W', ' ', 'C', 'O', 'N', 'F', 'I', 'G', 0
      };
      // More answers than sockets and buffers hold; the questions alone would fit.
      for (int i = 0; i < questions; i++) {
        console.raw().bytes(question);
      }

      assertThat(other.show("SHOW VERSION").rows()).hasSize(1);
      for (int i = 0; i < questions; i++) {
        assertThat(console.raw().typesUntil('Z')).startsWith("TD").endsWith("CZ");
      }
    }
  }

  @Test
  void noBytesHarmAnyoneElse() {
    var random = new Random(7);
    try (ConsoleClient other = console()) {
      for (int i = 0; i < 200; i++) {
        byte[] garbage = new byte[random.nextInt(1, 200)];
        random.nextBytes(garbage);
        // The beginning of a message, so that it is not always the first byte that is wrong.
        garbage[0] = (byte) "QPBDECHSXdcfF".charAt(random.nextInt(13));
        System.arraycopy(new byte[] {0, 0, 0}, 0, garbage, 1, Math.min(3, garbage.length - 1));
        try (ConsoleClient hostile = console()) {
          hostile.raw().bytes(garbage);
        }
      }

      assertThat(other.show("SHOW VERSION").rows()).hasSize(1);
      Awaitility.await().until(() -> other.show("SHOW CLIENTS").rows().size() == 1);
    }
  }

  @Test
  void aBrokenMessageEndsTheSessionAndNothingElse() {
    try (ConsoleClient console = console();
        ConsoleClient other = console()) {
      console.raw().bytes(new byte[] {'Q', 0x7f, 0, 0, 0, 'x'});

      assertThat(console.raw().until('E').getLast().field('C')).isEqualTo("08P01");
      assertThat(console.raw().isClosedByPooler()).isTrue();
      assertThat(other.show("SHOW VERSION").rows()).hasSize(1);
    }
  }
}
