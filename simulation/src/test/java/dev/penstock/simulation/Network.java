package dev.penstock.simulation;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Loses, delays, doubles and reorders what is sent, and is cut in two here and there. */
final class Network {

  private record Link(String from, String to) {}

  private final Timeline time;
  private final Chance chance;
  private final Set<Link> cut = new HashSet<>();
  private int lost;
  private int doubled;
  private Duration slowest = Duration.ofMillis(5);

  Network(Timeline time, Chance chance) {
    this.time = time;
    this.chance = chance;
  }

  /** Of a hundred messages, how many are lost and how many come twice; the longest delay. */
  void weather(int lost, int doubled, Duration slowest) {
    this.lost = lost;
    this.doubled = doubled;
    this.slowest = slowest;
  }

  /** From now on nothing comes from the one to the other; what is on its way is lost, too. */
  void cut(String from, String to) {
    cut.add(new Link(from, to));
  }

  /** All is connected to all, and nothing is lost. */
  void mend() {
    cut.clear();
    weather(0, 0, Duration.ofMillis(5));
  }

  /** Sends what happens when it arrives: never, once, or more than once. */
  void send(String from, String to, Runnable arrival) {
    do {
      if (!chance.percent(lost)) {
        time.after(
            chance.upTo(slowest),
            () -> {
              if (!cut.contains(new Link(from, to))) {
                arrival.run();
              }
            });
      }
    } while (chance.percent(doubled));
  }
}
