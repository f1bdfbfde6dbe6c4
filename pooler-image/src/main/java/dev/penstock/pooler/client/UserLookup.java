package dev.penstock.pooler.client;

import dev.penstock.pooler.config.StoredSecret;
import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.Refusal;
import dev.penstock.pooler.pool.Slot;
import dev.penstock.pooler.pool.Waiter;
import dev.penstock.pooler.pool.Welcome;
import dev.penstock.pooler.server.OwnQuery;
import dev.penstock.pooler.server.ServerConnection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database for what is stored of one user ({@code auth_query}), by a connection of the pool
 * of {@code auth_user}: it waits its turn like any client, and counts like any connection. Owned by
 * the event loop.
 */
final class UserLookup implements Waiter {
  private static final int COLUMNS = 2;

  /** Class of errors whose messages quote values, which here are secrets. */
  private static final String DATA_EXCEPTION = "22";

  /** One more than there may be, to see that there are too many. */
  private static final int MOST_ROWS = 2;

  /** What the database says. */
  sealed interface Result {

    /**
     * There is such a user.
     *
     * @param user as the database names it
     * @param secret a password that nothing matches when the database has none
     */
    record Found(String user, StoredSecret secret) implements Result {}

    /** There is none. */
    record Unknown() implements Result {}

    /** The console has the database that would be asked disabled. */
    record Disabled(String database) implements Result {}

    /**
     * It could not be asked.
     *
     * @param late whether only because it took too long
     * @param reason for the log; it is about a login that is no client's business
     */
    record Failed(boolean late, String reason) implements Result {}
  }

  private final Pool pool;
  private final String query;
  private final String user;
  private final long began;
  private @Nullable Consumer<Result> outcome;

  /**
   * @param pool of the database that is asked and {@code auth_user}
   * @param query {@code auth_query}
   * @param began when the wait began, by the clock of the pools
   * @param outcome called once, unless it is abandoned
   */
  UserLookup(Pool pool, String query, String user, long began, Consumer<Result> outcome) {
    this.pool = pool;
    this.query = query;
    this.user = user;
    this.began = began;
    this.outcome = outcome;
  }

  void begin() {
    pool.acquire(this);
  }

  /** No one waits for it any more. A question that is on its way is answered to no one. */
  void abandon() {
    outcome = null;
    pool.giveUp(this);
  }

  @Override
  public void serve(Slot slot) {
    if (!(slot.backend() instanceof ServerConnection server)) {
      throw new IllegalStateException("a slot with a connection of another kind");
    }
    server.ask(new OwnQuery(query, List.of(user), MOST_ROWS, this::answered));
  }

  private void answered(OwnQuery.Result answer) {
    tell(
        switch (answer) {
          case OwnQuery.Result.Failed(var sqlState, var message) ->
              new Result.Failed(
                  false,
                  "auth_query failed: %s (%s)"
                      .formatted(
                          sqlState.startsWith(DATA_EXCEPTION) ? "a value is wrong" : message,
                          sqlState));
          case OwnQuery.Result.Rows(var rows) when rows.isEmpty() -> new Result.Unknown();
          case OwnQuery.Result.Rows(var rows) when rows.size() > 1 ->
              new Result.Failed(false, "auth_query gives several rows for one user");
          case OwnQuery.Result.Rows(var rows) -> found(rows.getFirst());
        });
  }

  private static Result found(List<@Nullable String> row) {
    if (row.size() != COLUMNS) {
      return new Result.Failed(
          false, "expected %d columns from auth_query, not %d".formatted(COLUMNS, row.size()));
    }
    String name = row.get(0);
    String secret = row.get(1);
    return name == null || name.isEmpty()
        ? new Result.Unknown()
        : new Result.Found(
            name, secret == null ? new StoredSecret.Plain("") : StoredSecret.of(secret));
  }

  private void tell(Result result) {
    Consumer<Result> waiting = outcome;
    outcome = null;
    if (waiting != null) {
      waiting.accept(result);
    }
  }

  @Override
  public void refuse(Refusal refusal) {
    tell(
        new Result.Failed(
            refusal.equals(Refusal.QUERY_WAIT_TIMEOUT),
            "no connection for auth_query: " + refusal.message()));
  }

  @Override
  public void welcome(Welcome welcome) {
    throw new IllegalStateException("a lookup does not wait to be greeted");
  }

  @Override
  public long waitingSince() {
    return began;
  }
}
