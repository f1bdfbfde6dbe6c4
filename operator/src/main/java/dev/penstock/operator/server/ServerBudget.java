package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.ServerSpec;
import dev.penstock.crds.ServerStatus;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Headroom;
import dev.penstock.operator.probe.ServerFacts;
import dev.penstock.operator.probe.ServerView;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Penstock may use of a server. Pure.
 *
 * @param budget of all pools together; empty while it cannot be known
 * @param server what the server said, for the status; null while it was never asked
 * @param problem why there is none, with the remedy; empty if there is one
 */
record ServerBudget(Optional<Budget> budget, @Nullable ServerStatus server, String problem) {

  /**
   * Computes it.
   *
   * @param view what is known of the server now
   * @param before the status written last: what the server said once stands while it is out of
   *     reach
   */
  static ServerBudget of(ServerSpec spec, ServerView view, DatabaseServerStatus before) {
    Headroom headroom;
    try {
      headroom = Headroom.parse(text(spec.headroom()));
    } catch (IllegalArgumentException bad) {
      return new ServerBudget(Optional.empty(), before.server(), "spec.server." + bad.getMessage());
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
      return new ServerBudget(
          Optional.empty(), null, "the server has not said yet how many connections it allows");
    }
    // A number above what the server allows would promise what it refuses.
    int maxConnections = given == null ? asked : Math.min(given, asked);
    Budget whole = Budget.of(maxConnections, reserved, headroom);
    int free = Math.max(0, maxConnections - reserved) - whole.connections();
    ServerStatus status =
        new ServerStatus(maxConnections, reserved, free, whole.connections(), askedAt);
    return new ServerBudget(Optional.of(whole), status, "");
  }

  private static String text(IntOrString value) {
    return value.getStrVal() == null ? String.valueOf(value.getIntVal()) : value.getStrVal();
  }
}
