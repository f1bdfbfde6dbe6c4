package dev.penstock.pooler.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code auth_ident_file}: lines of {@code map-name system-user database-user}, the last one
 * {@code all} for anyone (PgBouncer, "Ident map file format").
 */
final class IdentMaps {

  private static final int FIELDS = 3;

  private IdentMaps() {}

  /** The maps of a file by name; what is wrong with it is added to {@code problems}. */
  static Map<String, IdentMap> read(Path file, Problems problems) {
    var entries = new LinkedHashMap<String, List<IdentMap.Entry>>();
    try {
      var number = 0;
      for (var line : Files.readString(file, StandardCharsets.UTF_8).split("\r?\n", -1)) {
        number++;
        try {
          accept(AccessLine.fields(line), entries);
        } catch (InvalidValueException e) {
          problems.add(file, number, String.valueOf(e.getMessage()));
        }
      }
    } catch (IOException e) {
      problems.add(file, "cannot be read (" + e + "); check that it exists and is UTF-8 text");
    }
    var maps = new LinkedHashMap<String, IdentMap>();
    entries.forEach((name, lines) -> maps.put(name, new IdentMap(name, lines)));
    return maps;
  }

  private static void accept(
      List<List<AccessLine.Word>> fields, Map<String, List<IdentMap.Entry>> entries)
      throws InvalidValueException {
    if (fields.isEmpty()) {
      return;
    }
    if (fields.size() != FIELDS || fields.stream().anyMatch(field -> field.size() != 1)) {
      throw new InvalidValueException("expected map-name system-user database-user");
    }
    var systemUser = fields.get(1).getFirst();
    var databaseUser = fields.get(2).getFirst();
    for (var user : List.of(systemUser, databaseUser)) {
      if (user.startsWith("/") || user.startsWith("+")) {
        throw new InvalidValueException(
            "\""
                + user.text()
                + "\": regular expressions and groups are not supported; write a line for each"
                + " user, or put a name that begins so in double quotes");
      }
    }
    @Nullable String whom = databaseUser.is("all") ? null : databaseUser.text();
    entries
        .computeIfAbsent(fields.getFirst().getFirst().text(), _ -> new ArrayList<>())
        .add(new IdentMap.Entry(systemUser.text(), whom));
  }
}
