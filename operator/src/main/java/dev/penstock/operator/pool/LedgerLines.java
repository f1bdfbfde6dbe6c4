package dev.penstock.operator.pool;

import dev.penstock.contract.InstanceReport;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.budget.Ledger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ledger as it is written into a status, and read back from it. */
final class LedgerLines {

  private LedgerLines() {}

  static Ledger read(ConnectionPoolStatus status) {
    SortedMap<String, Ledger.Entry> entries = new TreeMap<>();
    for (LedgerEntry line : status.ledger()) {
      // Whoever edits a status by hand must not bring the pool to a halt.
      int granted = Math.max(0, line.granted());
      int bound = Math.max(granted, line.bound());
      entries.put(line.instance(), new Ledger.Entry(bound, granted, Math.max(0, line.round())));
    }
    return new Ledger(round(status), entries);
  }

  private static long round(ConnectionPoolStatus status) {
    return status.round() == null ? 0 : Math.max(0, status.round());
  }

  /**
   * A status with the lines and the round that are missing from it.
   *
   * @param mine what this operator wrote last; of no account if others have decided rounds since
   */
  static ConnectionPoolStatus restored(ConnectionPoolStatus theirs, ConnectionPoolStatus mine) {
    if (round(theirs) > round(mine)) {
      return theirs;
    }
    Map<String, LedgerEntry> lines = new TreeMap<>();
    theirs.ledger().forEach(line -> lines.put(line.instance(), line));
    mine.ledger()
        .forEach(
            line ->
                lines.merge(
                    line.instance(), line, (one, own) -> one.bound() >= own.bound() ? one : own));
    return new ConnectionPoolStatus(
        theirs.observedGeneration(),
        theirs.replicas(),
        theirs.readyReplicas(),
        theirs.instances(),
        theirs.selector(),
        theirs.conditions(),
        theirs.server() == null ? mine.server() : theirs.server(),
        theirs.budget(),
        theirs.granted(),
        theirs.held(),
        theirs.waiting(),
        mine.round(),
        List.copyOf(lines.values()));
  }

  /**
   * The lines of a ledger.
   *
   * @param before the lines written last: what they say of a member that is silent still stands
   */
  static List<LedgerEntry> write(
      Ledger ledger, Roster roster, List<LedgerEntry> before, Instant now) {
    Map<String, Member> members =
        roster.members().stream().collect(Collectors.toMap(Member::id, Function.identity()));
    Map<String, LedgerEntry> earlier =
        before.stream()
            .collect(
                Collectors.toMap(
                    LedgerEntry::instance, Function.identity(), (one, other) -> other));
    List<LedgerEntry> lines = new ArrayList<>();
    ledger
        .entries()
        .forEach((id, entry) -> lines.add(line(id, entry, members.get(id), earlier.get(id), now)));
    return List.copyOf(lines);
  }

  private static LedgerEntry line(
      String id,
      Ledger.Entry entry,
      @Nullable Member member,
      @Nullable LedgerEntry earlier,
      Instant now) {
    InstanceState state = state(entry, member);
    String since =
        earlier != null && earlier.state() == state && earlier.since() != null
            ? earlier.since()
            : (member == null || member.since() == null ? now : member.since()).toString();
    InstanceReport report = member == null ? null : member.report();
    String pod = member == null ? earlier == null ? "" : earlier.pod() : member.pod();
    String address = member != null ? member.address() : earlier == null ? null : earlier.address();
    if (report == null) {
      int held = earlier == null ? 0 : earlier.held();
      return new LedgerEntry(
          id, pod, address, entry.bound(), entry.grant(), entry.round(), held, 0, 0, state, since);
    }
    return new LedgerEntry(
        id,
        pod,
        address,
        entry.bound(),
        entry.grant(),
        entry.round(),
        report.held(),
        report.waiting(),
        report.active(),
        state,
        since);
  }

  private static InstanceState state(Ledger.Entry entry, @Nullable Member member) {
    if (member == null || member.standing() == Member.Standing.QUARANTINED) {
      return InstanceState.Quarantined;
    }
    if (member.standing() == Member.Standing.DRAINING) {
      return InstanceState.Draining;
    }
    return entry.bound() > entry.grant() ? InstanceState.Lowering : InstanceState.Live;
  }
}
