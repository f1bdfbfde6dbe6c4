package dev.penstock.operator.budget;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A small world for the law: instances that open and close connections, a network that loses,
 * delays, doubles and reorders, a store with compare-and-set, and operators that may run at once,
 * crash between any two steps and start again from what is stored. Decision and ledger are the real
 * ones.
 */
final class World {

  static final int OPERATORS = 2;

  /** An instance, as the contract says it behaves. */
  private static final class Instance {
    long round;
    int grant;
    int held;
    int demand;

    Ledger.Heard report(String id) {
      return new Ledger.Heard(id, round, grant, held);
    }
  }

  private record Stored(long version, Ledger ledger) {}

  /** What an operator holds in memory; all of it is lost in a crash. */
  private static final class Operator {
    Stored read;
    final Map<String, Ledger.Heard> heard = new LinkedHashMap<>();

    Operator(Stored read) {
      this.read = read;
    }
  }

  private final Random random;
  private Stored store = new Stored(0, Ledger.EMPTY);
  private Budget budget = new Budget(20);
  private final Map<String, Instance> instances = new LinkedHashMap<>();
  private final List<String> ended = new ArrayList<>();
  private final Set<String> confirmed = new HashSet<>();
  private final List<Ledger.Message> grantsInFlight = new ArrayList<>();
  private final List<Ledger.Heard> reportsInFlight = new ArrayList<>();
  private final Operator[] operators = new Operator[OPERATORS];
  private int born;

  World(long seed) {
    random = new Random(seed);
    for (int i = 0; i < OPERATORS; i++) {
      operators[i] = new Operator(store);
    }
  }

  /** The steps that the world may take, in any order. */
  enum Step {
    INSTANCE_STARTS,
    INSTANCE_DIES,
    CLIENTS_COME,
    CLIENTS_GO,
    INSTANCE_OPENS,
    INSTANCE_CLOSES,
    INSTANCE_REPORTS,
    REPORT_ARRIVES,
    GRANT_ARRIVES,
    NETWORK_LOSES,
    OPERATOR_READS,
    OPERATOR_DECIDES,
    OPERATOR_SENDS,
    OPERATOR_CRASHES,
    END_IS_CONFIRMED,
    BUDGET_MOVES
  }

  void take(Step step) {
    Operator operator = operators[random.nextInt(OPERATORS)];
    switch (step) {
      case INSTANCE_STARTS -> instances.put("i" + born++, new Instance());
      case INSTANCE_DIES -> any(instances).ifPresent(this::die);
      case CLIENTS_COME -> any(instances).ifPresent(i -> get(i).demand += random.nextInt(15));
      case CLIENTS_GO -> any(instances).ifPresent(i -> get(i).demand = 0);
      case INSTANCE_OPENS -> any(instances).ifPresent(i -> get(i).held = most(get(i)));
      case INSTANCE_CLOSES -> any(instances).ifPresent(i -> get(i).held = get(i).held / 2);
      case INSTANCE_REPORTS -> any(instances).ifPresent(i -> reportsInFlight.add(get(i).report(i)));
      case REPORT_ARRIVES -> arrived(reportsInFlight).ifPresent(r -> operator.heard.put(r.id(), r));
      case GRANT_ARRIVES -> arrived(grantsInFlight).ifPresent(this::accept);
      case NETWORK_LOSES -> lose();
      case OPERATOR_READS -> operator.read = store;
      case OPERATOR_DECIDES -> decide(operator);
      case OPERATOR_SENDS ->
          grantsInFlight.addAll(operator.read.ledger().outstanding(operator.heard.values()));
      case OPERATOR_CRASHES -> operators[random.nextInt(OPERATORS)] = new Operator(store);
      case END_IS_CONFIRMED -> confirmEnd(operator);
      case BUDGET_MOVES -> budget = new Budget(10 + random.nextInt(30));
    }
  }

  private static int most(Instance instance) {
    return Math.max(instance.held, Math.min(instance.grant, instance.demand));
  }

  private void die(String id) {
    instances.remove(id);
    ended.add(id);
  }

  private Instance get(String id) {
    Instance instance = instances.get(id);
    if (instance == null) {
      throw new IllegalStateException(id + " is not there");
    }
    return instance;
  }

  private void accept(Ledger.Message message) {
    Instance instance = instances.get(message.id());
    if (instance != null && message.round() > instance.round) {
      instance.round = message.round();
      instance.grant = message.grant();
    }
  }

  private void lose() {
    (random.nextBoolean() ? grantsInFlight : reportsInFlight).removeIf(_ -> random.nextBoolean());
  }

  private void decide(Operator operator) {
    Ledger ledger = operator.read.ledger().hear(operator.heard.values());
    List<Claim> claims = new ArrayList<>();
    for (Ledger.Heard heard : operator.heard.values()) {
      Instance instance = instances.get(heard.id());
      int demand = instance == null ? 0 : instance.demand;
      int waiting = Math.max(0, demand - heard.grant());
      long order = Long.parseLong(heard.id().substring(1));
      int granted = ledger.grantOf(heard.id());
      claims.add(new Claim(heard.id(), order, demand, waiting, granted, Claim.State.SERVING));
    }
    ledger.entries().entrySet().stream()
        .filter(entry -> !operator.heard.containsKey(entry.getKey()))
        .forEach(
            entry ->
                claims.add(
                    new Claim(
                        entry.getKey(), 0, 0, 0, entry.getValue().bound(), Claim.State.SILENT)));
    Decision decision = Decision.decide(budget, List.of(Share.whole("", claims)), true);
    write(operator, ledger.plan(budget, decision.grants()));
  }

  private void confirmEnd(Operator operator) {
    if (!ended.isEmpty()) {
      String gone = ended.get(random.nextInt(ended.size()));
      confirmEnd(operator, gone);
    }
  }

  /** A conflict makes the operator read again and keep nothing of what it computed. */
  private void write(Operator operator, Ledger ledger) {
    if (operator.read.version() == store.version()) {
      long mostCommitted = Math.max(budget.connections(), store.ledger().committed());
      store = new Stored(store.version() + 1, ledger);
      // An operator that has not heard of a confirmed end may take the dead one in again: that
      // counts what no one holds, and takes nothing from the law.
      long ofTheDead =
          ledger.entries().entrySet().stream()
              .filter(entry -> confirmed.contains(entry.getKey()))
              .mapToLong(entry -> entry.getValue().bound())
              .sum();
      check(
          ledger.committed() - ofTheDead <= mostCommitted,
          "a write spoke for more than the budget and more than before");
    }
    operator.read = store;
  }

  /** A message stays in flight after it arrived in one case of three: it will arrive again. */
  private <T> Optional<T> arrived(List<T> inFlight) {
    if (inFlight.isEmpty()) {
      return Optional.empty();
    }
    int index = random.nextInt(inFlight.size());
    T message = inFlight.get(index);
    if (random.nextInt(3) > 0) {
      inFlight.remove(index);
    }
    return Optional.of(message);
  }

  private Optional<String> any(Map<String, Instance> from) {
    List<String> ids = List.copyOf(from.keySet());
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids.get(random.nextInt(ids.size())));
  }

  /** Held by each that lives, at most its bound; bounds, at most the budget once it was reached. */
  void checkLaw() {
    Ledger ledger = store.ledger();
    instances.forEach(
        (id, instance) -> {
          Ledger.Entry entry = ledger.entries().get(id);
          int bound = entry == null ? 0 : entry.bound();
          check(instance.held <= bound, id + " holds " + instance.held + " of " + bound);
          check(instance.grant <= bound, id + " believes in " + instance.grant + " of " + bound);
        });
    long held = instances.values().stream().mapToLong(instance -> instance.held).sum();
    check(held <= ledger.committed(), "Σ held " + held + " of " + ledger.committed());
  }

  /** Lets the world come to rest: no more losses, every instance closes what it must. */
  void settle() {
    Operator last = operators[0];
    last.read = store;
    for (String gone : ended) {
      confirmEnd(last, gone);
    }
    ended.clear();
    last.heard.keySet().retainAll(instances.keySet());
    for (int turn = 0; turn < 10; turn++) {
      instances.forEach(
          (id, instance) -> {
            instance.held = Math.min(instance.grant, instance.held);
            last.heard.put(id, instance.report(id));
          });
      decide(last);
      last.read.ledger().outstanding(last.heard.values()).forEach(this::accept);
      checkLaw();
    }
  }

  private void confirmEnd(Operator operator, String gone) {
    confirmed.add(gone);
    operator.heard.remove(gone);
    write(operator, operator.read.ledger().forget(gone));
  }

  /** What is given out once all has settled. */
  int grantedAtRest() {
    return instances.values().stream().mapToInt(instance -> instance.grant).sum();
  }

  int budgetAtRest() {
    return instances.isEmpty() ? 0 : budget.connections();
  }

  private void check(boolean holds, String broken) {
    if (!holds) {
      throw new AssertionError(broken + "; ledger " + store.ledger() + ", budget " + budget);
    }
  }
}
