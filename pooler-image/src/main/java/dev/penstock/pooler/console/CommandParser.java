package dev.penstock.pooler.console;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commands of the console: a word, and for most of them another, each plain or in double
 * quotes, which are doubled within; or {@code SET key = value}. Case does not matter, and one
 * semicolon may follow.
 */
final class CommandParser {
  /** No name or value is longer; what is would only fill the log. */
  private static final int LONGEST = 1024;

  private static final String WORD = "(\"(?:[^\"]|\"\")*+\"|[0-9a-z_$.-]+)";
  private static final String STRING = "('(?:[^']|'')*+')";
  private static final String END = "\\s*(?:;\\s*)?";
  private static final int FLAGS = Pattern.CASE_INSENSITIVE;
  private static final Pattern NOTHING = Pattern.compile(END);
  private static final Pattern COMMAND =
      Pattern.compile("\\s*" + WORD + "(?:\\s+" + WORD + ")?" + END, FLAGS);
  private static final Pattern SET =
      Pattern.compile(
          "\\s*set\\s+" + WORD + "\\s*(?:=|\\bto\\b)\\s*(?:" + STRING + "|" + WORD + ")" + END,
          FLAGS);

  private CommandParser() {}

  /**
   * The command that a query is.
   *
   * @throws CommandException when it is none
   */
  static Command parse(String query) throws CommandException {
    if (query.length() > LONGEST) {
      throw new CommandException("bad arguments");
    }
    if (NOTHING.matcher(query).matches()) {
      return new Command.Nothing();
    }
    Matcher set = SET.matcher(query);
    if (set.matches()) {
      String string = set.group(2);
      return new Command.Set(
          unquoted(set.group(1), '"'),
          string == null ? unquoted(set.group(3), '"') : unquoted(string, '\''));
    }
    Matcher command = COMMAND.matcher(query);
    if (!command.matches()) {
      throw unknown(query);
    }
    String argument = unquoted(command.group(2), '"');
    return switch (unquoted(command.group(1), '"').toLowerCase(Locale.ROOT)) {
      case "show", "select" -> new Command.Show(argument, query);
      case "reload" -> alone(new Command.Reload(), argument, query);
      case "suspend" -> alone(new Command.Suspend(), argument, query);
      case "shutdown" -> new Command.Shutdown(mode(argument, query));
      case "kill_client" -> new Command.KillClient(argument);
      case "pause" -> new Command.To(Command.Verb.PAUSE, argument);
      case "resume" -> new Command.To(Command.Verb.RESUME, argument);
      case "reconnect" -> new Command.To(Command.Verb.RECONNECT, argument);
      case "kill" -> new Command.To(Command.Verb.KILL, argument);
      case "wait_close" -> new Command.To(Command.Verb.WAIT_CLOSE, argument);
      case "disable" -> new Command.To(Command.Verb.DISABLE, required(argument));
      case "enable" -> new Command.To(Command.Verb.ENABLE, required(argument));
      default -> throw unknown(query);
    };
  }

  private static Control.Shutdown mode(String argument, String query) throws CommandException {
    return switch (argument.toLowerCase(Locale.ROOT)) {
      case "" -> Control.Shutdown.IMMEDIATE;
      case "wait_for_servers" -> Control.Shutdown.WAIT_FOR_SERVERS;
      case "wait_for_clients" -> Control.Shutdown.WAIT_FOR_CLIENTS;
      default -> throw unknown(query);
    };
  }

  private static String required(String database) throws CommandException {
    if (database.isEmpty()) {
      throw new CommandException("a database is required");
    }
    return database;
  }

  private static Command alone(Command command, String argument, String query)
      throws CommandException {
    if (!argument.isEmpty()) {
      throw unknown(query);
    }
    return command;
  }

  /** What is said to a query that is no command. */
  static CommandException unknown(String query) {
    return new CommandException("invalid command '%s', use SHOW HELP;".formatted(query));
  }

  /** For the log, of which nothing that a client has written may begin a line. */
  static String onOneLine(String written) {
    return written.replaceAll("\\p{Cntrl}+", " ");
  }

  private static String unquoted(@Nullable String word, char quote) {
    if (word == null) {
      return "";
    }
    if (word.charAt(0) != quote) {
      return word;
    }
    String one = String.valueOf(quote);
    return word.substring(1, word.length() - 1).replace(one + one, one);
  }
}
