package dev.penstock.pooler.client;

import dev.penstock.pooler.server.TrackedParameters;
import dev.penstock.pooler.wire.StartupPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a start-up message asks for. A parameter that is neither tracked nor listed in {@code
 * ignore_startup_parameters} is refused, because it could not follow the client to the next server
 * connection.
 *
 * @param user never empty
 * @param database the user's name when the client gave none
 * @param parameters those tracked
 * @param unknownOptions names of protocol options that are not known, to be told
 */
record SessionRequest(
    String user, String database, TrackedParameters parameters, List<String> unknownOptions) {
  private static final String PROTOCOL_OPTION = "_pq_.";
  private static final String OPTIONS = "options";
  private static final Set<String> NOT_REPLICATION = Set.of("false", "off", "no", "0");

  /** Refuses a start-up message; the message is for the client. */
  static final class Unsupported extends Exception {
    private static final long serialVersionUID = 1L;
    private final String sqlState;

    Unsupported(String sqlState, String message) {
      super(message);
      this.sqlState = sqlState;
    }

    String sqlState() {
      return sqlState;
    }
  }

  static SessionRequest of(StartupPacket.Startup startup, List<String> ignored) throws Unsupported {
    TrackedParameters tracked = new TrackedParameters();
    List<String> unknown = new ArrayList<>();
    @Nullable String user = null;
    @Nullable String database = null;
    for (Map.Entry<String, String> parameter : startup.parameters().entrySet()) {
      String name = parameter.getKey();
      String value = parameter.getValue();
      if (name.equals("user")) {
        user = value;
      } else if (name.equals("database")) {
        database = value;
      } else if (name.startsWith(PROTOCOL_OPTION)) {
        unknown.add(name);
      } else if (TrackedParameters.isTracked(name)) {
        tracked.set(name, value);
      } else if (name.equals(OPTIONS)) {
        options(value, ignored, tracked);
      } else if (!ignored.contains(name)
          && !(name.equals("replication") && NOT_REPLICATION.contains(value))) {
        throw new Unsupported("0A000", "unsupported startup parameter: " + name);
      }
    }
    if (user == null || user.isEmpty()) {
      throw new Unsupported("28000", "no username supplied");
    }
    String named = database == null || database.isEmpty() ? user : database;
    return new SessionRequest(user, named, tracked, List.copyOf(unknown));
  }

  /** The same for another user. */
  SessionRequest as(String other) {
    return new SessionRequest(other, database, parameters, unknownOptions);
  }

  /**
   * Reads {@code options}: only {@code -c name=value} of tracked or ignored parameters. Where
   * {@code options} itself is ignored, so is all in it that is not tracked.
   */
  private static void options(String options, List<String> ignored, TrackedParameters tracked)
      throws Unsupported {
    boolean strict = !ignored.contains(OPTIONS);
    List<String> words = words(options);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String setting;
      if (word.equals("-c") && i + 1 < words.size()) {
        setting = words.get(++i);
      } else if (word.startsWith("-c")) {
        setting = word.substring(2);
      } else if (word.startsWith("--")) {
        setting = word.substring(2);
      } else if (!strict) {
        continue;
      } else {
        throw new Unsupported(
            "0A000", "unsupported options startup parameter: only '-c config=val' is allowed");
      }
      int equals = setting.indexOf('=');
      String name = equals < 0 ? setting : setting.substring(0, equals);
      if (equals >= 0 && TrackedParameters.isTracked(name)) {
        tracked.set(name, setting.substring(equals + 1));
      } else if (strict && !ignored.contains(name)) {
        throw new Unsupported("0A000", "unsupported startup parameter in options: " + name);
      }
    }
  }

  /** Splits at white space; a backslash takes the next character as it is. */
  private static List<String> words(String options) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < options.length(); i++) {
      char character = options.charAt(i);
      if (character == '\\' && i + 1 < options.length()) {
        word.append(options.charAt(++i));
      } else if (!Character.isWhitespace(character)) {
        word.append(character);
      } else if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
