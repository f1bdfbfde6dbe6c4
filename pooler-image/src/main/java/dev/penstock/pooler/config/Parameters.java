package dev.penstock.pooler.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of one line of {@code [databases]} or {@code [users]}, taken one by one. */
final class Parameters {

  private final IniFile.Entry entry;
  private final Problems problems;
  private final Map<String, String> left;
  private final Set<String> known = new LinkedHashSet<>();

  Parameters(IniFile.Entry entry, Problems problems) {
    this.entry = entry;
    this.problems = problems;
    this.left = parse();
  }

  private Map<String, String> parse() {
    try {
      return new LinkedHashMap<>(ConnectionString.parse(entry.value()));
    } catch (InvalidValueException e) {
      complain(e.getMessage());
      return new LinkedHashMap<>();
    }
  }

  /** The value of a parameter; null when it is not there, or wrong, which is then reported. */
  <T> @Nullable T take(String name, ValueType<T> type) {
    known.add(name);
    var text = left.remove(name);
    if (text == null) {
      return null;
    }
    try {
      return type.parser().parse(text);
    } catch (InvalidValueException e) {
      complain("\"" + name + "\" has the value \"" + text + "\": " + e.getMessage());
      return null;
    }
  }

  /** Reports whatever has not been taken. */
  void refuseTheRest() {
    left.keySet()
        .forEach(
            name ->
                complain("unknown parameter \"" + name + "\"; " + KnownNames.remedy(name, known)));
  }

  void complain(@Nullable String text) {
    problems.add(
        entry.file(),
        entry.line(),
        "\"" + entry.key() + "\" in section [" + entry.section() + "]: " + text);
  }
}
