package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.auth.Certificates;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that ends at once says of connections that the server has not ended. */
class ShutdownAtOnceIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private static PoolerFixture.Builder before(FakeServer server) {
    return PoolerFixture.before(PostgresFixture.shared())
        .database("fake", "host=127.0.0.1 port=" + server.port())
        .user("fake", "")
        .set("server_tls_sslmode", "disable")
        .set("auth_type", "trust")
        .set("admin_users", "fake");
  }

  private static void endsWith(int status, FakeServer server, PoolerFixture pooler)
      throws Exception {
    pooler.pooler().grantable().grant(1).join();
    try (RawClient client = pooler.raw();
        ConsoleClient console = ConsoleClient.login(pooler, "fake")) {
      client.startup("user", "fake", "database", "fake");
      FakeServer.Session session = server.next().logIn();
      client.until('Z');

      console.send("SHUTDOWN");

      assertThat(session.message()).isEqualTo("X");
      assertThat(pooler.pooler().ended()).succeedsWithin(LIMIT).isEqualTo(status);
      assertThat(pooler.usage().held()).isEqualTo(1);
    }
  }

  @Test
  void anOperatorIsNotToldThatNothingIsLeft() throws Exception {
    Certificates authority = new Certificates("fleet");
    Path certificate = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    authority.issue("penstock-pooler", "localhost").write(certificate, key);
    Path ca = authority.writeAuthority(directory.resolve("ca.crt"));
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler =
            before(server)
                .set("penstock_fleet_listen", "127.0.0.1:0")
                .set("penstock_fleet_cert_file", certificate.toString())
                .set("penstock_fleet_key_file", key.toString())
                .set("penstock_fleet_ca_file", ca.toString())
                .start()) {
      endsWith(1, server, pooler);
    }
  }

  @Test
  void whereNoOperatorCountsItIsNoError() throws Exception {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler = before(server).start()) {
      endsWith(0, server, pooler);
    }
  }
}
