package dev.penstock.operator.server;

import dev.penstock.contract.InstanceReport;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.fleet.FleetId;
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

  static Ledger read(DatabaseServerStatus status) {
    SortedMap<String, Ledger.Entry> entries = new TreeMap<>();
    for (LedgerEntry line : status.ledger()) {
      // Whoever edits a status by hand must not bring the server to a halt.
      int granted = Math.max(0, line.granted());
      int bound = Math.max(granted, line.bound());
      entries.put(line.instance(), new Ledger.Entry(bound, granted, Math.max(0, line.round())));
    }
    return new Ledger(round(status), entries);
  }

  private static long round(DatabaseServerStatus status) {
    return status.round() == null ? 0 : Math.max(0, status.round());
  }

  /**
   * A status with the lines and the round that are missing from it.
   *
   * @param mine what this operator wrote last; of no account if others have decided rounds since
   */
  static DatabaseServerStatus restored(DatabaseServerStatus theirs, DatabaseServerStatus mine) {
    if (round(theirs) > round(mine)) {
      return theirs;
    }
    Map<String, LedgerEntry> lines = new TreeMap<>();
    theirs.ledger().forEach(line -> lines.put(line.instance(), line));
    mine.ledger().forEach(line -> lines.merge(line.instance(), line, LedgerLines::higher));
    return new DatabaseServerStatus(
        theirs.observedGeneration(),
        theirs.conditions(),
        theirs.server() == null ? mine.server() : theirs.server(),
        theirs.budget(),
        theirs.direct(),
        theirs.granted(),
        theirs.bound(),
        theirs.held(),
        theirs.waiting(),
        mine.round(),
        theirs.pools(),
        List.copyOf(lines.values()));
  }

  /** Another operator may have heard that what both decided was done. */
  private static LedgerEntry higher(LedgerEntry theirs, LedgerEntry mine) {
    boolean isAcknowledged =
        theirs.round() == mine.round()
            && theirs.granted() == mine.granted()
            && theirs.bound() == theirs.granted();
    return isAcknowledged || theirs.bound() >= mine.bound() ? theirs : mine;
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
    String pool =
        member != null ? member.pool().toString() : earlier == null ? null : earlier.pool();
    if (report == null) {
      int held = earlier == null ? 0 : earlier.held();
      return new LedgerEntry(
          id,
          pod,
          address,
          entry.bound(),
          entry.grant(),
          entry.round(),
          held,
          0,
          0,
          state,
          since,
          pool);
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
        since,
        pool);
  }

  /** The pool of a line; the one that the server was made for where it names none. */
  static FleetId pool(LedgerEntry line, ServerId server) {
    return line.pool() == null
        ? new FleetId(server.namespace(), server.name())
        : FleetId.parse(line.pool());
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
