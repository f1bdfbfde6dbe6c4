package dev.penstock.operator.budget;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a pool has before anything is shared.
 *
 * @param share the pool, its claims the older first
 * @param kept what its silent and draining instances keep
 * @param admitted its serving instances that have a floor, the older first
 * @param reserve what its min gives it above {@code kept} and the floors
 */
record Guarantee(Share share, long kept, List<Claim> admitted, int reserve) {

  private static final Comparator<Claim> OLDEST_FIRST =
      Comparator.comparingLong(Claim::order).thenComparing(Claim::id);

  /**
   * The guarantees of all pools: what is kept is off the top, then floors, then mins.
   *
   * @return the older pools first
   */
  static List<Guarantee> of(Budget budget, List<Share> shares) {
    List<Guarantee> kept =
        shares.stream()
            .sorted(Comparator.comparingLong(Share::order).thenComparing(Share::pool))
            .map(Guarantee::kept)
            .toList();
    long available =
        Math.max(0, budget.connections() - kept.stream().mapToLong(Guarantee::kept).sum());
    List<Guarantee> floored = floored(available, kept);
    long left = available - floored.stream().mapToLong(Guarantee::floors).sum();
    List<Guarantee> guarantees = new ArrayList<>();
    for (Guarantee each : floored) {
      int reserve = (int) Math.min(left, each.lacking());
      left -= reserve;
      guarantees.add(new Guarantee(each.share, each.kept, each.admitted, reserve));
    }
    return List.copyOf(guarantees);
  }

  /** Those who serve stand in {@code admitted} as far as the max has room for their floors. */
  private static Guarantee kept(Share share) {
    Share sorted =
        new Share(
            share.pool(),
            share.order(),
            Math.min(share.min(), share.max()),
            share.max(),
            share.weight(),
            share.claims().stream().sorted(OLDEST_FIRST).toList());
    long kept = sorted.claims().stream().mapToLong(Claim::kept).sum();
    List<Claim> admitted =
        sorted.claims().stream()
            .filter(Claim::isServing)
            .limit(Math.max(0, share.max() - kept) / Decision.FLOOR)
            .toList();
    return new Guarantee(sorted, kept, admitted, 0);
  }

  /** Where not all floors fit, the oldest instances of all pools have theirs. */
  private static List<Guarantee> floored(long available, List<Guarantee> guarantees) {
    if (guarantees.stream().mapToLong(Guarantee::floors).sum() <= available) {
      return guarantees;
    }
    List<Claim> oldest =
        guarantees.stream()
            .flatMap(each -> each.admitted.stream())
            .sorted(OLDEST_FIRST)
            .limit(available / Decision.FLOOR)
            .toList();
    if (oldest.isEmpty()) {
      return guarantees.stream()
          .map(each -> new Guarantee(each.share, each.kept, List.of(), 0))
          .toList();
    }
    Claim youngest = oldest.getLast();
    return guarantees.stream()
        .map(
            each ->
                new Guarantee(
                    each.share,
                    each.kept,
                    each.admitted.stream()
                        .filter(claim -> OLDEST_FIRST.compare(claim, youngest) <= 0)
                        .toList(),
                    0))
        .toList();
  }

  private long floors() {
    return (long) admitted.size() * Decision.FLOOR;
  }

  private long lacking() {
    return admitted.isEmpty() ? 0 : Math.max(0, share.min() - kept - floors());
  }

  /** Whether there is anyone to give anything. */
  boolean takesPart() {
    return !admitted.isEmpty();
  }

  /** What the pool has in any case. */
  long total() {
    return kept + floors() + reserve;
  }

  /** The pool among the others, which is there if it takes part. */
  Sharing.Party party() {
    long had = kept + admitted.stream().mapToLong(Claim::granted).sum();
    long demand = kept + admitted.stream().mapToLong(Claim::usable).sum();
    int guaranteed = Math.toIntExact(total());
    return new Sharing.Party(
        share.weight(),
        guaranteed,
        Math.clamp(demand, guaranteed, share.max()),
        share.max(),
        (int) Math.min(had, share.max()),
        admitted.stream().anyMatch(claim -> claim.waiting() > 0));
  }

  Decision.Admission admission() {
    long needed = share.claims().stream().filter(Claim::isServing).count() * Decision.FLOOR;
    if (floors() < needed) {
      return new Decision.Admission.Unsatisfiable((int) needed, (int) floors());
    }
    long unmet = admitted.isEmpty() ? 0 : share.min() - total();
    return unmet > 0
        ? new Decision.Admission.MinimumUnmet(share.min(), (int) total())
        : new Decision.Admission.Satisfied();
  }
}
