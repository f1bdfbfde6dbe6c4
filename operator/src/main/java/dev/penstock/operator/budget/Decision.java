package dev.penstock.operator.budget;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who gets how much: a pure, deterministic and total function from a budget and the claims of its
 * instances to grants.
 *
 * <p>Weighted max–min fairness: every serving instance has its floor of one; then demand is met,
 * the least served first, up to what each can use; what no one demands is spread so that all are as
 * even as can be, and an idle fleet can burst anywhere at once. 82 over ten idle instances are
 * eight of 8 and two of 9.
 *
 * <p>Hysteresis: while every instance has its floor and no waiting client would be helped, nothing
 * is taken from anyone, and what is free goes to who has least; only where an instance would have
 * more than {@link #UNEVEN_PERCENT} more than it has are grants made even again. So a load that
 * varies about a mean comes to rest.
 *
 * @param grants the target of each claim, by id, in the order of age
 * @param admitted whether every serving instance has its floor; if not, the younger ones have 0
 */
public record Decision(Map<String, Integer> grants, Admission admitted) {

  /** The floor of an instance that serves: without one connection it cannot be Ready. */
  public static final int FLOOR = 1;

  /** A grant that would grow by no more than this share of it, or by one, stays as it is. */
  static final int UNEVEN_PERCENT = 50;

  public Decision {
    grants = Map.copyOf(grants);
  }

  /** Whether the floors fit the budget. */
  public sealed interface Admission {

    /** Every serving instance has its floor. */
    record Satisfied() implements Admission {}

    /**
     * The floors alone exceed the budget: the oldest are admitted, the others stay at 0.
     *
     * @param needed connections that all floors together take
     * @param available what the budget leaves for them
     */
    record Unsatisfiable(int needed, int available) implements Admission {}
  }

  /** Decides, and makes even what is uneven. */
  public static Decision decide(Budget budget, List<Claim> claims) {
    return decide(budget, claims, true);
  }

  /**
   * Decides.
   *
   * @param budget what all instances may have together
   * @param claims the instances, in any order; ids are unique
   * @param mayEven whether to take from one for another that does not wait: false for a while after
   *     each round, so that moves which help no one at once are rare
   */
  public static Decision decide(Budget budget, List<Claim> claims, boolean mayEven) {
    List<Claim> oldestFirst =
        claims.stream()
            .sorted(Comparator.comparingLong(Claim::order).thenComparing(Claim::id))
            .toList();
    Map<String, Integer> grants = new LinkedHashMap<>();
    long left = budget.connections();
    for (Claim claim : oldestFirst) {
      int kept =
          switch (claim.state()) {
            case SERVING -> 0;
            case DRAINING -> Math.min(claim.granted(), claim.demand());
            case SILENT -> claim.granted();
          };
      grants.put(claim.id(), kept);
      left -= kept;
    }
    List<Claim> serving =
        oldestFirst.stream().filter(claim -> claim.state() == Claim.State.SERVING).toList();
    int available = (int) Math.max(0, left);
    if ((long) serving.size() * FLOOR > available) {
      serving.stream().limit(available / FLOOR).forEach(claim -> grants.put(claim.id(), FLOOR));
      return new Decision(grants, new Admission.Unsatisfiable(serving.size() * FLOOR, available));
    }
    grants.putAll(shares(available, serving, mayEven));
    return new Decision(grants, new Admission.Satisfied());
  }

  private static Map<String, Integer> shares(int available, List<Claim> serving, boolean mayEven) {
    Map<String, Integer> even = even(available, serving);
    long standing = serving.stream().mapToLong(Claim::granted).sum();
    if (serving.stream().anyMatch(claim -> claim.granted() < FLOOR)) {
      return even;
    }
    boolean mustTake =
        standing > available || serving.stream().anyMatch(claim -> isShort(claim, even));
    Map<String, Integer> gentle =
        mustTake ? takingFromTheRichest(available, serving) : toppedUp(available, serving);
    boolean isUneven =
        serving.stream()
            .map(Claim::id)
            .anyMatch(id -> isUneven(gentle.getOrDefault(id, 0), even.getOrDefault(id, 0)));
    return mayEven && isUneven ? even : gentle;
  }

  private static boolean isShort(Claim claim, Map<String, Integer> even) {
    return claim.waiting() > 0
        && claim.demand() > claim.granted()
        && even.getOrDefault(claim.id(), 0) > claim.granted();
  }

  private static boolean isUneven(int grant, int even) {
    return even > grant + Math.max(1, grant * UNEVEN_PERCENT / 100);
  }

  /** Demand first, and the rest evenly. */
  private static Map<String, Integer> even(int available, List<Claim> serving) {
    List<WaterFilling.Vessel> vessels = new ArrayList<>();
    for (Claim claim : serving) {
      int demand = Math.max(FLOOR, claim.demand());
      vessels.add(new WaterFilling.Vessel(claim.id(), 1, FLOOR, demand, claim.granted()));
    }
    return WaterFilling.fill(available, vessels);
  }

  /** Demand first, then what each had as far as it reaches, the lowest first. */
  private static Map<String, Integer> takingFromTheRichest(int available, List<Claim> serving) {
    Map<String, Integer> met = met(available, serving);
    List<WaterFilling.Vessel> vessels = new ArrayList<>();
    for (Claim claim : serving) {
      int floor = met.getOrDefault(claim.id(), 0);
      int had = Math.max(floor, claim.granted());
      vessels.add(new WaterFilling.Vessel(claim.id(), 1, floor, had, claim.granted()));
    }
    return WaterFilling.fill(available, vessels);
  }

  private static Map<String, Integer> met(int available, List<Claim> serving) {
    Map<String, Integer> even = even(available, serving);
    Map<String, Integer> met = new LinkedHashMap<>();
    for (Claim claim : serving) {
      int most = Math.max(FLOOR, claim.demand());
      met.put(claim.id(), Math.min(most, even.getOrDefault(claim.id(), 0)));
    }
    return met;
  }

  /** Everyone keeps what it has; what is free besides goes to who has least. */
  private static Map<String, Integer> toppedUp(int available, List<Claim> serving) {
    List<WaterFilling.Vessel> vessels = new ArrayList<>();
    for (Claim claim : serving) {
      int most = Math.max(claim.granted(), claim.demand());
      vessels.add(new WaterFilling.Vessel(claim.id(), 1, claim.granted(), most, claim.granted()));
    }
    return WaterFilling.fill(available, vessels);
  }
}
