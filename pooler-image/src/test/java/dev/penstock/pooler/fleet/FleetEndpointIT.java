package dev.penstock.pooler.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.contract.Addressee;
import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.Incarnation;
import dev.penstock.contract.InstanceReport;
import dev.penstock.pooler.auth.Certificates;
import dev.penstock.pooler.config.FileWatch;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.wire.BackendKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetEndpointIT {
  private static final String POD = "0b0f8a5e";

  private static final String OPERATOR = "penstock-operator";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final BackendKey KEY = new BackendKey(0x1234_5678, -1);

  /** A session whose server never takes the request. */
  private static final BackendKey SLOW = new BackendKey(3, 4);

  @TempDir private Path directory;
  private final Certificates fleet = new Certificates("fleet");
  private final FakePools pools = new FakePools();
  private final CancelCounters cancels = new CancelCounters();
  private final List<BackendKey> cancelled = new CopyOnWriteArrayList<>();
  private final FileWatch watch = FileWatch.start(Duration.ofMillis(20));
  private FleetEndpoint endpoint;
  private HttpClient operator;

  @BeforeEach
  void start() throws Exception {
    fleet.writeAuthority(file("ca.crt"));
    fleet.issue("instance", "localhost").write(file("tls.crt"), file("tls.key"));
    var settings = Settings.defaults();
    for (var setting :
        Map.of(
                "penstock_fleet_listen", "127.0.0.1:0",
                "penstock_fleet_cert_file", file("tls.crt").toString(),
                "penstock_fleet_key_file", file("tls.key").toString(),
                "penstock_fleet_ca_file", file("ca.crt").toString())
            .entrySet()) {
      settings =
          settings.with(requireNonNull(Settings.named(setting.getKey())), setting.getValue());
    }
    endpoint =
        FleetEndpoint.start(
            settings,
            new FleetEndpoint.Instance(
                Incarnation.draw(Instant.now()), POD, pools, this::cancel, cancels),
            watch);
    operator = client(fleet, fleet, OPERATOR);
  }

  @AfterEach
  void stop() {
    operator.shutdownNow();
    endpoint.close();
    watch.close();
    pools.close();
  }

  @Test
  void theOperatorSetsTheGrantAndReadsTheReport() throws Exception {
    var put = put(operator, JSON.writeValueAsString(new GrantRequest(2, 8, List.of())));

    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(report(put).grant()).isEqualTo(8);
    var report = report(get(operator, "/v1/report"));
    assertThat(report.round()).isEqualTo(2);
    assertThat(endpoint.round()).isEqualTo(2);
  }

  @Test
  void whatIsMeantForAnotherPodIsNotDone() throws Exception {
    for (var request :
        List.of(
            request("/v1/report").GET(),
            request("/v1/grant").PUT(BodyPublishers.ofString(grant(3, 8))))) {
      var mine = request.copy().header(Addressee.HEADER, POD).build();
      var others = request.copy().header(Addressee.HEADER, "another").build();

      assertThat(operator.send(others, BodyHandlers.ofString()).statusCode()).isEqualTo(421);
      assertThat(endpoint.round()).isZero();
      assertThat(operator.send(mine, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
    assertThat(endpoint.round()).isEqualTo(3);
  }

  /** The next request on the same connection must find the server at its beginning. */
  @Test
  void whatIsRefusedBeforeItWasReadKeepsNobodyWaiting() throws Exception {
    for (int time = 0; time < 500; time++) {
      var refused =
          request("/v1/grant")
              .PUT(BodyPublishers.ofString(grant(3, 8)))
              .header(Addressee.HEADER, "another")
              .build();

      assertThat(operator.send(refused, BodyHandlers.ofString()).statusCode()).isEqualTo(421);
    }
  }

  @Test
  void olderRoundsAndOtherGrantsOfTheSameRoundAreRefusedWithTheReport() throws Exception {
    put(operator, grant(5, 8));

    assertThat(put(operator, grant(5, 8)).statusCode()).isEqualTo(200);
    for (var refused : List.of(grant(4, 9), grant(5, 9))) {
      var answer = put(operator, refused);
      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(report(answer).round()).isEqualTo(5);
      assertThat(report(answer).grant()).isEqualTo(8);
    }
    assertThat(put(operator, "{\"round\":9,\"grant\":1,\"incarnation\":\"x\"}").statusCode())
        .isEqualTo(409);
    assertThat(pools.grants()).containsOnly(8);
  }

  @Test
  void whatIsNoGrantIsRefusedWithAReason() throws Exception {
    for (var bad :
        List.of(
            "",
            "[]",
            "null",
            "{",
            "{} {}",
            "{\"round\":1}",
            "{\"grant\":1}",
            "{\"round\":0,\"grant\":1}",
            "{\"round\":1,\"grant\":-1}",
            "{\"round\":1.5,\"grant\":1}",
            "{\"round\":1,\"grant\":99999999999}",
            "{\"round\":1,\"grant\":\"1\"}",
            "[".repeat(60_000))) {
      var answer = put(operator, bad);
      assertThat(answer.statusCode()).as(bad).isEqualTo(400);
      assertThat(answer.body()).contains("error");
    }
    assertThat(put(operator, " ".repeat(70_000)).statusCode()).isEqualTo(413);
    assertThat(pools.grants()).isEmpty();
  }

  @Test
  void anAwaitedReportComesWithTheChange() throws Exception {
    var sequence = report(get(operator, "/v1/report?after=-1")).sequence();
    var awaited =
        operator.sendAsync(
            request("/v1/report?after=" + sequence).GET().build(), BodyHandlers.ofString());
    assertThat(awaited).isNotDone();

    pools.use(3, 2, false);

    var report = report(awaited.get());
    assertThat(report.waiting()).isEqualTo(2);
    assertThat(report.sequence()).isGreaterThan(sequence);
  }

  @Test
  void aReportIsAnsweredWithoutAChangeWhenTheTimeAskedForIsOver() throws Exception {
    var sequence = report(get(operator, "/v1/report?after=-1")).sequence();

    var answer =
        operator.send(
            request("/v1/report?after=" + sequence).header("Prefer", "wait=1").GET().build(),
            BodyHandlers.ofString());

    assertThat(report(answer).sequence()).isEqualTo(sequence);
  }

  @Test
  void moreReportsThanCanBeAwaitedAreTurnedAway() throws Exception {
    var awaited =
        IntStream.rangeClosed(0, FleetEndpoint.MOST_POLLS)
            .mapToObj(
                _ ->
                    operator.sendAsync(
                        request("/v1/report?after=0").GET().build(), BodyHandlers.ofString()))
            .toList();

    var first = CompletableFuture.anyOf(awaited.toArray(CompletableFuture[]::new)).get();
    assertThat(((HttpResponse<?>) first).statusCode()).isEqualTo(503);
    pools.use(1, 1, false);
    for (var answer : awaited) {
      assertThat(answer.get().statusCode()).isIn(200, 503);
    }
  }

  @Test
  void aPeerPassesACancelRequestOnAndMayDoNothingElse() throws Exception {
    try (var peer = client(fleet, fleet, "penstock-pooler")) {
      for (var answer : List.of(put(peer, grant(1, 1)), get(peer, "/v1/report"))) {
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("only penstock-operator");
      }
      assertThat(get(peer, "/v1/report?after=0").statusCode()).isEqualTo(403);
      assertThat(post(peer, cancelBody(KEY)).statusCode()).isEqualTo(204);
    }
    assertThat(pools.grants()).isEmpty();
    assertThat(cancelled).containsExactly(KEY);
  }

  @Test
  void aCancelRequestIsAnsweredAlikeWhateverComesOfIt() throws Exception {
    var unknown = new BackendKey(1, 2);

    for (var key : List.of(KEY, unknown, SLOW)) {
      var answer = post(operator, cancelBody(key));
      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(answer.body()).isEmpty();
    }
    assertThat(cancelled).containsExactly(KEY, unknown, SLOW);
  }

  @Test
  void whatIsNoCancelRequestIsRefusedWithAReason() throws Exception {
    for (var bad :
        List.of(
            "",
            "[]",
            "null",
            "{",
            "{}",
            "{\"key\":null}",
            "{\"key\":7}",
            "{\"key\":\"\"}",
            "{\"key\":\"0123456789abcde\"}",
            "{\"key\":\"0123456789abcdefa\"}",
            "{\"key\":\"0123456789abcdeg\"}",
            cancelBody(KEY) + "{}",
            "[".repeat(1000))) {
      var answer = post(operator, bad);
      assertThat(answer.statusCode()).as(bad).isEqualTo(400);
      assertThat(answer.body()).contains("error");
    }
    assertThat(post(operator, " ".repeat(2000)).statusCode()).isEqualTo(413);
    assertThat(cancelled).isEmpty();
  }

  @Test
  void whoHasNoCertificateOfTheFleetIsNotSpokenWith() throws Exception {
    var stranger = new Certificates("stranger");
    try (var impostor = client(fleet, stranger, OPERATOR);
        var anonymous = HttpClient.newBuilder().sslContext(fleet.context(null)).build()) {
      assertThatThrownBy(() -> put(impostor, grant(1, 1))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> get(anonymous, "/v1/report")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> post(impostor, cancelBody(KEY))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> post(anonymous, cancelBody(KEY))).isInstanceOf(IOException.class);
    }
    assertThat(cancelled).isEmpty();
    assertThat(pools.grants()).isEmpty();
  }

  @Test
  void rotatedCertificatesAreUsedWithoutARestart() throws Exception {
    assertThat(get(operator, "/v1/report").statusCode()).isEqualTo(200);
    var next = new Certificates("next");
    next.writeAuthority(file("ca.crt"));
    next.issue("instance", "localhost").write(file("tls.crt"), file("tls.key"));

    try (var rotated = client(next, next, OPERATOR)) {
      await().ignoreExceptions().until(() -> get(rotated, "/v1/report").statusCode() == 200);
    }
    try (var before = client(next, fleet, OPERATOR)) {
      assertThatThrownBy(() -> get(before, "/v1/report")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void unknownPathsAndMethodsAreNamed() throws Exception {
    assertThat(get(operator, "/v1/grant").statusCode()).isEqualTo(405);
    assertThat(get(operator, "/v1/reports").statusCode()).isEqualTo(404);
    assertThat(get(operator, "/v1/report?after=x").statusCode()).isEqualTo(400);
    assertThat(get(operator, "/v1/report?since=1").statusCode()).isEqualTo(400);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("https://localhost:" + endpoint.address().getPort() + path));
  }

  private HttpResponse<String> put(HttpClient client, String body)
      throws IOException, InterruptedException {
    return client.send(
        request("/v1/grant").PUT(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(HttpClient client, String body)
      throws IOException, InterruptedException {
    return client.send(
        request("/v1/cancel").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private CompletableFuture<Boolean> cancel(BackendKey key) {
    cancelled.add(key);
    return key.equals(SLOW)
        ? new CompletableFuture<>()
        : CompletableFuture.completedFuture(key.equals(KEY));
  }

  private static String cancelBody(BackendKey key) {
    return "{\"key\":\"%s\"}".formatted(key.text());
  }

  private HttpResponse<String> get(HttpClient client, String path)
      throws IOException, InterruptedException {
    return client.send(request(path).GET().build(), BodyHandlers.ofString());
  }

  private static String grant(long round, int grant) {
    return "{\"round\":%d,\"grant\":%d}".formatted(round, grant);
  }

  private static InstanceReport report(HttpResponse<String> answer) throws IOException {
    return JSON.readValue(answer.body(), InstanceReport.class);
  }

  private static HttpClient client(Certificates trusted, Certificates own, String commonName) {
    return HttpClient.newBuilder()
        .sslContext(trusted.context(own.issue(commonName, "client")))
        .build();
  }
}
