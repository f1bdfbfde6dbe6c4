package dev.penstock.bench.scale;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Changes of replica counts, one after the other: a pool gets one instance more, and once that has
 * its grant, one fewer again.
 */
final class Reactions {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(5);

  private final Cluster cluster;
  private final World world;
  private final Nodes nodes;

  /**
   * Times of one change, in milliseconds.
   *
   * @param deployment from the changed pool to the changed Deployment
   * @param grant from the moment the API server is told that the new pod runs, to its first grant
   */
  record Reaction(double deployment, double grant) {}

  /** The middle, the slowest of a hundred and the slowest of all, in milliseconds. */
  record Spread(double p50, double p99, double max) {

    static Spread of(List<Reaction> reactions, ToDoubleFunction<Reaction> time) {
      double[] sorted = reactions.stream().mapToDouble(time).sorted().toArray();
      return new Spread(
          at(sorted, 0.50), at(sorted, 0.99), sorted.length == 0 ? 0 : sorted[sorted.length - 1]);
    }

    /** The smallest value that at least this part of all does not exceed. */
    private static double at(double[] sorted, double part) {
      return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(part * sorted.length) - 1];
    }
  }

  Reactions(Cluster cluster, World world, Nodes nodes) {
    this.cluster = cluster;
    this.world = world;
    this.nodes = nodes;
  }

  /**
   * Makes the changes; each is two, up and down.
   *
   * @param pools how many pools there are; the changes go round over them
   */
  List<Reaction> measure(int changes, int pools) {
    List<Reaction> reactions = new ArrayList<>();
    // A step without a common divisor visits all pools, and another server with each step.
    int step = Math.max(1, (int) (pools * 0.618));
    while (gcd(step, pools) != 1) {
      step++;
    }
    for (int i = 0; i < changes; i++) {
      reactions.add(change(Cluster.pool((int) ((long) i * step % pools))));
    }
    return reactions;
  }

  private static int gcd(int one, int other) {
    return other == 0 ? one : gcd(other, one % other);
  }

  private Reaction change(String pool) {
    int before = nodes.size(pool);
    long changed = System.nanoTime();
    cluster.scale(pool, before + 1);
    await().until(() -> nodes.size(pool) == before + 1);
    Nodes.Running youngest = nodes.youngest(pool);
    await().until(() -> youngest.instance().firstGrant().isDone());
    Reaction reaction =
        new Reaction(
            millis(world.seenAt(pool) - changed),
            millis(youngest.instance().firstGrant().join() - youngest.calledAt()));
    nodes.ready(youngest);
    cluster.scale(pool, before);
    await().until(() -> nodes.size(pool) == before);
    return reaction;
  }

  private ConditionFactory await() {
    return Awaitility.await().atMost(LIMIT).pollInterval(POLL).failFast(world::assertWhole);
  }

  private static double millis(long nanos) {
    return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }
}
