package dev.penstock.pooler.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may log in as whom: one map of the {@code auth_ident_file}.
 *
 * @param name for the log
 * @param entries in the file's order
 */
public record IdentMap(String name, List<Entry> entries) {

  /**
   * One line.
   *
   * @param systemUser as a certificate or the operating system names it
   * @param databaseUser whom it may log in as; null for anyone
   */
  public record Entry(String systemUser, @Nullable String databaseUser) {}

  public IdentMap {
    entries = List.copyOf(entries);
  }

  /** Whether who is {@code systemUser} elsewhere may log in as {@code databaseUser}. */
  public boolean allows(String systemUser, String databaseUser) {
    return entries.stream()
        .anyMatch(
            entry ->
                entry.systemUser.equals(systemUser)
                    && (entry.databaseUser == null || entry.databaseUser.equals(databaseUser)));
  }
}
