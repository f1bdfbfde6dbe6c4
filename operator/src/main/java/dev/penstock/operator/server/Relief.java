package dev.penstock.operator.server;

import dev.penstock.contract.InstanceReport;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.probe.ProbeFailure;
import dev.penstock.operator.probe.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes room for the operator's own question at a server that has no connection left for it.
 *
 * <p>A server that came back with a smaller {@code max_connections} is used up by instances that
 * still hold grants of before: as long as they do, nobody can learn that it is smaller. So a few
 * connections are given back for each answer of that kind, but only a few in all, since it may as
 * well be others who use the server up. Thread-safe for different servers.
 */
final class Relief {

  /** How often more is given back, before it is others who must be using the server up. */
  private static final int MOST_STEPS = 4;

  /** How long what was given back has time to take effect. */
  private static final Duration STEP = Duration.ofSeconds(3);

  private record Given(int connections, int steps, Instant at) {}

  private final Map<ServerId, Given> given = new ConcurrentHashMap<>();

  /**
   * What may be shared for now.
   *
   * @param budget as it is known
   * @param roster the instances
   * @param committed connections that are spoken for
   */
  Budget of(
      ServerId server, ServerView view, Budget budget, Roster roster, long committed, Instant now) {
    if (view.failure() == null
        || view.failure().reason() != ProbeFailure.Reason.TooManyConnections) {
      given.remove(server);
      return budget;
    }
    int instances = roster.members().size();
    Given last = given.get(server);
    if (last == null || (last.steps() < MOST_STEPS && !now.isBefore(last.at().plus(STEP)))) {
      // One login of each instance may be under way, and is refused as the operator's was.
      long less = held(roster, committed) - instances - 1;
      int connections =
          Math.clamp(less, Math.min(instances, budget.connections()), budget.connections());
      last = new Given(connections, last == null ? 1 : last.steps() + 1, now);
      given.put(server, last);
    }
    return new Budget(Math.min(budget.connections(), last.connections()));
  }

  /** What is open, as far as it was reported; where nothing was, what is spoken for. */
  private static long held(Roster roster, long committed) {
    long held = 0;
    for (Member member : roster.members()) {
      InstanceReport report = member.report();
      if (report == null) {
        return committed;
      }
      held += report.held();
    }
    return held;
  }

  void forget(ServerId server) {
    given.remove(server);
  }
}
