package dev.penstock.pooler.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * PgBouncer's file format: sections, {@code key = value} lines, comments on lines of their own, and
 * {@code %include}. A value is the rest of its line; a key may be quoted as an SQL identifier.
 */
final class IniFile {

  /** One {@code key = value} line. */
  record Entry(Path file, int line, String section, String key, String value) {}

  private static final int DEEPEST_INCLUDE = 10;
  private static final String INCLUDE = "%include";

  private final Problems problems;
  private final List<Entry> entries = new ArrayList<>();
  private String section = "";

  private IniFile(Problems problems) {
    this.problems = problems;
  }

  /** Reads a file and what it includes; what cannot be read is added to {@code problems}. */
  static List<Entry> read(Path file, Problems problems) {
    var reader = new IniFile(problems);
    try {
      reader.readLines(file, Files.readString(file, StandardCharsets.UTF_8), 0);
    } catch (IOException e) {
      problems.add(file, "cannot be read (" + e + "); check that it exists and is UTF-8 text");
    }
    return List.copyOf(reader.entries);
  }

  private void readLines(Path file, String text, int depth) {
    var number = 0;
    for (var line : text.split("\r?\n", -1)) {
      number++;
      var stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith(";") || stripped.startsWith("#")) {
        continue;
      }
      if (stripped.startsWith("[")) {
        readSection(file, number, stripped);
      } else if (stripped.startsWith("%")) {
        readInclude(file, number, stripped, depth);
      } else {
        readEntry(file, number, stripped);
      }
    }
  }

  private void readSection(Path file, int line, String text) {
    if (!text.endsWith("]")) {
      problems.add(file, line, "section \"" + text + "\" does not end with ]; write [name]");
      return;
    }
    section = text.substring(1, text.length() - 1).strip();
  }

  private void readInclude(Path file, int line, String text, int depth) {
    if (!text.matches(INCLUDE + "\\s+\\S.*")) {
      problems.add(file, line, "unknown directive \"" + text + "\"; write %include and a file");
      return;
    }
    if (depth == DEEPEST_INCLUDE) {
      problems.add(
          file,
          line,
          "includes are nested more than "
              + DEEPEST_INCLUDE
              + " deep; does a file include itself?");
      return;
    }
    var name = text.substring(INCLUDE.length()).strip();
    try {
      var included = Path.of(name);
      readLines(included, Files.readString(included, StandardCharsets.UTF_8), depth + 1);
    } catch (IOException | InvalidPathException e) {
      problems.add(
          file,
          line,
          "included file \"" + name + "\" cannot be read (" + e + "); check that it exists");
    }
  }

  private void readEntry(Path file, int line, String text) {
    var keyEnd = keyEnd(text);
    var equals = text.indexOf('=', Math.max(keyEnd, 0));
    if (keyEnd <= 0 || equals < 0 || !text.substring(keyEnd, equals).isBlank()) {
      problems.add(
          file,
          line,
          "expected key = value; a key of other characters than letters, digits and _.-* stands in"
              + " double quotes");
      return;
    }
    if (section.isEmpty()) {
      problems.add(file, line, "a setting before the first section; write [pgbouncer] above it");
      return;
    }
    var key = text.substring(0, keyEnd);
    if (key.startsWith("\"")) {
      key = key.substring(1, key.length() - 1).replace("\"\"", "\"");
    }
    entries.add(new Entry(file, line, section, key, text.substring(equals + 1).strip()));
  }

  /** Where the key ends, 0 or less when there is none. */
  private static int keyEnd(String text) {
    if (!text.startsWith("\"")) {
      var end = 0;
      while (end < text.length()
          && (Character.isLetterOrDigit(text.charAt(end))
              || "_.-*".indexOf(text.charAt(end)) >= 0)) {
        end++;
      }
      return end;
    }
    var at = 1;
    while (at < text.length()) {
      if (text.charAt(at) != '"') {
        at++;
      } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
        at += 2;
      } else {
        return at + 1;
      }
    }
    return 0;
  }
}
