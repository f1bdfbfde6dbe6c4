package dev.penstock.operator.budget;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Shares an amount among parties that have something already, and moves no more than it must: the
 * same rule among the pools of a server and among the instances of a pool.
 *
 * <ul>
 *   <li>Where a party has less than it is guaranteed, all is shared anew: guarantees, then demand,
 *       then evenly.
 *   <li>Where someone waits for what is its due, or for what another does not demand, and where all
 *       have too much together, demand is met and what is lacking is taken from those that have
 *       most besides.
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
  record Party(int weight, int guaranteed, int demand, int ceiling, int had, boolean waits) {

    private WaterFilling.Vessel vessel(int floor, int most) {
      return new WaterFilling.Vessel(weight, floor, most, ceiling, had);
    }
  }

  private final long amount;
  private final List<Party> parties;
  private final WaterFilling even;

  private Sharing(long amount, List<Party> parties) {
    this.amount = amount;
    this.parties = parties;
    this.even = fill((place, party) -> party.vessel(party.guaranteed(), party.demand()));
  }

  /**
   * Shares.
   *
   * @param amount at least the sum of what is guaranteed
   * @param parties the older first: it has the odd connection
   * @return what each has, in the order given; the sum is {@code amount} or that of the ceilings
   */
  static WaterFilling among(long amount, List<Party> parties, boolean mayEven) {
    return new Sharing(amount, parties).shared(mayEven);
  }

  private WaterFilling shared(boolean mayEven) {
    if (parties.stream().anyMatch(party -> party.had() < party.guaranteed())) {
      return even;
    }
    WaterFilling gentle = mustTake() ? takenFromTheRichest() : toppedUp();
    return mayEven && isUneven(gentle) ? even : gentle;
  }

  private boolean mustTake() {
    if (parties.stream().mapToLong(Party::had).sum() > amount) {
      return true;
    }
    boolean isAnyIdle = parties.stream().anyMatch(party -> party.had() > party.demand());
    return IntStream.range(0, parties.size())
        .anyMatch(
            place -> {
              Party party = parties.get(place);
              return party.waits()
                  && party.demand() > party.had()
                  && (isAnyIdle || even.of(place) > party.had());
            });
  }

  /** Against what each is sure of: an odd connection, which may be anyone's, moves nothing. */
  private boolean isUneven(WaterFilling gentle) {
    return IntStream.range(0, parties.size())
        .anyMatch(
            place -> {
              long has = gentle.of(place);
              return even.sureOf(place) > has + Math.max(1, has * UNEVEN_PERCENT / 100);
            });
  }

  /** Demand first, then what each had as far as it reaches, the lowest first. */
  private WaterFilling takenFromTheRichest() {
    return fill(
        (place, party) -> {
          int met = Math.min(party.demand(), even.of(place));
          return party.vessel(met, Math.max(met, party.had()));
        });
  }

  /** Everyone keeps what it has; what is free besides goes to demand, then to who has least. */
  private WaterFilling toppedUp() {
    return fill((place, party) -> party.vessel(party.had(), Math.max(party.had(), party.demand())));
  }

  private WaterFilling fill(BiFunction<Integer, Party, WaterFilling.Vessel> vessel) {
    return WaterFilling.fill(
        amount,
        IntStream.range(0, parties.size())
            .mapToObj(place -> vessel.apply(place, parties.get(place)))
            .toList());
  }
}
