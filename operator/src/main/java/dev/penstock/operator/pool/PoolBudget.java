package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.ServerSpec;
import dev.penstock.crds.ServerStatus;
import dev.penstock.crds.ShareSpec;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Headroom;
import dev.penstock.operator.server.ServerFacts;
import dev.penstock.operator.server.ServerView;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a pool may use of its server. Pure.
 *
 * @param budget of the pool; empty while it cannot be known
 * @param server what the server said, for the status; null while it was never asked
 * @param problem why there is none, or less than was asked for, with the remedy; empty if all is
 *     well
 */
record PoolBudget(Optional<Budget> budget, @Nullable ServerStatus server, String problem) {

  /**
   * Computes it.
   *
   * @param view what is known of the server now
   * @param before the status written last: what the server said once stands while it is out of
   *     reach
   */
  static PoolBudget of(
      ServerSpec spec, @Nullable ShareSpec share, ServerView view, ConnectionPoolStatus before) {
    Headroom headroom;
    try {
      headroom = Headroom.parse(text(spec.headroom()));
    } catch (IllegalArgumentException bad) {
      return new PoolBudget(Optional.empty(), before.server(), "spec.server." + bad.getMessage());
    }
    ServerFacts facts = view.facts();
    ServerStatus known = before.server();
    Integer given = spec.maxConnections().getIntVal();
    int reserved;
    int asked;
    String askedAt;
    if (facts != null) {
      asked = facts.maxConnections();
      reserved = facts.reservedTogether();
      askedAt = facts.askedAt().toString();
    } else if (known != null) {
      asked = known.maxConnections();
      reserved = known.reserved();
      askedAt = known.checkedAt();
    } else {
      return new PoolBudget(
          Optional.empty(), null, "the server has not said yet how many connections it allows");
    }
    // A number above what the server allows would promise what it refuses.
    int maxConnections = given == null ? asked : Math.min(given, asked);
    Budget whole = Budget.of(maxConnections, reserved, headroom);
    int free = Math.max(0, maxConnections - reserved) - whole.connections();
    ServerStatus status =
        new ServerStatus(maxConnections, reserved, free, whole.connections(), askedAt);
    return shared(whole, share, status);
  }

  private static PoolBudget shared(Budget whole, @Nullable ShareSpec share, ServerStatus status) {
    if (share == null) {
      return new PoolBudget(Optional.of(whole), status, "");
    }
    int most = share.max() == null ? whole.connections() : share.max();
    String problem =
        share.min() != null && share.min() > whole.connections()
            ? "spec.share.min is %d and the server's budget only %d: lower spec.share.min, or raise"
                    .formatted(share.min(), whole.connections())
                + " max_connections of the server"
            : "";
    return new PoolBudget(
        Optional.of(new Budget(Math.min(most, whole.connections()))), status, problem);
  }

  private static String text(IntOrString value) {
    return value.getStrVal() == null ? String.valueOf(value.getIntVal()) : value.getStrVal();
  }
}
