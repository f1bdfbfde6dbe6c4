package dev.penstock.e2e.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sampler comes from 127.0.0.1; what it watches comes from other addresses of the loopback. */
class SamplerIT {

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void startPostgres() throws Exception {
    postgres = EmbeddedPostgres.start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW hba_file")) {
      row.next();
      Files.writeString(
          Path.of(row.getString(1)),
          "host all all 127.0.0.5/32 scram-sha-256\nhost all all 127.0.0.0/8 trust\n",
          StandardOpenOption.APPEND);
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @Test
  void countsWhatComesFromElsewhereAndNothingOfItsOwn() throws Exception {
    try (Sampler sampler = Sampler.start(SamplerIT::connect, Set::of);
        Connection own = connect()) {
      List<Connection> fleet = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        fleet.add(connectFrom("127.0.0.2"));
      }
      await().until(() -> sampler.summary().peak() == 3);

      for (Connection connection : fleet) {
        connection.close();
      }
      Instant later = Instant.now();
      await().until(() -> sampler.summary(later).samples() > 0 && latest(sampler).fleet() == 0);
      assertThat(own.isValid(1)).isTrue();
      assertThat(sampler.summary().peak()).isEqualTo(3);
      assertThat(sampler.timeline())
          .anySatisfy(sample -> assertThat(sample.byAddress()).containsEntry("127.0.0.2", 3));
    }
  }

  @Test
  void leavesOutTheOperatorsAddresses() throws Exception {
    try (Sampler sampler = Sampler.start(SamplerIT::connect, () -> Set.of("127.0.0.3"));
        Connection operator = connectFrom("127.0.0.3");
        Connection instance = connectFrom("127.0.0.4")) {
      await().until(() -> sampler.summary().peak() == 1);

      assertThat(operator.isValid(1) && instance.isValid(1)).isTrue();
      assertThat(latest(sampler).byAddress()).containsOnlyKeys("127.0.0.4");
    }
  }

  @Test
  void countsWhatHasNotYetLoggedIn() throws Exception {
    try (Sampler sampler = Sampler.start(SamplerIT::connect, Set::of);
        Socket login = startLogin("127.0.0.5")) {
      await().until(() -> sampler.summary().peak() == 1);

      assertThat(login.isConnected()).isTrue();
      assertThat(latest(sampler).byAddress()).containsOnlyKeys("127.0.0.5");
    }
  }

  @Test
  void aLostConnectionIsNotTakenForNothingSeen() throws Exception {
    try (Sampler sampler = Sampler.start(SamplerIT::connect, Set::of)) {
      await().until(() -> sampler.summary().samples() > 0);
      terminateTheSampler();

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThatIllegalStateException()
                      .isThrownBy(sampler::summary)
                      .withMessageContaining("lost its connection"));
    }
  }

  @Test
  void goesOnAfterAnOutageThatWasExpected() throws Exception {
    try (Sampler sampler = Sampler.start(SamplerIT::connect, Set::of)) {
      await().until(() -> sampler.summary().samples() > 0);
      Instant after;
      try (Sampler.Outage outage = sampler.expectOutage()) {
        assertThat(outage).isNotNull();
        terminateTheSampler();
        after = Instant.now();
        await().until(() -> sampler.summary(after).samples() > 0);
      }
      try (Connection fleet = connectFrom("127.0.0.2")) {
        await().until(() -> sampler.summary(after).peak() == 1);
        assertThat(fleet.isValid(1)).isTrue();
      }
    }
  }

  private static void terminateTheSampler() throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'sampler'");
    }
  }

  private static Sample latest(Sampler sampler) {
    return sampler.timeline().getLast();
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres?ApplicationName=sampler",
        "postgres",
        "postgres");
  }

  private static Connection connectFrom(String address) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/postgres?localSocketAddress=%s"
            .formatted(postgres.getPort(), address),
        "postgres",
        "postgres");
  }

  /** Names its user in a startup message, protocol 3.0, and leaves the server's question open. */
  private static Socket startLogin(String from) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), postgres.getPort()));
    byte[] user = "user\0postgres\0\0".getBytes(StandardCharsets.US_ASCII);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(8 + user.length);
    out.writeInt(3 << 16);
    out.write(user);
    out.flush();
    return socket;
  }
}
