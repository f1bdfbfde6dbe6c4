package dev.penstock.pooler.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.penstock.contract.Peer;
import dev.penstock.pooler.auth.Certificates;
import dev.penstock.pooler.fleet.CancelCounters.Outcome;
import dev.penstock.pooler.wire.BackendKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of other instances, and what is not. */
class PeerCancelsIT {
  private static final String FLEET = "orders.shop.penstock-fleet";

  /** Two identities that no number of 16 bits tells apart. */
  private static final List<String> TWINS = List.of("Aa", "BB");

  private static final BackendKey KEY =
      new BackendKey(BackendKey.instanceOf(TWINS.getFirst()) << 15 | 7, 0x0abc_def0);

  @TempDir private Path directory;
  private final Certificates authority = new Certificates("fleet");
  private final CancelCounters counters = new CancelCounters();
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final List<HttpsServer> servers = new ArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private PeerCancels cancels;

  @BeforeEach
  void start() throws Exception {
    cancels =
        new PeerCancels(
            () -> peers, tls(authority.issue("penstock-pooler", FLEET)), counters, () -> 0);
  }

  @AfterEach
  void stop() {
    cancels.close();
    servers.forEach(server -> server.stop(0));
  }

  private SSLContext tls(Certificates.Issued own) throws Exception {
    own.write(directory.resolve("tls.crt"), directory.resolve("tls.key"));
    return FleetTls.read(
        directory.resolve("tls.crt"),
        directory.resolve("tls.key"),
        authority.writeAuthority(directory.resolve("ca.crt")));
  }

  /** The address of an instance that answers with a status. */
  private String instance(Certificates.Issued certificate, int status) throws Exception {
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls(certificate)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/v1/cancel",
        exchange -> {
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(exchange.getRequestMethod() + " " + body);
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private String instance() throws Exception {
    return instance(authority.issue("penstock-pooler", FLEET), 204);
  }

  @Test
  void allInstancesOfTheKeysNumberAreAskedAndNoOthers() throws Exception {
    for (var id : TWINS) {
      peers.add(new Peer(id, instance()));
    }
    peers.add(new Peer("another", instance()));

    cancels.passOn(KEY).join();

    assertThat(asked)
        .containsExactly(
            "POST {\"key\":\"" + KEY.text() + "\"}", "POST {\"key\":\"" + KEY.text() + "\"}");
    assertThat(counters.count(Outcome.ANSWERED)).isEqualTo(2);
  }

  @Test
  void withNoInstanceOfTheKeysNumberNothingIsDone() {
    peers.add(new Peer("another", "127.0.0.1:1"));

    assertThat(cancels.passOn(KEY)).isDone();
    assertThat(Stream.of(Outcome.values()).mapToLong(counters::count)).containsOnly(0L);
  }

  @Test
  void aFloodIsDroppedBeyondTheAllowance() throws Exception {
    peers.add(new Peer(TWINS.getFirst(), instance()));

    CompletableFuture.allOf(
            IntStream.range(0, 10_000)
                .mapToObj(_ -> cancels.passOn(KEY))
                .toArray(CompletableFuture[]::new))
        .join();

    assertThat(asked).hasSize(PeerCancels.BURST);
    assertThat(counters.count(Outcome.ANSWERED)).isEqualTo(PeerCancels.BURST);
    assertThat(counters.count(Outcome.DROPPED)).isEqualTo(10_000 - PeerCancels.BURST);
  }

  @Test
  void whoeverCannotBeAskedIsCountedAndNoError() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var stranger = new Certificates("stranger");
      for (var address :
          List.of(
              // No one listens there.
              "127.0.0.1:1",
              "127.0.0.1:" + silent.getLocalPort(),
              "no address at all",
              "",
              instance(authority.issue("penstock-pooler", FLEET), 403),
              instance(stranger.issue("penstock-pooler", FLEET), 204),
              instance(authority.issue("penstock-pooler", "another.fleet"), 204))) {
        peers.add(new Peer(TWINS.getFirst(), address));
      }

      cancels.passOn(KEY).join();

      assertThat(counters.count(Outcome.FAILED)).isEqualTo(peers.size());
      // By the one that refuses it: the two with the wrong certificate were told nothing.
      assertThat(asked).hasSize(1);
    }
  }
}
