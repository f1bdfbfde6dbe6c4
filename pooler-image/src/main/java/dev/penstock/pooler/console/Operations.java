package dev.penstock.pooler.console;

import dev.penstock.pooler.client.Clients;
import dev.penstock.pooler.client.Console;
import dev.penstock.pooler.pool.Holds;
import dev.penstock.pooler.pool.Slot;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands that hold up, close and kill. All are an administrator's. */
final class Operations {
  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final Inside inside;
  private final Holds holds;

  Operations(Inside inside) {
    this.inside = inside;
    this.holds = inside.pools().holds();
  }

  /** Does something to one database, or to all. */
  Reply to(Command.Verb verb, String database) throws CommandException {
    String named = database.isEmpty() ? "" : " '" + CommandParser.onOneLine(database) + "'";
    LOG.info("{}{} command issued", verb, named);
    if (!database.isEmpty()) {
      check(verb, database);
    }
    String tag = verb.name();
    switch (verb) {
      case PAUSE -> {
        requireNotHeld();
        CompletableFuture<Void> closed = database.isEmpty() ? holds.pause() : holds.pause(database);
        return Reply.Later.orCancelled(closed, tag, () -> lift(database));
      }
      case RESUME -> resume(database);
      case DISABLE -> holds.disable(database, true);
      case ENABLE -> holds.disable(database, false);
      case RECONNECT ->
          holds.reconnect(key -> database.isEmpty() || key.database().equals(database));
      case KILL -> {
        requireNotHeld();
        kill(database);
      }
      case WAIT_CLOSE -> {
        CompletableFuture<Void> closed =
            holds.gone(slot -> slot.isOutdated() && isOf(slot, database));
        return Reply.Later.orCancelled(closed, tag, () -> {});
      }
    }
    return new Reply.Done(tag);
  }

  Reply suspend() throws CommandException {
    LOG.info("SUSPEND command issued");
    requireNotHeld();
    if (holds.isAnyPaused()) {
      throw new CommandException("cannot suspend with paused databases");
    }
    return Reply.Later.orCancelled(holds.suspend(), "SUSPEND", holds::resume);
  }

  Reply killClient(String id) throws CommandException {
    LOG.info("KILL_CLIENT '{}' command issued", CommandParser.onOneLine(id));
    if (!NUMBER.matcher(id).matches()) {
      throw new CommandException("invalid client pointer supplied");
    }
    if (!inside.clients().kill(Long.parseLong(id))) {
      throw new CommandException("client not found");
    }
    return new Reply.Done("KILL_CLIENT");
  }

  private static boolean isOf(Slot slot, String database) {
    return database.isEmpty() || slot.pool().key().database().equals(database);
  }

  private void check(Command.Verb verb, String database) throws CommandException {
    if (database.equals(Console.DATABASE)) {
      throw new CommandException(
          switch (verb) {
                case PAUSE -> "cannot pause admin db: ";
                case RESUME -> "cannot resume admin db: ";
                case DISABLE -> "cannot disable admin db: ";
                case ENABLE -> "cannot enable admin db: ";
                case RECONNECT -> "cannot reconnect admin db: ";
                case KILL -> "cannot kill admin db: ";
                case WAIT_CLOSE -> "cannot wait in admin db: ";
              }
              + database);
    }
    if (inside.config().get().database(database) == null) {
      throw new CommandException("no such database: " + database);
    }
  }

  private void requireNotHeld() throws CommandException {
    if (holds.isPaused() || holds.isSuspended()) {
      throw new CommandException("already suspended/paused");
    }
  }

  private void resume(String database) throws CommandException {
    if (inside.pools().isDraining()) {
      throw new CommandException("57P01", "pooler is shutting down");
    }
    if (!database.isEmpty() && !holds.isPaused(database)) {
      throw new CommandException("database %s is not paused".formatted(database));
    }
    if (database.isEmpty() && !holds.isPaused() && !holds.isSuspended() && !holds.isAnyPaused()) {
      throw new CommandException("pooler is not paused/suspended");
    }
    if (database.isEmpty()) {
      holds.resumeAll();
    } else {
      holds.resume(database);
    }
  }

  private void lift(String database) {
    if (database.isEmpty()) {
      holds.resume();
    } else {
      holds.resume(database);
    }
  }

  /** First the clients: their servers are told to go with them. */
  private void kill(String database) {
    Set<String> databases =
        database.isEmpty()
            ? inside.pools().all().stream()
                .map(pool -> pool.key().database())
                .collect(Collectors.toSet())
            : Set.of(database);
    inside.clients().kill(databases::contains, Clients.DATABASE_REMOVED);
    for (String killed : databases) {
      // Nobody waits for the last of its connections to be gone.
      var _ = holds.pause(killed);
    }
  }
}
