package dev.penstock.pooler.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users of an {@code auth_file} ({@code userlist.txt}): lines of {@code "user" "password"},
 * where a double quote within a field is doubled, the rest of a line is ignored, and lines that
 * begin with a semicolon are comments.
 */
public final class UserList {

  /** No users at all. */
  public static final UserList NONE = new UserList(Map.of());

  private final Map<String, StoredSecret> secrets;

  private UserList(Map<String, StoredSecret> secrets) {
    this.secrets = Map.copyOf(secrets);
  }

  /** The user's secret, or null when there is no such user. */
  public @Nullable StoredSecret secret(String user) {
    return secrets.get(user);
  }

  /** The names of all users. */
  public Set<String> names() {
    return secrets.keySet();
  }

  /** How many users there are. */
  public int size() {
    return secrets.size();
  }

  /**
   * Reads a file.
   *
   * @throws ConfigurationException with every problem of the file, by line, without its secrets
   */
  public static UserList read(Path file) throws ConfigurationException {
    var problems = new Problems();
    var secrets = new HashMap<String, StoredSecret>();
    try {
      parse(file, Files.readString(file, StandardCharsets.UTF_8), secrets, problems);
    } catch (IOException e) {
      problems.add(file, "cannot be read (" + e + "); check that it exists and is UTF-8 text");
    }
    problems.throwIfAny();
    return new UserList(secrets);
  }

  private static void parse(
      Path file, String text, Map<String, StoredSecret> secrets, Problems problems) {
    var number = 0;
    for (var raw : text.split("\r?\n", -1)) {
      number++;
      var line = raw.strip();
      if (line.isEmpty() || line.startsWith(";")) {
        continue;
      }
      var user = new Field(line, 0);
      var password = user.end < 0 ? user : new Field(line, user.end);
      if (password.end < 0) {
        problems.add(
            file, number, "expected \"user\" \"password\"; write a quote within a field twice");
      } else if (user.value.isEmpty()) {
        problems.add(file, number, "the user's name is empty; give one or remove the line");
      } else {
        secrets.put(user.value, StoredSecret.of(password.value));
      }
    }
  }

  /** A quoted field of a line, and where it ends; -1 when there is none. */
  private static final class Field {

    private final String value;
    private final int end;

    Field(String line, int from) {
      var at = from;
      while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
        at++;
      }
      var content = new StringBuilder();
      var closed = -1;
      if (at < line.length() && line.charAt(at) == '"') {
        at++;
        while (at < line.length() && closed < 0) {
          if (line.charAt(at) != '"') {
            content.append(line.charAt(at++));
          } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
            content.append('"');
            at += 2;
          } else {
            closed = at + 1;
          }
        }
      }
      value = content.toString();
      end = closed;
    }
  }
}
