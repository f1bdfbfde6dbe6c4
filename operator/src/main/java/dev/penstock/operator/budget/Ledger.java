package dev.penstock.operator.budget;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The durable upper bound of what every instance of a server may believe its grant to be, and the
 * only transitions it may take. It keeps the law
 *
 * <pre>  Σ held ≤ Σ bound ≤ budget</pre>
 *
 * at every instant, whatever is lost, late, doubled or crashed, provided that its caller
 *
 * <ol>
 *   <li>writes every changed ledger by compare-and-set against the one it was computed from, and
 *       only then sends its {@linkplain #outstanding messages}: so no two operators own one round;
 *   <li>{@linkplain #forget forgets} an instance only once it is known to hold nothing, for ever.
 * </ol>
 *
 * <p>A raise is written before it is told. A lowering is told first: the bound comes down only when
 * the instance has answered the very round of the lowering with no more held than its new grant,
 * because from then on it refuses every earlier round.
 *
 * @param round the last round decided; grows for ever, 0 before the first
 * @param entries by instance; an instance that never had anything has none
 */
public record Ledger(long round, SortedMap<String, Entry> entries) {

  /** The ledger of a server that has given nothing yet. */
  public static final Ledger EMPTY = new Ledger(0, new TreeMap<>());

  public Ledger {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  /**
   * What is known of one instance.
   *
   * @param bound the most it can believe its grant to be, and the most it can hold
   * @param grant the grant last decided, at most {@code bound}
   * @param round the round of that decision
   */
  public record Entry(int bound, int grant, long round) {
    public Entry {
      if (grant < 0 || bound < grant || round < 0) {
        throw new IllegalArgumentException(
            "an entry needs 0 ≤ grant ≤ bound and round ≥ 0, was grant %d, bound %d, round %d"
                .formatted(grant, bound, round));
      }
    }
  }

  /**
   * What an instance says of itself.
   *
   * @param id the instance: pod UID and incarnation
   * @param round the highest round it has accepted
   * @param grant the grant of that round
   * @param held connections it has open
   */
  public record Heard(String id, long round, int grant, int held) {
    public Heard {
      if (round < 0 || grant < 0 || held < 0) {
        throw new IllegalArgumentException(
            "round, grant and held are at least 0, were %d, %d and %d of %s"
                .formatted(round, grant, held, id));
      }
    }
  }

  /** What is to be told to an instance, once the ledger that says so is written. */
  public record Message(String id, long round, int grant) {}

  /** Connections that are spoken for: the sum of all bounds. */
  public long committed() {
    return entries.values().stream().mapToLong(Entry::bound).sum();
  }

  /** The sum of the grants last decided. */
  public long granted() {
    return entries.values().stream().mapToLong(Entry::grant).sum();
  }

  /** The grant last decided for an instance, 0 for one without an entry. */
  public int grantOf(String id) {
    Entry entry = entries.get(id);
    return entry == null ? 0 : entry.grant();
  }

  /**
   * Takes in what instances report: lowers the bounds of those that have done as they were told. An
   * instance that knows of a later round than its entry shows that a written ledger was lost (a
   * resource restored from a backup); what it believes is then taken over as its bound.
   */
  public Ledger hear(Collection<Heard> reports) {
    SortedMap<String, Entry> next = new TreeMap<>(entries);
    long latest = round;
    for (Heard heard : reports) {
      Entry entry = next.get(heard.id());
      if (knowsMore(heard, entry)) {
        int believed = Math.max(heard.grant(), heard.held());
        int bound = entry == null ? believed : Math.max(entry.bound(), believed);
        next.put(heard.id(), new Entry(bound, heard.grant(), heard.round()));
        latest = Math.max(latest, heard.round());
      } else if (entry != null
          && heard.round() == entry.round()
          && heard.held() <= entry.grant()
          && entry.bound() > entry.grant()) {
        next.put(heard.id(), new Entry(entry.grant(), entry.grant(), entry.round()));
      }
    }
    return new Ledger(latest, next);
  }

  private static boolean knowsMore(Heard heard, @Nullable Entry entry) {
    if (entry == null) {
      return heard.round() > 0;
    }
    return heard.round() > entry.round()
        || (heard.round() == entry.round() && heard.grant() != entry.grant());
  }

  /**
   * Counts an instance of which nothing is known but that it may hold connections: its entry was
   * lost and it has not been heard since.
   *
   * @param bound the most it may hold
   */
  public Ledger suppose(String id, int bound) {
    if (entries.containsKey(id)) {
      return this;
    }
    SortedMap<String, Entry> next = new TreeMap<>(entries);
    next.put(id, new Entry(bound, 0, round));
    return new Ledger(round, next);
  }

  /** Frees what an instance had, once it is confirmed to hold nothing for ever. */
  public Ledger forget(String id) {
    SortedMap<String, Entry> next = new TreeMap<>(entries);
    next.remove(id);
    return new Ledger(round, next);
  }

  /**
   * Goes as far towards {@code targets} as the law lets it: lowers what is to be lowered, raises
   * only out of what no bound speaks for, the lowest grants first. Nothing is raised while the
   * bounds exceed the budget.
   *
   * @param targets the wanted grant of each instance; one that has an entry and no target stays
   * @return this ledger if nothing changes, otherwise one of the next round
   */
  public Ledger plan(Budget budget, Map<String, Integer> targets) {
    long free = budget.connections() - committed();
    Map<String, Integer> grants = new TreeMap<>();
    List<String> raised = new ArrayList<>();
    List<WaterFilling.Vessel> raises = new ArrayList<>();
    for (Map.Entry<String, Integer> target : new TreeMap<>(targets).entrySet()) {
      String id = target.getKey();
      int wanted = target.getValue();
      int granted = grantOf(id);
      Entry entry = entries.get(id);
      if (wanted <= granted) {
        grants.put(id, wanted);
      } else if (free >= 0) {
        // Up to its bound a raise costs nothing: the lowering it takes back was never acknowledged.
        int paid = entry == null ? 0 : Math.min(wanted, entry.bound());
        grants.put(id, paid);
        if (wanted > paid) {
          raised.add(id);
          raises.add(new WaterFilling.Vessel(1, paid, wanted, wanted, granted));
        }
      }
    }
    long paid = raises.stream().mapToLong(WaterFilling.Vessel::floor).sum();
    WaterFilling filled = WaterFilling.fill(paid + Math.max(0, free), raises);
    for (int i = 0; i < raised.size(); i++) {
      grants.put(raised.get(i), filled.of(i));
    }
    return decided(grants);
  }

  private Ledger decided(Map<String, Integer> grants) {
    long next = round + 1;
    SortedMap<String, Entry> changed = new TreeMap<>(entries);
    grants.forEach(
        (id, grant) -> {
          if (grant != grantOf(id)) {
            Entry entry = entries.get(id);
            int bound = entry == null ? grant : Math.max(entry.bound(), grant);
            changed.put(id, new Entry(bound, grant, next));
          }
        });
    return changed.equals(entries) ? this : new Ledger(next, changed);
  }

  /**
   * What has been decided and not been accepted yet: to be sent, again and again, by whoever has
   * read or written this ledger.
   *
   * @param reports the last report of each instance that can be reached
   */
  public List<Message> outstanding(Collection<Heard> reports) {
    List<Message> messages = new ArrayList<>();
    for (Heard heard : reports) {
      Entry entry = entries.get(heard.id());
      if (entry != null && heard.round() < entry.round()) {
        messages.add(new Message(heard.id(), entry.round(), entry.grant()));
      }
    }
    return List.copyOf(messages);
  }
}
