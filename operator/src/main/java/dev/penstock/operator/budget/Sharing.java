package dev.penstock.operator.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shares an amount among parties that have something already, and moves no more than it must: the
 * same rule among the pools of a server and among the instances of a pool.
 *
 * <ul>
 *   <li>Where a party has less than it is guaranteed, all is shared anew: guarantees, then demand,
 *       then evenly.
 *   <li>Where someone waits for what is its due, or for what another does not demand, and where all
 *       have too much together, demand is met, and what is lacking is taken from those that have
 *       most to spare.
 *   <li>Otherwise everyone keeps what it has, and what is free goes to demand, then to the lowest.
 *   <li>If what comes of the last two is {@linkplain #UNEVEN_PERCENT uneven}, all is shared anew,
 *       but only when moves that help no one at once are allowed.
 * </ul>
 */
final class Sharing {

  /** A share that would grow by no more than this part of it, or by one, stays as it is. */
  static final int UNEVEN_PERCENT = 50;

  /**
   * A pool, or an instance.
   *
   * @param weight 1 to {@value WaterFilling#MOST_WEIGHT}
   * @param guaranteed what it has in any case
   * @param demand what it can use, at least {@code guaranteed}
   * @param ceiling what it never exceeds, at least {@code demand}
   * @param had what it has, at most {@code ceiling}
   * @param waits whether a client waits there
   */
  record Party(int weight, int guaranteed, int demand, int ceiling, int had, boolean waits) {}

  private final long amount;
  private final List<Party> parties;
  private final WaterFilling even;

  private Sharing(long amount, List<Party> parties) {
    this.amount = amount;
    this.parties = parties;
    this.even = filled(parties.stream().mapToInt(Party::guaranteed).toArray());
  }

  /**
   * Shares.
   *
   * @param amount at least the sum of what is guaranteed
   * @param parties the older first: it has the odd connection
   * @return what each has, in the order given; the sum is {@code amount} or that of the ceilings
   */
  static int[] among(long amount, List<Party> parties, boolean mayEven) {
    Sharing sharing = new Sharing(amount, parties);
    if (parties.stream().anyMatch(party -> party.had() < party.guaranteed())) {
      return sharing.even.connections();
    }
    int[] gentle = sharing.gentle();
    return mayEven && sharing.isUneven(gentle) ? sharing.even.connections() : gentle;
  }

  private int[] gentle() {
    int[] keeping = parties.stream().mapToInt(Party::had).toArray();
    if (!mustTake()) {
      return filled(keeping).connections();
    }
    int[] met = new int[keeping.length];
    for (int i = 0; i < met.length; i++) {
      met[i] = Math.min(parties.get(i).demand(), even.of(i));
      keeping[i] = Math.max(met[i], keeping[i]);
    }
    return sum(keeping) <= amount
        ? filled(keeping).connections()
        : takenFromWhoCanSpare(met, keeping);
  }

  private boolean mustTake() {
    if (parties.stream().mapToLong(Party::had).sum() > amount) {
      return true;
    }
    boolean isAnyIdle = parties.stream().anyMatch(party -> party.had() > party.demand());
    for (int i = 0; i < parties.size(); i++) {
      Party party = parties.get(i);
      if (party.waits()
          && party.demand() > party.had()
          && (isAnyIdle || even.of(i) > party.had())) {
        return true;
      }
    }
    return false;
  }

  /** Leaves to spare, above what is met, the same to all for their weight, or what they had. */
  private int[] takenFromWhoCanSpare(int[] met, int[] keeping) {
    List<WaterFilling.Vessel> spare = new ArrayList<>(met.length);
    for (int i = 0; i < met.length; i++) {
      int had = keeping[i] - met[i];
      spare.add(new WaterFilling.Vessel(parties.get(i).weight(), 0, had, had, had));
    }
    int[] kept = WaterFilling.fill(amount - sum(met), spare).connections();
    for (int i = 0; i < met.length; i++) {
      kept[i] += met[i];
    }
    return kept;
  }

  /** Against what each is sure of: an odd connection, which may be anyone's, moves nothing. */
  private boolean isUneven(int[] gentle) {
    for (int i = 0; i < gentle.length; i++) {
      long has = gentle[i];
      if (even.sureOf(i) > has + Math.max(1, has * UNEVEN_PERCENT / 100)) {
        return true;
      }
    }
    return false;
  }

  /** From the floors up: demand, then who has least. */
  private WaterFilling filled(int[] floors) {
    List<WaterFilling.Vessel> vessels = new ArrayList<>(floors.length);
    for (int i = 0; i < floors.length; i++) {
      Party party = parties.get(i);
      int demand = Math.max(floors[i], party.demand());
      vessels.add(
          new WaterFilling.Vessel(party.weight(), floors[i], demand, party.ceiling(), party.had()));
    }
    return WaterFilling.fill(amount, vessels);
  }

  private static long sum(int[] numbers) {
    return Arrays.stream(numbers).asLongStream().sum();
  }
}
