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
 * <p>Hysteresis: while every instance has its floor, the whole budget is given out and no waiting
 * client would be helped, a change of less than {@link #WOBBLE_PERCENT} of a grant moves nothing.
 *
 * @param grants the target of each claim, by id, in the order of age
 * @param admitted whether every serving instance has its floor; if not, the younger ones have 0
 */
public record Decision(Map<String, Integer> grants, Admission admitted) {

  /** The floor of an instance that serves: without one connection it cannot be Ready. */
  public static final int FLOOR = 1;

  /** Changes of a grant below this share of it, and below two connections, are wobbles. */
  static final int WOBBLE_PERCENT = 10;

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

  /**
   * Decides.
   *
   * @param budget what all instances may have together
   * @param claims the instances, in any order; ids are unique
   */
  public static Decision decide(Budget budget, List<Claim> claims) {
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
    Map<String, Integer> shares = share(available, serving);
    grants.putAll(isWobble(available, serving, shares) ? standing(serving) : shares);
    return new Decision(grants, new Admission.Satisfied());
  }

  private static Map<String, Integer> share(int available, List<Claim> serving) {
    List<WaterFilling.Vessel> vessels = new ArrayList<>();
    for (Claim claim : serving) {
      vessels.add(
          new WaterFilling.Vessel(
              claim.id(), 1, FLOOR, Math.max(FLOOR, claim.demand()), claim.granted()));
    }
    return WaterFilling.fill(available, vessels);
  }

  private static Map<String, Integer> standing(List<Claim> serving) {
    Map<String, Integer> grants = new LinkedHashMap<>();
    serving.forEach(claim -> grants.put(claim.id(), claim.granted()));
    return grants;
  }

  private static boolean isWobble(int available, List<Claim> serving, Map<String, Integer> shares) {
    long standing = 0;
    for (Claim claim : serving) {
      int share = shares.getOrDefault(claim.id(), 0);
      boolean helpsWaiting = claim.waiting() > 0 && share > claim.granted();
      int wobble = Math.max(1, claim.granted() * WOBBLE_PERCENT / 100);
      if (helpsWaiting || claim.granted() < FLOOR || Math.abs(share - claim.granted()) > wobble) {
        return false;
      }
      standing += claim.granted();
    }
    return standing == available;
  }
}
