package dev.penstock.pooler.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.config.ListenAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointIT {

  private final FakePools pools = new FakePools();
  private final HttpClient client = HttpClient.newHttpClient();
  private final CancelCounters cancels = new CancelCounters();
  private volatile boolean listening = true;
  private HttpEndpoint endpoint;

  @BeforeEach
  void start() throws Exception {
    endpoint =
        HttpEndpoint.start(
            new ListenAddress("127.0.0.1", 0), pools, pools, () -> 4, cancels, () -> listening);
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    endpoint.close();
    pools.close();
  }

  @Test
  void isReadyOnlyOnceItListensAndHasAGrantAndUntilItDrains() throws Exception {
    assertThat(get("/readyz")).satisfies(answer -> isNotReady(answer, "granted"));

    pools.grant(1).join();
    assertThat(get("/readyz").statusCode()).isEqualTo(200);

    listening = false;
    assertThat(get("/readyz")).satisfies(answer -> isNotReady(answer, "not open"));
    listening = true;
    pools.use(1, 0, true);
    assertThat(get("/readyz")).satisfies(answer -> isNotReady(answer, "draining"));
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void isNotHealthyWhenTheEventLoopDoesNotAnswer() throws Exception {
    var release = new CompletableFuture<Void>();
    pools.holdUp(release);

    assertThat(get("/healthz")).satisfies(answer -> isNotReady(answer, "event loop"));
    assertThat(get("/readyz")).satisfies(answer -> isNotReady(answer, "event loop"));

    release.complete(null);
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void servesTheFiguresOfThePoolsAndOfTheProcess() throws Exception {
    pools.grant(9).join();
    pools.use(3, 2, false);
    cancels.add(CancelCounters.Outcome.DROPPED);

    var lines = get("/metrics").body().lines().toList();
    assertThat(lines)
        .contains(
            "penstock_pool_grant 9.0",
            "penstock_pool_held 3.0",
            "penstock_pool_round 4.0",
            "penstock_pool_cancels_forwarded_total{outcome=\"answered\"} 0.0",
            "penstock_pool_cancels_forwarded_total{outcome=\"dropped\"} 1.0",
            "penstock_pool_cancels_received_total{outcome=\"matched\"} 0.0",
            "penstock_pool_clients_active{database=\"shop\",user=\"a\\\"nn\"} 1.0",
            "penstock_pool_clients_waiting{database=\"shop\",user=\"a\\\"nn\"} 2.0",
            "penstock_pool_servers_active{database=\"shop\",user=\"a\\\"nn\"} 3.0",
            "penstock_pool_servers_idle{database=\"shop\",user=\"a\\\"nn\"} 4.0",
            "penstock_pool_servers_connecting{database=\"shop\",user=\"a\\\"nn\"} 5.0",
            "penstock_pool_servers_closing{database=\"shop\",user=\"a\\\"nn\"} 6.0",
            "penstock_pool_queries_total{database=\"shop\",user=\"a\\\"nn\"} 7.0",
            "penstock_pool_transactions_total{database=\"shop\",user=\"a\\\"nn\"} 8.0",
            "penstock_pool_errors_total{database=\"shop\",user=\"a\\\"nn\"} 9.0",
            "penstock_pool_wait_seconds_bucket{database=\"shop\",user=\"a\\\"nn\",le=\"0.1\"} 3",
            "penstock_pool_wait_seconds_bucket{database=\"shop\",user=\"a\\\"nn\",le=\"+Inf\"} 4",
            "penstock_pool_wait_seconds_sum{database=\"shop\",user=\"a\\\"nn\"} 2.5");
    assertThat(lines).anyMatch(line -> line.startsWith("jvm_memory_used_bytes"));
  }

  @Test
  void anUnlimitedGrantIsSaidAsInfinite() throws Exception {
    pools.grant(Integer.MAX_VALUE).join();

    assertThat(get("/metrics").body()).contains("penstock_pool_grant +Inf");
  }

  private static void isNotReady(HttpResponse<String> answer, String why) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains(why);
  }

  private HttpResponse<String> get(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path);
    return client.send(HttpRequest.newBuilder(uri).GET().build(), BodyHandlers.ofString());
  }
}
