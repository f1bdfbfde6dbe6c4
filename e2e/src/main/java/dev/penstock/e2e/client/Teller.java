package dev.penstock.e2e.client;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Does transfers as a careful application does, and judges how each ended. Thread-safe.
 *
 * <p>Made again, and no failure: an attempt that got no connection, or whose connection turned out
 * to be gone at its first statement, before anything was executed. That is what a driver's pool
 * meets when a pooler's pod goes and has told its idle clients so.
 *
 * <p>A failure: any error once the first statement has been accepted; a commit of which nobody
 * knows whether it happened; an error of the server that is not about the connection; a deadline
 * missed.
 */
final class Teller {

  private final DataSource source;
  private final Tally tally;
  private final Duration deadline;

  Teller(DataSource source, Tally tally, Duration deadline) {
    this.source = source;
    this.tally = tally;
    this.deadline = deadline;
  }

  /** Sees one transfer through to its end, whichever it is, and counts it. */
  void carryOut(Transfer transfer) {
    long start = System.nanoTime();
    while (true) {
      switch (attempt(transfer)) {
        case Outcome.Done() -> {
          tally.done(since(start));
          return;
        }
        case Outcome.Failed(String how) -> {
          tally.failed(how);
          return;
        }
        case Outcome.NotBegun(SQLException why) -> {
          if (since(start).compareTo(deadline) > 0) {
            tally.failed("not begun within " + deadline.toSeconds() + " s: " + words(why));
            return;
          }
        }
      }
    }
  }

  private Outcome attempt(Transfer transfer) {
    Phase phase = Phase.CHECKOUT;
    try (Connection connection = source.getConnection()) {
      phase = Phase.FIRST_STATEMENT;
      transfer.begin(connection);
      phase = Phase.TRANSACTION;
      transfer.carryOut(connection);
      phase = Phase.COMMIT;
      connection.commit();
      phase = Phase.RETURN;
      return new Outcome.Done();
    } catch (SQLException e) {
      return switch (phase) {
        case CHECKOUT -> {
          tally.connectRefused();
          yield new Outcome.NotBegun(e);
        }
        case FIRST_STATEMENT -> {
          if (!connectionIsGone(e)) {
            yield new Outcome.Failed("at the first statement: " + words(e));
          }
          tally.retried();
          yield new Outcome.NotBegun(e);
        }
        case TRANSACTION -> new Outcome.Failed("cut in the transaction: " + words(e));
        case COMMIT -> new Outcome.Failed("commit of unknown outcome: " + words(e));
        case RETURN -> new Outcome.Done();
      };
    }
  }

  /**
   * Whether an error says that the connection is no more, and not that a statement was wrong: the
   * connection exceptions of class 08, and the server's own farewells.
   */
  private static boolean connectionIsGone(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && (state.startsWith("08") || Set.of("57P01", "57P02", "57P03").contains(state));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String words(SQLException e) {
    return e.getSQLState() + " " + e.getMessage();
  }

  private enum Phase {
    CHECKOUT,
    FIRST_STATEMENT,
    TRANSACTION,
    COMMIT,
    RETURN
  }

  private sealed interface Outcome {

    record Done() implements Outcome {}

    /** Nothing was executed; the same transfer may be tried again. */
    record NotBegun(SQLException why) implements Outcome {}

    record Failed(String how) implements Outcome {}
  }
}
