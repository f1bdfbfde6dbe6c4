package dev.penstock.operator.budget;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who gets how much: a pure, deterministic and total function from a budget, the pools that share
 * it and the claims of their instances to grants.
 *
 * <p>Weighted max–min fairness, over the pools and then over the instances of each pool. In this
 * order:
 *
 * <ol>
 *   <li>What silent and draining instances {@linkplain Claim#kept keep} is off the top. It counts
 *       towards the share and the max of their own pool.
 *   <li>Every serving instance has its floor of one, never beyond its pool's max; where the budget
 *       is too small for all floors, the oldest instances of all pools have theirs.
 *   <li>Every pool with such an instance has its min, the older pools first where not all fit. A
 *       min is lent to no one: it is given out to the pool's instances though they be idle.
 *   <li>Demand is met, up to the max, the pool first that has least for its weight.
 *   <li>What no one demands is spread evenly by weight, up to the max, so that an idle fleet can
 *       burst anywhere at once. 82 over ten idle instances are eight of 8 and two of 9.
 * </ol>
 *
 * <p>Within a pool its instances are equal: floor, demand, evenly.
 *
 * <p>It promises:
 *
 * <ul>
 *   <li>The sum is never above the budget, but where what is kept alone exceeds it: then no one has
 *       anything else.
 *   <li>Nothing is left over while there is a serving instance whose pool is below its max.
 *   <li>No instance waits for what its fair share gives it, nor while another of its pool has more
 *       than it demands, nor, below its pool's max, while another pool has more than its instances
 *       demand together and more than its min.
 *   <li>Hysteresis, among the pools and among the instances of a pool alike: a client that waits
 *       moves shares at once, and so does a guarantee that is not met or a budget or max that
 *       shrank. Otherwise nothing is taken from anyone, and what is free goes to demand, then to
 *       who has least for its weight; only where someone would have more than {@value
 *       Sharing#UNEVEN_PERCENT}% more than it has, and at least two more, are shares made even. So
 *       a load that varies about a mean comes to rest.
 *   <li>Given back as what is granted, under the same demand, the result gives itself.
 *   <li>The order of pools and claims does not matter.
 *   <li>O(n log n) in instances, whatever the budget.
 * </ul>
 *
 * @param grants the target of each claim, by id; older pools and instances first
 * @param pools the sum of the targets of each pool, by its name
 * @param admitted what each pool was refused, if anything, by its name
 */
public record Decision(
    Map<String, Integer> grants, Map<String, Integer> pools, Map<String, Admission> admitted) {

  /** The floor of an instance that serves: without one connection it cannot be Ready. */
  public static final int FLOOR = 1;

  public Decision {
    grants = Collections.unmodifiableMap(new LinkedHashMap<>(grants));
    pools = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
    admitted = Collections.unmodifiableMap(new LinkedHashMap<>(admitted));
  }

  /** Whether a pool has what it is promised. */
  public sealed interface Admission {

    /** Every serving instance has its floor, and the pool its min. */
    record Satisfied() implements Admission {}

    /**
     * The budget, or the pool's max, is too small for the floors: the oldest instances are
     * admitted, the others stay at 0.
     *
     * @param needed connections that the floors of the pool's serving instances take
     * @param available what there is for them
     */
    record Unsatisfiable(int needed, int available) implements Admission {}

    /**
     * Every serving instance has its floor, but the budget is too small for the min of this pool
     * after those of older ones.
     *
     * @param min what the pool is to count on
     * @param available what it can count on
     */
    record MinimumUnmet(int min, int available) implements Admission {}
  }

  /** What a pool was refused; a pool that was not asked for was refused nothing. */
  public Admission admission(String pool) {
    return admitted.getOrDefault(pool, new Admission.Satisfied());
  }

  /**
   * Decides.
   *
   * @param budget what all instances may have together
   * @param shares the pools, in any order
   * @param mayEven whether to take from one for another that does not wait: false for a while after
   *     each round, so that moves which help no one at once are rare
   * @throws IllegalArgumentException if two pools have one name, or two claims one id
   */
  public static Decision decide(Budget budget, List<Share> shares, boolean mayEven) {
    List<Guarantee> pools = Guarantee.of(budget, shares);
    Map<String, Integer> grants = new LinkedHashMap<>();
    Map<String, Integer> sums = new LinkedHashMap<>();
    Map<String, Admission> admitted = new LinkedHashMap<>();
    for (Guarantee pool : pools) {
      for (Claim claim : pool.share().claims()) {
        if (grants.put(claim.id(), claim.kept()) != null) {
          throw new IllegalArgumentException("two claims have the id " + claim.id());
        }
      }
      if (admitted.put(pool.share().pool(), pool.admission()) != null) {
        throw new IllegalArgumentException("two pools have the name " + pool.share().pool());
      }
      sums.put(pool.share().pool(), (int) Math.min(Integer.MAX_VALUE, pool.kept()));
    }
    List<Guarantee> sharing = pools.stream().filter(Guarantee::takesPart).toList();
    if (sharing.isEmpty()) {
      return new Decision(grants, sums, admitted);
    }
    long keptByOthers =
        pools.stream().filter(pool -> !pool.takesPart()).mapToLong(Guarantee::kept).sum();
    int[] filled =
        Sharing.among(
            budget.connections() - keptByOthers,
            sharing.stream().map(Guarantee::party).toList(),
            mayEven);
    for (int i = 0; i < sharing.size(); i++) {
      Guarantee pool = sharing.get(i);
      int sum = filled[i];
      sums.put(pool.share().pool(), sum);
      grants.putAll(within(sum - pool.kept(), pool.admitted(), mayEven));
    }
    return new Decision(grants, sums, admitted);
  }

  private static Map<String, Integer> within(long amount, List<Claim> claims, boolean mayEven) {
    List<Sharing.Party> parties = new ArrayList<>(claims.size());
    for (Claim claim : claims) {
      parties.add(
          new Sharing.Party(
              1, FLOOR, claim.usable(), Integer.MAX_VALUE, claim.granted(), claim.waiting() > 0));
    }
    int[] filled = Sharing.among(amount, parties, mayEven);
    Map<String, Integer> grants = LinkedHashMap.newLinkedHashMap(claims.size());
    for (int i = 0; i < claims.size(); i++) {
      grants.put(claims.get(i).id(), filled[i]);
    }
    return grants;
  }
}
