package dev.penstock.pooler.console;

import java.util.concurrent.CompletableFuture;

/** What comes of a command. */
sealed interface Reply {

  /** A result. */
  record Rows(Table table) implements Reply {}

  /**
   * It has been done.
   *
   * @param tag of CommandComplete
   */
  record Done(String tag) implements Reply {}

  /** The same, with something to say. */
  record Notice(String message, String detail, String tag) implements Reply {}

  /** There was nothing to do. */
  record Nothing() implements Reply {}

  /**
   * It is being done; no other command of the client is taken meanwhile.
   *
   * @param reply completes on any thread, with a {@link CommandException} when it cannot be done
   */
  record Later(CompletableFuture<Reply> reply) implements Reply {}
}
