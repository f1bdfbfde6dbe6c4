package dev.penstock.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakesTest {

  private final EventLoop loop = new DefaultEventLoop();
  private final List<Integer> begun = new CopyOnWriteArrayList<>();
  private final List<Handshakes.Turn> turns = new ArrayList<>();

  @AfterEach
  void end() {
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void enter(Handshakes handshakes, int howMany) {
    onTheLoop(
        () -> {
          for (int i = 0; i < howMany; i++) {
            int number = turns.size();
            turns.add(handshakes.enter(() -> begun.add(number)));
          }
        });
  }

  /** Returns when it is done, and what it has led to. */
  private void onTheLoop(Runnable what) {
    var _ = loop.submit(what).syncUninterruptibly();
    var _ = loop.submit(() -> {}).syncUninterruptibly();
  }

  @Test
  void noMoreThanThePlacesAreUnderWayAndTheRestFollowInTheirOrder() {
    Handshakes handshakes = new Handshakes(loop, 2, Duration.ofDays(1));
    enter(handshakes, 5);
    assertThat(begun).containsExactly(0, 1);
    onTheLoop(() -> turns.get(1).leave());
    assertThat(begun).containsExactly(0, 1, 2);
    onTheLoop(() -> turns.get(1).leave());
    assertThat(begun).as("one leaves once").containsExactly(0, 1, 2);
  }

  @Test
  void whoLeavesTheLineIsPassedOver() {
    Handshakes handshakes = new Handshakes(loop, 1, Duration.ofDays(1));
    enter(handshakes, 4);
    onTheLoop(
        () -> {
          turns.get(1).leave();
          turns.get(2).leave();
          turns.get(0).leave();
        });
    assertThat(begun).containsExactly(0, 3);
  }

  @Test
  void whoDoesNotGetOnMakesRoomAfterAWhile() {
    Handshakes handshakes = new Handshakes(loop, 1, Duration.ofMillis(1));
    enter(handshakes, 3);
    await().until(() -> begun.equals(List.of(0, 1, 2)));
    onTheLoop(() -> turns.forEach(Handshakes.Turn::leave));
    enter(handshakes, 1);
    assertThat(begun).as("no place was given back twice").endsWith(3);
  }
}
