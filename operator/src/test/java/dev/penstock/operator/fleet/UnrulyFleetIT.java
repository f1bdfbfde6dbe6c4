package dev.penstock.operator.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.contract.GrantRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Instances that do harm, are dead or are many do not keep the operator from the others. */
class UnrulyFleetIT {

  private static final FleetId ID = new FleetId("shop", "orders");
  private static final int PLACES = 4;

  /** Nobody is given up for being slow: what holds others up would hold them up for ever. */
  private static final FleetSettings PATIENT =
      new FleetSettings(
          Duration.ofSeconds(120),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          3,
          Duration.ofSeconds(5),
          PLACES);

  private final FleetIdentity identity = new Certificates(Clock.systemUTC()).issue(ID);
  private final Fleet fleet = new Fleet(PATIENT, _ -> {});

  @AfterEach
  void leave() {
    fleet.close();
  }

  /** What may come instead of an answer. */
  record Mischief(String name, boolean isTrusted, UnrulyInstance.Behaviour behaviour) {
    UnrulyInstance at(FleetIdentity identity) throws IOException {
      return isTrusted
          ? UnrulyInstance.trusted(identity, behaviour)
          : UnrulyInstance.plain(behaviour);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Mischief> mischief() {
    return List.of(
        new Mischief("no TLS", false, socket -> endlessly(socket, "what?")),
        new Mischief("a hang-up before the handshake", false, _ -> {}),
        new Mischief("a hang-up before the answer", true, UnrulyFleetIT::read),
        new Mischief(
            "an answer before the question",
            true,
            socket -> send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")),
        new Mischief(
            "no HTTP",
            true,
            socket -> {
              read(socket);
              endlessly(socket, "nothing that anyone understands\r\n\r\n");
            }),
        new Mischief(
            "an endless header",
            true,
            socket -> {
              read(socket);
              send(socket, "HTTP/1.1 200 OK\r\nX: ");
              endlessly(socket, "x");
            }),
        new Mischief(
            "an endless body",
            true,
            socket -> {
              read(socket);
              send(socket, "HTTP/1.1 200 OK\r\n\r\n");
              endlessly(socket, " ");
            }),
        new Mischief(
            "a huge body",
            true,
            socket -> {
              read(socket);
              send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
              endlessly(socket, " ");
            }),
        new Mischief(
            "half an answer",
            true,
            socket -> {
              read(socket);
              send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"incarnation\":\"a");
            }));
  }

  private static void read(Socket socket) throws IOException {
    assertThat(socket.getInputStream().read(new byte[4096])).isPositive();
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  /** Until the other side hangs up. */
  private static void endlessly(Socket socket, String text) throws IOException {
    byte[] much = text.repeat(8192).getBytes(US_ASCII);
    OutputStream out = socket.getOutputStream();
    while (true) {
      out.write(much);
    }
  }

  private SpeakingInstance live() {
    return new SpeakingInstance(identity, "127.0.0.1", 0, "a");
  }

  private static Target target(String uid, int port) {
    return new Target(uid, uid, "127.0.0.1", port);
  }

  private void listenTo(Stream<Target> targets) {
    fleet.identify(ID, identity);
    fleet.listenTo(ID, targets.toList());
  }

  private void awaitHeardAndTold(SpeakingInstance live) {
    await()
        .untilAsserted(
            () ->
                assertThat(fleet.sightings(ID, Map.of()))
                    .extracting(Sighting::uid)
                    .containsExactly("live"));
    fleet.tell(ID, "live", new GrantRequest(1, 3, List.of(), "a"));
    await().until(() -> live.granted() == 3);
  }

  @ParameterizedTest
  @MethodSource("mischief")
  void whateverIsAnsweredIsGivenUpAndAskedAgain(Mischief mischief) throws IOException {
    try (UnrulyInstance unruly = mischief.at(identity);
        SpeakingInstance live = live()) {
      listenTo(Stream.of(target("unruly", unruly.port()), target("live", live.port())));
      await().until(() -> unruly.calls() > 3);
      awaitHeardAndTold(live);
    }
  }

  @Test
  void thoseThatNeverAnswerAHandshakeDoNotHoldUpTheOthers() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SpeakingInstance live = live()) {
      List<Target> targets = new ArrayList<>();
      IntStream.range(0, 3 * PLACES)
          .forEach(i -> targets.add(target("mute" + i, mute.getLocalPort())));
      listenTo(targets.stream());
      targets.add(target("live", live.port()));
      listenTo(targets.stream());
      awaitHeardAndTold(live);
    }
  }

  @Test
  void deadAddressesDoNotHoldUpTheOthers() throws IOException {
    List<Socket> callers = new ArrayList<>();
    try (ServerSocket dead = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SpeakingInstance live = live()) {
      // As many as it takes until it answers no SYN any more.
      for (int i = 0; i < 2; i++) {
        callers.add(new Socket(InetAddress.getLoopbackAddress(), dead.getLocalPort()));
      }
      List<Target> targets = new ArrayList<>();
      IntStream.range(0, 20 * PLACES)
          .forEach(i -> targets.add(target("dead" + i, dead.getLocalPort())));
      listenTo(targets.stream());
      targets.add(target("live", live.port()));
      listenTo(targets.stream());
      awaitHeardAndTold(live);
    } finally {
      for (Socket caller : callers) {
        caller.close();
      }
    }
  }

  @Test
  void hundredsThatStartAtOnceAreAllHeardAndTold() {
    List<SpeakingInstance> many = new ArrayList<>();
    try {
      IntStream.range(0, 300).forEach(_ -> many.add(live()));
      listenTo(IntStream.range(0, 300).mapToObj(i -> target("u" + i, many.get(i).port())));
      IntStream.range(0, 300)
          .forEach(i -> fleet.tell(ID, "u" + i, new GrantRequest(1, 2, List.of(), "a")));
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  fleet.sightings(ID, Map.of()).size() == 300
                      && many.stream().allMatch(instance -> instance.granted() == 2));
    } finally {
      many.forEach(SpeakingInstance::close);
    }
  }
}
