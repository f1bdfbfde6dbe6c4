package dev.penstock.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The questions, to a real PostgreSQL. */
class ServersIT {

  private static final String KEY = "shop/orders";
  private static final String HOST = "127.0.0.1";

  private static EmbeddedPostgres postgres;

  private final AtomicInteger news = new AtomicInteger();
  private final Servers servers =
      new Servers(
          new ServerProbe(Clock.systemUTC(), Duration.ofSeconds(3)),
          Clock.systemUTC(),
          Duration.ofMillis(50),
          _ -> news.incrementAndGet());

  @BeforeAll
  static void startPostgres() throws IOException, SQLException {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("max_connections", "100")
            .setServerConfig("reserved_connections", "4")
            .start();
    execute("create role probe login password 'right' in role pg_monitor");
    execute("create role blind login password 'right'");
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static ProbeTarget target(
      String host, int port, String database, String user, String tls, @Nullable String ca) {
    return new ProbeTarget(host, port, database, user, "right", tls, ca);
  }

  private static ProbeTarget reachable(String user) {
    return target(HOST, postgres.getPort(), "postgres", user, "prefer", null);
  }

  private ProbeFailure failure(ProbeTarget target) {
    await().until(() -> servers.view(KEY, target).failure() != null);
    return Objects.requireNonNull(servers.view(KEY, target).failure());
  }

  @Test
  void theSettingsOfTheServerAreAsked() {
    await()
        .untilAsserted(
            () ->
                assertThat(servers.view(KEY, reachable("probe")))
                    .matches(view -> view.facts() != null && view.failure() == null));
    ServerFacts facts = Objects.requireNonNull(servers.view(KEY, reachable("probe")).facts());
    assertThat(facts.maxConnections()).isEqualTo(100);
    assertThat(facts.reservedTogether()).isEqualTo(7);
    assertThat(news.get()).isEqualTo(1);
  }

  @Test
  void whatWasSaidStandsWhileTheServerIsOutOfReach() {
    await().until(() -> servers.view(KEY, reachable("probe")).facts() != null);
    ProbeTarget gone = target(HOST, postgres.getPort(), "nowhere", "probe", "prefer", null);
    await().until(() -> servers.view(KEY, gone).failure() != null);
    assertThat(servers.view(KEY, gone).facts()).isNotNull();
  }

  @Test
  void anUnknownHostIsNamedWithTheRemedy() {
    ProbeFailure failure =
        failure(target("no-such-host.invalid", 5432, "postgres", "probe", "prefer", null));
    assertThat(failure.reason()).isEqualTo(ProbeFailure.Reason.UnknownHost);
    assertThat(failure.message())
        .contains("no-such-host.invalid:5432")
        .contains("correct spec.server.host");
  }

  @Test
  void aClosedPortIsRefused() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ProbeFailure failure = failure(target(HOST, port, "postgres", "probe", "prefer", null));
    assertThat(failure.reason()).isEqualTo(ProbeFailure.Reason.ConnectionRefused);
    assertThat(failure.message()).contains("start the server");
  }

  @Test
  void anUnknownDatabaseIsNamed() {
    ProbeFailure failure =
        failure(target(HOST, postgres.getPort(), "nowhere", "probe", "prefer", null));
    assertThat(failure.reason()).isEqualTo(ProbeFailure.Reason.UnknownDatabase);
    assertThat(failure.message()).contains("'nowhere'");
  }

  @Test
  void anUnknownRoleIsAnAuthenticationFailureThatNamesTheSecret() {
    ProbeFailure failure = failure(reachable("nobody"));
    assertThat(failure.reason()).isEqualTo(ProbeFailure.Reason.AuthenticationFailed);
    assertThat(failure.message()).contains("credentialsSecretRef").doesNotContain("right");
  }

  @Test
  void aServerWithoutTlsIsATlsFailureWhereTlsIsRequired() {
    ProbeFailure failure =
        failure(target(HOST, postgres.getPort(), "postgres", "probe", "require", null));
    assertThat(failure.reason()).isEqualTo(ProbeFailure.Reason.TlsFailed);
    assertThat(failure.message()).contains("spec.server.tls");
  }

  @Test
  void anotherPasswordIsTriedAtOnce() {
    assertThat(failure(reachable("nobody"))).isNotNull();
    await().until(() -> servers.view(KEY, reachable("probe")).failure() == null);
  }

  @Test
  void theConnectionsOfAnAddressAreCountedAfterTheTimeGiven() throws SQLException {
    Instant before = Instant.now();
    try (Connection open = postgres.getPostgresDatabase().getConnection()) {
      assertThat(open.isValid(1)).isTrue();
      await()
          .until(
              () -> servers.connectionsFrom(KEY, reachable("probe"), HOST, before).orElse(0) >= 1);
    }
    await()
        .until(
            () ->
                servers
                    .connectionsFrom(KEY, reachable("probe"), "127.0.0.99", before)
                    .equals(OptionalInt.of(0)));
  }

  @Test
  void aRoleThatMayNotSeeOthersProvesNothing() {
    Instant before = Instant.now();
    servers.connectionsFrom(KEY, reachable("blind"), "127.0.0.99", before);
    await().until(() -> news.get() > 0);
    assertThat(servers.connectionsFrom(KEY, reachable("blind"), "127.0.0.99", before)).isEmpty();
  }
}
