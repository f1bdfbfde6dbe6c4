package dev.penstock.pooler;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import dev.penstock.contract.Peer;
import dev.penstock.pooler.auth.Certificates;
import dev.penstock.pooler.config.PoolerConfigReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Poolers in this JVM in front of one server, with a grant each and one another as peers, as an
 * operator would have it. The instances' certificate names the fleet and not where they are.
 */
final class PoolerFleet implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FLEET = "localhost";
  private static final int ROUND = 1;
  private static final int GRANT = 2;

  private final List<RunningPooler> poolers = new ArrayList<>();
  private final List<Peer> all = new ArrayList<>();
  private final Certificates authority = new Certificates("fleet");
  private final HttpClient operator =
      HttpClient.newBuilder()
          .sslContext(authority.context(authority.issue("penstock-operator", "penstock-operator")))
          .build();

  PoolerFleet(PostgresFixture postgres, Path directory, int size) {
    try {
      Path ca = authority.writeAuthority(directory.resolve("ca.crt"));
      Path certificate = directory.resolve("tls.crt");
      Path key = directory.resolve("tls.key");
      authority.issue("penstock-pooler", FLEET).write(certificate, key);
      for (int number = 0; number < size; number++) {
        Path own = Files.createDirectory(directory.resolve("pooler-" + number));
        Path file =
            PoolerFixture.before(postgres)
                .set("auth_type", "trust")
                .set("penstock_http_listen", "127.0.0.1:0")
                .set("penstock_fleet_listen", "127.0.0.1:0")
                .set("penstock_fleet_cert_file", certificate.toString())
                .set("penstock_fleet_key_file", key.toString())
                .set("penstock_fleet_ca_file", ca.toString())
                .write(own);
        RunningPooler pooler = Pooler.start(PoolerConfigReader.read(file));
        poolers.add(pooler);
        all.add(
            new Peer(report(pooler).incarnation(), "127.0.0.1:" + fleetAddress(pooler).getPort()));
      }
      for (int number = 0; number < size; number++) {
        tell(number, all);
      }
    } catch (Exception e) {
      close();
      throw new IllegalStateException("the fleet did not start", e);
    }
  }

  /** Tells an instance of its peers, all or none. */
  private void tell(int number, List<Peer> peers) throws IOException, InterruptedException {
    String self = all.get(number).id();
    var others = peers.stream().filter(peer -> !peer.id().equals(self)).toList();
    String grant = JSON.writeValueAsString(new GrantRequest(ROUND, GRANT, others, self));
    var answer =
        operator.send(
            request(poolers.get(number), "/v1/grant").PUT(BodyPublishers.ofString(grant)).build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("the grant was refused: " + answer.body());
    }
  }

  /** Tells an instance that the others are gone, in the same round. */
  void withoutPeers(int number) throws IOException, InterruptedException {
    tell(number, List.of());
  }

  RunningPooler pooler(int number) {
    return poolers.get(number);
  }

  RawClient client(int number) {
    return RawClient.connect(pooler(number).address().getPort());
  }

  /** A counter of one instance, as Prometheus reads it. */
  long metric(int number, String name) {
    try (HttpClient plain = HttpClient.newHttpClient()) {
      var address = Objects.requireNonNull(pooler(number).httpAddress());
      var uri = URI.create("http://127.0.0.1:" + address.getPort() + "/metrics");
      String text = plain.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      return text.lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no " + name + " in " + text));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  InstanceReport report(RunningPooler pooler) throws IOException, InterruptedException {
    return JSON.readValue(
        operator.send(request(pooler, "/v1/report").GET().build(), BodyHandlers.ofString()).body(),
        InstanceReport.class);
  }

  private static HttpRequest.Builder request(RunningPooler pooler, String path) {
    return HttpRequest.newBuilder(
        URI.create("https://" + FLEET + ":" + fleetAddress(pooler).getPort() + path));
  }

  private static InetSocketAddress fleetAddress(RunningPooler pooler) {
    @Nullable InetSocketAddress address = pooler.fleetAddress();
    return Objects.requireNonNull(address);
  }

  @Override
  public void close() {
    operator.shutdownNow();
    poolers.forEach(RunningPooler::close);
  }
}
