package dev.penstock.pooler.console;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
   * @param giveUp what to do when the client does not want to wait any longer
   * @param forget what to do when the client has gone: what it has begun goes on
   */
  record Later(CompletableFuture<Reply> reply, Runnable giveUp, Runnable forget) implements Reply {

    /** Something that cannot be given up. */
    static Later of(CompletableFuture<Reply> reply) {
      return new Later(reply, () -> {}, () -> {});
    }

    /** Something that is done, with that tag, when {@code done} is. */
    static Later of(
        CompletableFuture<Void> done, String tag, Function<String, CommandException> failure) {
      return of(done.handle((_, failed) -> reply(tag, failed, failure)));
    }

    /**
     * The same for something that can be given up.
     *
     * @param lift takes back what has been done so far
     */
    static Later orCancelled(CompletableFuture<Void> done, String tag, Runnable lift) {
      return new Later(
          done.handle((_, failed) -> reply(tag, failed, CommandException::new)),
          () -> {
            done.cancel(false);
            lift.run();
          },
          () -> done.cancel(false));
    }

    private static Reply reply(
        String tag, @Nullable Throwable failed, Function<String, CommandException> failure) {
      Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
      return switch (cause) {
        case null -> new Done(tag);
        case CancellationException _ ->
            throw new CompletionException(
                new CommandException("57014", "canceling statement due to user request"));
        default -> throw new CompletionException(failure.apply(String.valueOf(cause.getMessage())));
      };
    }
  }
}
