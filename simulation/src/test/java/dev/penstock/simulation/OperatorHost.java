package dev.penstock.simulation;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.fleet.Conversation;
import dev.penstock.operator.fleet.FleetSettings;
import dev.penstock.operator.fleet.Target;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One process of the operator: its clock, its watches, its way to everything else. What it does is
 * up to its {@link Keeper}.
 */
public final class OperatorHost {

  /** The operator's own code. */
  public interface Keeper {

    /** Looks at all, decides, writes and tells; says when to look again. */
    Optional<Duration> keep();

    /** A watch has delivered. */
    void notice(Cluster.Notice notice);
  }

  private static final Duration SOON = Duration.ofMillis(400);
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);
  private static final int DEEPEST = 2;

  private final World world;
  private final String name;
  private final Questions questions;
  private final Keeper keeper;
  private final Clock clock;
  private @Nullable DatabaseServer cached;
  private Duration skew = Duration.ZERO;
  private int delivered;
  private boolean watchLags;
  private int stepsUntilCrash = -1;
  private boolean alive = true;
  private boolean woken;
  private boolean keeping;

  OperatorHost(World world, String name, Function<OperatorHost, Keeper> program) {
    this.world = world;
    this.name = name;
    this.questions = new Questions(this, world);
    this.clock =
        new Clock() {
          @Override
          public Instant instant() {
            return world.wallClock().plus(skew);
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    this.keeper = program.apply(this);
    // A list may come from a cache of the API server, which is a little behind.
    delivered = 0;
    deliver(Math.max(0, world.cluster().history().size() - world.chance().below(4)));
    tick();
  }

  public World world() {
    return world;
  }

  /** The DatabaseServer as a watch's cache has it, a little behind. */
  public DatabaseServer cachedServer() {
    if (!watchLags || cached == null) {
      cached = world.api().current();
    }
    return cached;
  }

  public String name() {
    return name;
  }

  public Clock clock() {
    return clock;
  }

  public Questions questions() {
    return questions;
  }

  boolean isAlive() {
    return alive;
  }

  void skew(Duration from) {
    skew = from;
  }

  void watchLags(boolean lags) {
    watchLags = lags;
    if (!lags) {
      podsChanged();
    }
  }

  /** Crashes at the so-many-th step that it takes from now on. */
  void crashAfter(int steps) {
    stepsUntilCrash = steps;
  }

  void crash() {
    alive = false;
    world.log(name + " crashes");
  }

  private void tick() {
    later(
        INTERVAL,
        () -> {
          wake();
          tick();
        });
    wake();
  }

  void podsChanged() {
    if (!watchLags) {
      later(world.chance().upTo(Duration.ofMillis(200)), this::deliverSome);
    }
  }

  private void deliverSome() {
    int behind = world.cluster().history().size() - delivered;
    if (behind > 0) {
      deliver(delivered + (watchLags ? world.chance().between(1, behind) : behind));
      wake();
    }
  }

  private void deliver(int until) {
    while (delivered < until) {
      keeper.notice(world.cluster().history().get(delivered));
      delivered++;
    }
  }

  /** Something new is known. */
  public void wake() {
    if (alive && !woken) {
      woken = true;
      later(world.chance().upTo(SOON), this::keep);
    }
  }

  private void keep() {
    if (keeping) {
      // One thread at a time: this one is in the middle of a step, and waits.
      later(SOON, this::keep);
      return;
    }
    keeping = true;
    woken = false;
    try {
      keeper.keep().ifPresent(again -> later(again, this::wake));
    } catch (KubernetesClientException noAnswer) {
      world.log(name + ": " + noAnswer.getMessage());
      later(AFTER_FAILURE, this::wake);
    } catch (Crash crash) {
      crash();
    } finally {
      keeping = false;
    }
  }

  /** A boundary between two steps: time passes, the operator may end here. */
  public void pause() {
    if (stepsUntilCrash == 0) {
      throw new Crash();
    }
    stepsUntilCrash--;
    world.passTime(DEEPEST);
    if (!alive) {
      throw new Crash();
    }
  }

  void later(Duration delay, Runnable what) {
    world
        .time()
        .after(
            delay,
            () -> {
              if (alive) {
                what.run();
              }
            });
  }

  /** Begins to speak to a pod. */
  public Conversation conversation(Target target) {
    return new Conversation(
        target, FleetSettings.DEFAULT, new OperatorWire(this, target.host()), this::wake);
  }
}
