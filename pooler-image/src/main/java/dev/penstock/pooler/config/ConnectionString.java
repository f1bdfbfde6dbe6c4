package dev.penstock.pooler.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@code key=value key='quoted value'} text of sections {@code [databases]} and {@code
 * [users]}: a quote within quotes is doubled, an empty value is not allowed.
 */
final class ConnectionString {

  private final String text;
  private int at;

  private ConnectionString(String text) {
    this.text = text;
  }

  /** The pairs in the order they stand in; of a key that stands twice, the last. */
  static Map<String, String> parse(String text) throws InvalidValueException {
    var reader = new ConnectionString(text);
    var pairs = new LinkedHashMap<String, String>();
    reader.skipSpace();
    while (reader.at < text.length()) {
      var key = reader.key();
      pairs.put(key, reader.value(key));
      reader.skipSpace();
    }
    return pairs;
  }

  private String key() throws InvalidValueException {
    var start = at;
    while (at < text.length() && text.charAt(at) != '=' && !space(text.charAt(at))) {
      at++;
    }
    var key = text.substring(start, at);
    skipSpace();
    if (key.isEmpty() || at == text.length() || text.charAt(at) != '=') {
      throw new InvalidValueException(
          "syntax error at character " + (start + 1) + "; write key=value or key='value'");
    }
    at++;
    return key;
  }

  private String value(String key) throws InvalidValueException {
    skipSpace();
    var value = at < text.length() && text.charAt(at) == '\'' ? quoted(key) : bare();
    if (value.isEmpty()) {
      throw new InvalidValueException("\"" + key + "\" has no value; give one or leave it out");
    }
    return value;
  }

  private String bare() {
    var start = at;
    while (at < text.length() && !space(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted(String key) throws InvalidValueException {
    var value = new StringBuilder();
    at++;
    while (at < text.length()) {
      var character = text.charAt(at++);
      if (character != '\'') {
        value.append(character);
      } else if (at < text.length() && text.charAt(at) == '\'') {
        value.append('\'');
        at++;
      } else if (at == text.length() || space(text.charAt(at))) {
        return value.toString();
      } else {
        throw new InvalidValueException(
            "the value of \"" + key + "\" goes on after its quote; write a quote within it twice");
      }
    }
    throw new InvalidValueException("the value of \"" + key + "\" has no closing quote");
  }

  private void skipSpace() {
    while (at < text.length() && space(text.charAt(at))) {
      at++;
    }
  }

  private static boolean space(char character) {
    return Character.isWhitespace(character);
  }
}
