package dev.penstock.pooler.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code auth_hba_file} says, with the maps of the {@code auth_ident_file}: the first line
 * that matches a client decides. Immutable.
 */
public final class HbaRules {

  /** No lines: nobody is let in. */
  public static final HbaRules NONE = new HbaRules(List.of(), List.of());

  private final List<HbaRule> rules;
  private final List<Path> included;

  HbaRules(List<HbaRule> rules, List<Path> included) {
    this.rules = List.copyOf(rules);
    this.included = List.copyOf(included);
  }

  /**
   * Reads the files.
   *
   * @param identFile for {@code map=}; empty when there is none
   * @throws ConfigurationException with every problem of the files, by line. None of the lines is
   *     left out, as PgBouncer would: a {@code reject} that is misspelt must not open the door
   */
  public static HbaRules read(Path file, Optional<Path> identFile) throws ConfigurationException {
    return HbaReader.read(file, identFile);
  }

  /**
   * The same, following the files and all that they name.
   *
   * @throws ConfigurationException when they cannot be used; later failures are only logged
   */
  public static ReloadingFiles<HbaRules> reloading(Path file, Optional<Path> identFile)
      throws ConfigurationException {
    var files = new ArrayList<>(List.of(file));
    identFile.ifPresent(files::add);
    return ReloadingFiles.load(
        "auth_hba_file", files, () -> read(file, identFile), HbaRules::included);
  }

  /** The line that decides about a client; null when none does, and the client is refused. */
  public @Nullable HbaRule match(HbaRule.Client client) {
    for (var rule : rules) {
      if (rule.matches(client)) {
        return rule;
      }
    }
    return null;
  }

  /** The files of names that lines mention, to be watched too. */
  public List<Path> included() {
    return included;
  }

  /** How many lines there are that say something. */
  public int size() {
    return rules.size();
  }
}
