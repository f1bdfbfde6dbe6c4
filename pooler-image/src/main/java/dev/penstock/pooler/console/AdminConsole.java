package dev.penstock.pooler.console;

import dev.penstock.pooler.client.Console;
import dev.penstock.pooler.client.ConsoleClient;
import dev.penstock.pooler.client.ConsoleSession;
import dev.penstock.pooler.config.AuthType;
import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Traffic;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin console: who may use it ({@code admin_users}, {@code stats_users}), and what comes of
 * its commands. Owned by the event loop.
 */
public final class AdminConsole implements Console {
  private static final Logger LOG = LoggerFactory.getLogger(AdminConsole.class);
  private static final String SET_FAILED = "SET failed";
  private static final String NO_TAKEOVER =
      "SHOW FDS is not supported: a process cannot be taken over";
  private static final String HELP =
      """

      \tSHOW HELP|CONFIG|DATABASES|POOLS|CLIENTS|SERVERS|USERS|VERSION
      \tSHOW PEERS|PEER_POOLS
      \tSHOW SOCKETS|ACTIVE_SOCKETS|LISTS|MEM|STATE|GRANT
      \tSHOW DNS_HOSTS|DNS_ZONES
      \tSHOW STATS|STATS_TOTALS|STATS_AVERAGES|TOTALS
      \tSET key = arg
      \tRELOAD
      \tPAUSE [<db>]
      \tRESUME [<db>]
      \tDISABLE <db>
      \tENABLE <db>
      \tRECONNECT [<db>]
      \tKILL [<db>]
      \tKILL_CLIENT <client_id>
      \tSUSPEND
      \tSHUTDOWN
      \tSHUTDOWN WAIT_FOR_SERVERS|WAIT_FOR_CLIENTS
      \tWAIT_CLOSE [<db>]""";

  private final Inside inside;
  private final Control control;
  private final Traffic traffic = new Traffic();
  private final Views views;
  private final Operations operations;

  /** A console that tells of the inside of the process, and has things done to it. */
  public AdminConsole(Inside inside, Control control) {
    this.inside = inside;
    this.control = control;
    this.views = new Views(inside, traffic);
    this.operations = new Operations(inside);
  }

  /**
   * What the process calls itself, with the PgBouncer whose console this is like at the beginning.
   *
   * @param build the version of the build
   */
  public static String version(String build) {
    return "PgBouncer %s (Penstock %s)".formatted(ProcessTables.REFERENCE, build);
  }

  @Override
  public @Nullable ConsoleSession open(String user, ConsoleClient client) {
    Settings settings = inside.config().get().settings();
    boolean admin = settings.get(Settings.ADMIN_USERS).contains(user);
    // With "any" nobody has proved who he is; who says to be an admin is one, as in PgBouncer.
    if (!admin
        && settings.get(Settings.AUTH_TYPE) != AuthType.ANY
        && !settings.get(Settings.STATS_USERS).contains(user)) {
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
      case Command.Show(var what, var query) -> show(what, query);
      case Command.Set(var key, var value) -> set(key, value, admin);
      case Command.Reload _ -> {
        requireAdmin(admin);
        yield reload();
      }
      case Command.To(var verb, var database) -> {
        requireAdmin(admin);
        yield operations.to(verb, database);
      }
      case Command.KillClient(var id) -> {
        requireAdmin(admin);
        yield operations.killClient(id);
      }
      case Command.Suspend _ -> {
        requireAdmin(admin);
        yield operations.suspend();
      }
      case Command.Shutdown(var mode) -> {
        requireAdmin(admin);
        yield shutdown(mode);
      }
    };
  }

  private Reply reload() {
    LOG.info("RELOAD command issued");
    return Reply.Later.of(
        control.reload(),
        "RELOAD",
        why ->
            new CommandException("F0000", "RELOAD failed, see logs for additional details", why));
  }

  private Reply shutdown(Control.Shutdown mode) {
    LOG.info("SHUTDOWN command issued: {}", mode);
    control.shutdown(mode);
    // The end of the connection tells of the end of the process.
    return mode == Control.Shutdown.IMMEDIATE
        ? Reply.Later.of(new CompletableFuture<>())
        : new Reply.Done("SHUTDOWN");
  }

  private Reply set(String key, String value, boolean admin) throws CommandException {
    if (StandIns.knows(key)) {
      return new Reply.Notice("SET ignored", "", "SET");
    }
    requireAdmin(admin);
    Setting<?> setting = Settings.named(key.toLowerCase(Locale.ROOT));
    if (setting == null) {
      throw new CommandException(
          "42704", SET_FAILED, "There is no setting \"%s\"; see SHOW CONFIG.".formatted(key));
    }
    if (!setting.reloadable()) {
      throw new CommandException(
          "55P02", SET_FAILED, "\"%s\" cannot be changed without a restart.".formatted(key));
    }
    LOG.info("SET {} = {}", setting.name(), CommandParser.onOneLine(value));
    return Reply.Later.of(
        control.set(setting, value),
        "SET %s=%s".formatted(key, value),
        why -> new CommandException("22023", SET_FAILED, why));
  }

  private Reply show(String what, String query) throws CommandException {
    if (what.equalsIgnoreCase("help")) {
      return new Reply.Notice("Console usage", HELP, "SHOW");
    }
    if (what.equalsIgnoreCase("fds")) {
      throw new CommandException("0A000", NO_TAKEOVER);
    }
    Table table = views.show(what);
    if (table == null) {
      throw CommandParser.unknown(query);
    }
    return new Reply.Rows(table);
  }

  private static void requireAdmin(boolean admin) throws CommandException {
    if (!admin) {
      throw new CommandException("42501", "admin access needed");
    }
  }
}
