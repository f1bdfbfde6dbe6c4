package dev.penstock.pooler.console;

import dev.penstock.pooler.client.Console;
import dev.penstock.pooler.client.ConsoleClient;
import dev.penstock.pooler.client.ConsoleSession;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Traffic;
import org.jspecify.annotations.Nullable;

/**
 * The admin console: who may use it ({@code admin_users}, {@code stats_users}), and what comes of
 * its commands. Owned by the event loop.
 */
public final class AdminConsole implements Console {
  private static final String NO_TAKEOVER =
      "SHOW FDS is not supported: a process cannot be taken over";
  private static final String HELP =
      """

      \tSHOW HELP|CONFIG|DATABASES|POOLS|CLIENTS|SERVERS|USERS|VERSION
      \tSHOW PEERS|PEER_POOLS
      \tSHOW SOCKETS|ACTIVE_SOCKETS|LISTS|MEM|STATE|GRANT
      \tSHOW DNS_HOSTS|DNS_ZONES
      \tSHOW STATS|STATS_TOTALS|STATS_AVERAGES|TOTALS""";

  private final Inside inside;
  private final Traffic traffic = new Traffic();
  private final Views views;

  public AdminConsole(Inside inside) {
    this.inside = inside;
    this.views = new Views(inside, traffic);
  }

  @Override
  public @Nullable ConsoleSession open(String user, ConsoleClient client) {
    Settings settings = inside.config().get().settings();
    boolean admin = settings.get(Settings.ADMIN_USERS).contains(user);
    if (!admin && !settings.get(Settings.STATS_USERS).contains(user)) {
      return null;
    }
    traffic.login();
    return new Session(this, client, admin);
  }

  /** What time alone brings about; to be called a few times a second. */
  public void tick() {
    views.tick();
  }

  /** What has passed through the console. */
  Traffic traffic() {
    return traffic;
  }

  /**
   * Does what is asked for.
   *
   * @param admin whether the client may do more than look
   * @throws CommandException when it cannot be done
   */
  Reply execute(Command command, boolean admin) throws CommandException {
    return switch (command) {
      case Command.Nothing _ -> new Reply.Nothing();
      case Command.Show(var what) -> show(what);
      case Command.Set(var key, var _) -> {
        if (StandIns.knows(key)) {
          yield new Reply.Notice("SET ignored", "", "SET");
        }
        requireAdmin(admin);
        throw new CommandException("SET failed");
      }
    };
  }

  private Reply show(String what) throws CommandException {
    if (what.equalsIgnoreCase("help")) {
      return new Reply.Notice("Console usage", HELP, "SHOW");
    }
    if (what.equalsIgnoreCase("fds")) {
      throw new CommandException("0A000", NO_TAKEOVER);
    }
    Table table = views.show(what);
    if (table == null) {
      throw CommandParser.unknown("SHOW " + what);
    }
    return new Reply.Rows(table);
  }

  private static void requireAdmin(boolean admin) throws CommandException {
    if (!admin) {
      throw new CommandException("42501", "admin access needed");
    }
  }
}
