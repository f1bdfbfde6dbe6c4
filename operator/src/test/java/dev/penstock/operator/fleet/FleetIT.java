package dev.penstock.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.contract.GrantRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The conversation with instances, over real TLS. */
class FleetIT {

  private static final String HOST = "127.0.0.1";
  private static final FleetId ID = new FleetId("shop", "orders");
  private static final FleetSettings QUICK =
      new FleetSettings(
          Duration.ofSeconds(120),
          Duration.ofSeconds(7),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          3,
          Duration.ofSeconds(5),
          4);

  private final FleetIdentity identity = new Certificates(Clock.systemUTC()).issue(ID);
  private final AtomicInteger changes = new AtomicInteger();
  private final Fleet fleet = new Fleet(QUICK, _ -> changes.incrementAndGet());

  @AfterEach
  void leave() {
    fleet.close();
  }

  private SpeakingInstance instance(String incarnation) {
    return new SpeakingInstance(identity, HOST, 0, incarnation);
  }

  private void listenTo(int port) {
    fleet.identify(ID, identity);
    fleet.listenTo(ID, List.of(new Target("u1", "orders-1", HOST, port)));
  }

  private Optional<Sighting> sighting() {
    return fleet.sightings(ID, Map.of()).stream().findFirst();
  }

  private void awaitIncarnation(String incarnation) {
    await()
        .until(
            () -> sighting().filter(s -> s.report().incarnation().equals(incarnation)).isPresent());
  }

  @Test
  void aChangeIsHeardWithoutAskingAgain() {
    try (SpeakingInstance instance = instance("a")) {
      listenTo(instance.port());
      awaitIncarnation("a");
      instance.demand(7);
      await().until(() -> sighting().orElseThrow().report().waiting() == 7);
      assertThat(sighting().orElseThrow().demand()).isEqualTo(7);
      assertThat(sighting().orElseThrow().instance()).isEqualTo("u1/a");
      assertThat(changes.get()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void anAddressThatIsAnotherPodsByNowCountsAsSilent() {
    try (SpeakingInstance instance = instance("a")) {
      instance.runsIn("u1");
      listenTo(instance.port());
      awaitIncarnation("a");
      instance.runsIn("u2");
      await().until(() -> sighting().orElseThrow().silent());
      fleet.tell(ID, "u1", new GrantRequest(3, 5, List.of(), "a"));
      await().during(Duration.ofSeconds(1)).until(() -> instance.told().isEmpty());
      instance.runsIn("u1");
      await().until(() -> instance.granted() == 5);
    }
  }

  @Test
  void aGrantIsToldAndItsAnswerIsAReport() {
    try (SpeakingInstance instance = instance("a")) {
      instance.demand(7);
      listenTo(instance.port());
      awaitIncarnation("a");
      fleet.tell(ID, "u1", new GrantRequest(3, 5, List.of(), "a"));
      await().until(() -> sighting().orElseThrow().report().round() == 3);
      assertThat(sighting().orElseThrow().report().held()).isEqualTo(5);
    }
  }

  @Test
  void theSameGrantIsNotToldTwice() {
    try (SpeakingInstance instance = instance("a")) {
      listenTo(instance.port());
      awaitIncarnation("a");
      GrantRequest grant = new GrantRequest(3, 5, List.of(), "a");
      fleet.tell(ID, "u1", grant);
      await().until(() -> !instance.told().isEmpty());
      fleet.tell(ID, "u1", grant);
      fleet.tell(ID, "u1", new GrantRequest(4, 6, List.of(), "a"));
      await().until(() -> instance.granted() == 6);
      assertThat(instance.told()).extracting(GrantRequest::round).containsExactly(3L, 4L);
    }
  }

  @Test
  void anInstanceThatNeverAnswersIsRetriedAndItsGrantToldOnceItDoes() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    listenTo(port);
    fleet.tell(ID, "u1", new GrantRequest(1, 4, List.of(), "late"));
    assertThat(sighting()).isEmpty();
    try (SpeakingInstance instance = new SpeakingInstance(identity, HOST, port, "late")) {
      await().until(() -> instance.granted() == 4);
      awaitIncarnation("late");
    }
  }

  @Test
  void garbageIsNotTakenForAReportAndMakesTheInstanceSilent() {
    try (SpeakingInstance instance = instance("a")) {
      listenTo(instance.port());
      awaitIncarnation("a");
      for (String garbage :
          List.of(
              "not json",
              "{}",
              "null",
              "{\"incarnation\":\"a\",\"sequence\":9,\"round\":1,\"grant\":-4,\"held\":0,\"active\":0,"
                  + "\"idle\":0,\"waiting\":0,\"oldestWaitMillis\":0,\"clients\":0,\"draining\":false}",
              "x".repeat(100_000))) {
        instance.answer(garbage);
        await().until(() -> sighting().orElseThrow().silent());
        assertThat(sighting().orElseThrow().report().grant()).isZero();
        instance.answer(null);
        await().until(() -> !sighting().orElseThrow().silent());
      }
    }
  }

  @Test
  void aRestartAtTheSameAddressIsAnotherInstance() {
    SpeakingInstance first = instance("a");
    int port = first.port();
    listenTo(port);
    awaitIncarnation("a");
    fleet.tell(ID, "u1", new GrantRequest(3, 5, List.of(), "a"));
    await().until(() -> first.granted() == 5);
    first.close();
    try (SpeakingInstance second = new SpeakingInstance(identity, HOST, port, "b")) {
      awaitIncarnation("b");
      fleet.tell(ID, "u1", new GrantRequest(4, 5, List.of(), "a"));
      await().until(() -> second.told().stream().anyMatch(grant -> grant.round() == 4));
      assertThat(second.granted()).isZero();
      assertThat(sighting().orElseThrow().instance()).isEqualTo("u1/b");
    }
  }

  @Test
  void aCertificateOfAnotherFleetIsRefused() {
    FleetId other = new FleetId("shop", "invoices");
    Certificates certificates = new Certificates(Clock.systemUTC());
    FleetIdentity strangers = certificates.issue(other);
    try (SpeakingInstance stranger = new SpeakingInstance(strangers, HOST, 0, "x");
        SpeakingInstance own = instance("a")) {
      fleet.identify(ID, identity);
      fleet.listenTo(
          ID,
          List.of(
              new Target("u1", "stranger", HOST, stranger.port()),
              new Target("u2", "own", HOST, own.port())));
      awaitIncarnation("a");
      assertThat(fleet.sightings(ID, Map.of())).extracting(Sighting::uid).containsExactly("u2");
    }
  }

  @Test
  void aCertificateOfTheSameAuthorityWithAnotherNameIsRefused() {
    FleetIdentity misnamed =
        new FleetIdentity(
            identity.authority(), identity.trusted(), identity.operator(), identity.operator());
    try (SpeakingInstance impostor = new SpeakingInstance(misnamed, HOST, 0, "x");
        SpeakingInstance own = instance("a")) {
      fleet.identify(ID, identity);
      fleet.listenTo(
          ID,
          List.of(
              new Target("u1", "impostor", HOST, impostor.port()),
              new Target("u2", "own", HOST, own.port())));
      awaitIncarnation("a");
      assertThat(fleet.sightings(ID, Map.of())).extracting(Sighting::uid).containsExactly("u2");
    }
  }

  @Test
  void whoIsNoLongerListenedToIsToldNothing() {
    try (SpeakingInstance instance = instance("a")) {
      listenTo(instance.port());
      awaitIncarnation("a");
      fleet.listenTo(ID, List.of());
      fleet.tell(ID, "u1", new GrantRequest(3, 5, List.of(), "a"));
      assertThat(fleet.sightings(ID, Map.of())).isEmpty();
      assertThat(instance.told()).isEmpty();
    }
  }

  @Test
  void anInstanceIsAskedToHoldAReportForLong() {
    try (SpeakingInstance instance = instance("a")) {
      listenTo(instance.port());
      awaitIncarnation("a");
      assertThat(instance.preference()).isEqualTo("wait=120");
    }
  }

  @Test
  void grantsShareAConnection() {
    try (SpeakingInstance instance = instance("a")) {
      listenTo(instance.port());
      awaitIncarnation("a");
      for (int round = 1; round <= 5; round++) {
        int grant = round;
        fleet.tell(ID, "u1", new GrantRequest(round, grant, List.of(), "a"));
        await().until(() -> instance.granted() == grant);
      }
      assertThat(instance.tellers()).isEqualTo(1);
    }
  }

  @Test
  void theConnectionForGrantsIsNotKeptForLong() {
    AtomicInteger round = new AtomicInteger();
    try (SpeakingInstance instance = instance("a")) {
      listenTo(instance.port());
      awaitIncarnation("a");
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(QUICK.idle().multipliedBy(2))
          .until(
              () -> {
                int next = round.incrementAndGet();
                fleet.tell(ID, "u1", new GrantRequest(next, next, List.of(), "a"));
                return instance.tellers() > 1;
              });
    }
  }

  @Test
  void whoBecomesKnownWhileAReportIsAwaitedIsAskedAfterAtOnce() {
    try (SpeakingInstance instance = instance("a")) {
      listenTo(instance.port());
      awaitIncarnation("a");
      await()
          .until(
              () ->
                  fleet.sightings(ID, Map.of("u1", Set.of("a", "before"))).stream()
                      .anyMatch(sighting -> sighting.ended().equals(Set.of("before"))));
    }
  }
}
