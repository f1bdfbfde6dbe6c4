package dev.penstock.operator.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Servers for the properties of the decision: any pools with any claims, and what is asked of them.
 */
final class AnyShares {

  static final int NO_MAX = Integer.MAX_VALUE;

  private AnyShares() {}

  /** Up to six pools of up to eight instances, that may be anything. */
  static Arbitrary<List<Share>> any() {
    return of(
        Arbitraries.frequency(
            Tuple.of(8, Claim.State.SERVING),
            Tuple.of(1, Claim.State.DRAINING),
            Tuple.of(1, Claim.State.SILENT)),
        Arbitraries.integers().between(0, 40),
        6,
        8);
  }

  /** Pools that have been given nothing yet, small enough to try every way of sharing. */
  static Arbitrary<List<Share>> freshAndFew() {
    return of(Arbitraries.just(Claim.State.SERVING), Arbitraries.just(0), 3, 2);
  }

  private static Arbitrary<List<Share>> of(
      Arbitrary<Claim.State> states, Arbitrary<Integer> granted, int pools, int instances) {
    Arbitrary<Claim> claims =
        Combinators.combine(
                Arbitraries.longs().between(0, 20),
                Arbitraries.integers().between(0, 60),
                Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(0, 20)),
                granted,
                states)
            .as(
                (order, demand, waiting, had, state) ->
                    new Claim("", order, demand, waiting, had, state));
    return Combinators.combine(
            Arbitraries.longs().between(0, 3),
            Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(0, 40)),
            Arbitraries.oneOf(Arbitraries.just(NO_MAX), Arbitraries.integers().between(0, 60)),
            Arbitraries.oneOf(
                Arbitraries.integers().between(1, 4),
                Arbitraries.integers().between(1, Share.MOST_WEIGHT)),
            claims.list().ofMaxSize(instances))
        .as((order, min, max, weight, list) -> new Share("", order, min, max, weight, list))
        .list()
        .ofMaxSize(pools)
        .map(AnyShares::named);
  }

  private static List<Share> named(List<Share> shares) {
    List<Share> named = new ArrayList<>();
    for (Share share : shares) {
      String pool = "p" + named.size();
      List<Claim> claims = new ArrayList<>();
      for (Claim each : share.claims()) {
        String id = pool + "i" + claims.size();
        claims.add(
            new Claim(
                id, each.order(), each.demand(), each.waiting(), each.granted(), each.state()));
      }
      named.add(with(share, pool, claims));
    }
    return named;
  }

  private static Share with(Share share, String pool, List<Claim> claims) {
    return new Share(pool, share.order(), share.min(), share.max(), share.weight(), claims);
  }

  /** The same pools, having been granted this. */
  static List<Share> granted(List<Share> shares, Map<String, Integer> grants) {
    return shares.stream()
        .map(share -> with(share, share.pool(), grantedTo(share.claims(), grants)))
        .toList();
  }

  private static List<Claim> grantedTo(List<Claim> claims, Map<String, Integer> grants) {
    return claims.stream()
        .map(
            claim ->
                new Claim(
                    claim.id(),
                    claim.order(),
                    claim.demand(),
                    claim.waiting(),
                    grants.getOrDefault(claim.id(), 0),
                    claim.state()))
        .toList();
  }

  static Stream<Claim> claims(List<Share> shares) {
    return shares.stream().flatMap(share -> share.claims().stream());
  }

  static Stream<Claim> serving(Share share) {
    return share.claims().stream().filter(claim -> claim.state() == Claim.State.SERVING);
  }

  /** What the instances of a pool that are silent or leave have in any case. */
  static long kept(Share share) {
    return share.claims().stream()
        .mapToLong(
            claim ->
                switch (claim.state()) {
                  case SERVING -> 0;
                  case SILENT -> claim.granted();
                  case DRAINING -> Math.min(claim.granted(), claim.demand());
                })
        .sum();
  }
}
