package dev.penstock.bench.budget;

import dev.penstock.operator.budget.Claim;
import dev.penstock.operator.budget.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Pools at one server, the same in every run: of all weights, some with a min, some with a max. */
final class Fleet {

  /** Connections for each instance: enough for most, so that levels have to be searched for. */
  static final int CONNECTIONS = 8;

  private static final int MOST_DEMAND = 16;
  private static final int WEIGHTS = 10;

  private Fleet() {}

  /**
   * The pools, each with its part of the instances.
   *
   * @param instances of all pools together,
   * @param grants what they were granted; nothing where it is empty
   */
  static List<Share> of(int pools, int instances, Map<String, Integer> grants) {
    return of(pools, instances, grants, MOST_DEMAND);
  }

  /** The same pools before anyone demands anything. */
  static List<Share> idle(int pools, int instances) {
    return of(pools, instances, Map.of(), 1);
  }

  private static List<Share> of(
      int pools, int instances, Map<String, Integer> grants, int demands) {
    Random random = new Random(instances);
    List<List<Claim>> claims = new ArrayList<>();
    for (int i = 0; i < pools; i++) {
      claims.add(new ArrayList<>());
    }
    for (int i = 0; i < instances; i++) {
      String id = "instance-" + i;
      int granted = grants.getOrDefault(id, 0);
      int demand = random.nextInt(demands);
      int waiting = Math.max(0, demand - granted);
      claims
          .get(i % pools)
          .add(new Claim(id, random.nextLong(), demand, waiting, granted, Claim.State.SERVING));
    }
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < pools; i++) {
      int each = Math.max(1, instances / pools) * CONNECTIONS;
      int min = i % 3 == 0 ? each / 2 : 0;
      int max = i % 5 == 0 && pools > 1 ? each : Integer.MAX_VALUE;
      shares.add(new Share("pool-" + i, i, min, max, 1 + i % WEIGHTS, claims.get(i)));
    }
    return shares;
  }
}
