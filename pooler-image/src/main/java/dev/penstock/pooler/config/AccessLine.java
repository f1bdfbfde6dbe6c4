package dev.penstock.pooler.config;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of an {@code auth_hba_file} or {@code auth_ident_file}, cut into fields as PostgreSQL
 * does: by white space, a field being a list of words with commas between, {@code #} beginning a
 * comment, and double quotes taking away the special meaning of all within (a quote is doubled).
 */
final class AccessLine {

  /**
   * A word.
   *
   * @param text without its quotes
   * @param quoted whether it begins with a quote, and so is never a keyword
   */
  record Word(String text, boolean quoted) {

    boolean is(String keyword) {
      return !quoted && text.equals(keyword);
    }

    boolean startsWith(String prefix) {
      return !quoted && text.startsWith(prefix);
    }
  }

  private final String line;
  private int at;

  private AccessLine(String line) {
    this.line = line;
  }

  /** The fields; none for a line that says nothing. */
  static List<List<Word>> fields(String line) throws InvalidValueException {
    var reader = new AccessLine(line);
    var fields = new ArrayList<List<Word>>();
    reader.skipSpace();
    while (!reader.ended()) {
      fields.add(reader.field());
      reader.skipSpace();
    }
    return fields;
  }

  private List<Word> field() throws InvalidValueException {
    var words = new ArrayList<Word>();
    words.add(word());
    skipSpace();
    // A comma may have white space on both sides.
    while (!ended() && line.charAt(at) == ',') {
      at++;
      skipSpace();
      words.add(word());
      skipSpace();
    }
    return words;
  }

  private Word word() throws InvalidValueException {
    if (ended() || line.charAt(at) == ',') {
      throw new InvalidValueException("a name is missing beside a comma; remove the comma");
    }
    var quoted = line.charAt(at) == '"';
    var text = new StringBuilder();
    var within = false;
    while (at < line.length()) {
      var character = line.charAt(at);
      if (character == '"') {
        if (within && at + 1 < line.length() && line.charAt(at + 1) == '"') {
          text.append('"');
          at++;
        } else {
          within = !within;
        }
      } else if (!within
          && (character == ',' || character == '#' || Character.isWhitespace(character))) {
        break;
      } else {
        text.append(character);
      }
      at++;
    }
    if (within) {
      throw new InvalidValueException("a double quote is not closed; close it, or write it twice");
    }
    return new Word(text.toString(), quoted);
  }

  private void skipSpace() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
  }

  private boolean ended() {
    return at == line.length() || line.charAt(at) == '#';
  }
}
