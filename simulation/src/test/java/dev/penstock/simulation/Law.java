package dev.penstock.simulation;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Headroom;
import dev.penstock.operator.probe.ServerFacts;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must hold at every instant, and what must hold when all faults have been over for long. */
final class Law {

  private final World world;
  private Map<String, LedgerEntry> ledger = Map.of();
  private @Nullable DatabaseServer read;

  Law(World world) {
    this.world = world;
  }

  /** Read once of each version: it is asked for after every event. */
  @SuppressWarnings("ReferenceEquality")
  private Map<String, LedgerEntry> ledger() {
    DatabaseServer current = world.api().current();
    if (current != read) {
      read = current;
      ledger =
          status(current).ledger().stream()
              .collect(
                  Collectors.toMap(
                      LedgerEntry::instance, line -> line, (one, _) -> one, LinkedHashMap::new));
    }
    return ledger;
  }

  private static DatabaseServerStatus status(DatabaseServer server) {
    return Optional.ofNullable(server.getStatus()).orElse(DatabaseServerStatus.EMPTY);
  }

  private static long bound(DatabaseServer server) {
    return status(server).ledger().stream().mapToLong(LedgerEntry::bound).sum();
  }

  static Budget budget(DatabaseServer server, int maxConnections) {
    String headroom =
        Optional.ofNullable(server.getSpec().server().headroom().getStrVal())
            .orElseGet(() -> String.valueOf(server.getSpec().server().headroom().getIntVal()));
    return Budget.of(maxConnections, Database.RESERVED, Headroom.parse(headroom));
  }

  /** What an instance holds at the server, and all together: at most what is written. */
  void check() {
    Map<String, LedgerEntry> lines = ledger();
    Map<String, Integer> held = new HashMap<>();
    world
        .database()
        .byProcess()
        .forEach(
            (process, count) -> held.merge(world.cluster().identity(process), count, Integer::sum));
    held.forEach(
        (id, count) -> {
          LedgerEntry line = lines.get(id);
          int bound = line == null ? 0 : line.bound();
          if (count > bound) {
            throw new Broken("%s holds %d of %d".formatted(id, count, bound));
          }
        });
  }

  /**
   * A write speaks for no more than the budget that its writer knew, or for no more than before.
   *
   * @param facts what the database had told the writer when it sent this; null if nothing yet
   */
  void written(
      String writer, @Nullable ServerFacts facts, DatabaseServer before, DatabaseServer after) {
    DatabaseServerStatus status = status(before);
    int known =
        facts != null
            ? facts.maxConnections()
            : status.server() == null ? 0 : status.server().maxConnections();
    long bound = aliveBound(after);
    long allowed = Math.max(bound(before), budget(before, known).connections());
    if (bound > allowed) {
      throw new Broken(
          "%s wrote bounds of %d where %d were allowed: %s, before %s"
              .formatted(writer, bound, allowed, status(after).ledger(), status.ledger()));
    }
  }

  /** An operator that has not heard of an end may take the dead one in again: no one holds that. */
  private long aliveBound(DatabaseServer after) {
    Map<String, Integer> held = world.database().byProcess();
    return status(after).ledger().stream()
        .filter(
            line ->
                world.cluster().everStarted().stream()
                    .anyMatch(
                        instance ->
                            world.cluster().identity(instance.process()).equals(line.instance())
                                && (instance.isAlive() || held.containsKey(instance.process()))))
        .mapToLong(LedgerEntry::bound)
        .sum();
  }

  /** Why the world is not at rest; empty when it is as the decision wants it. */
  Optional<String> unrest() {
    Map<String, LedgerEntry> lines = ledger();
    Map<String, Instance> alive = new LinkedHashMap<>();
    for (Node node : world.cluster().nodes()) {
      node.process().ifPresent(p -> alive.put(world.cluster().identity(p.process()), p));
    }
    for (LedgerEntry line : lines.values()) {
      Instance instance = alive.get(line.instance());
      if (instance == null) {
        return Optional.of("no process for " + line);
      }
      if (line.bound() != line.granted()
          || instance.report().grant() != line.granted()
          || instance.report().round() != line.round()) {
        return Optional.of(line + " of " + instance.report());
      }
    }
    DatabaseServer server = world.api().current();
    int budget = budget(server, world.database().maxConnections()).connections();
    long bound = bound(server);
    if (bound > budget) {
      return Optional.of("bounds of %d over the budget of %d".formatted(bound, budget));
    }
    int counted = alive.values().stream().mapToInt(instance -> instance.report().held()).sum();
    if (world.database().count() != counted) {
      return Optional.of(
          "the server has %d, the instances count %d".formatted(world.database().count(), counted));
    }
    return alive.isEmpty() ? Optional.empty() : unfair(List.copyOf(alive.values()), budget, bound);
  }

  private static Optional<String> unfair(List<Instance> alive, int budget, long bound) {
    if (bound < budget) {
      return Optional.of("only %d of %d are given out".formatted(bound, budget));
    }
    boolean starves =
        alive.stream().anyMatch(one -> one.report().grant() < Math.max(1, one.wantedClients()));
    boolean spares =
        alive.stream().anyMatch(one -> one.report().grant() > Math.max(1, one.wantedClients()));
    return starves && spares
        ? Optional.of(
            "some wait while others have to spare: "
                + alive.stream()
                    .map(one -> one.wantedClients() + " clients: " + one.report())
                    .toList())
        : Optional.empty();
  }

  /** The law is broken. */
  static final class Broken extends AssertionError {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message);
    }
  }
}
