package dev.penstock.pooler.client;

import org.jspecify.annotations.Nullable;

/** What answers clients of the virtual database {@value #DATABASE}. Owned by the event loop. */
public interface Console {
  /** No server has it: clients who ask for it are never given a server connection. */
  String DATABASE = "pgbouncer";

  /**
   * A client who has proved to be that user asks for the console.
   *
   * @return null when the user may not use it
   */
  @Nullable ConsoleSession open(String user, ConsoleClient client);
}
