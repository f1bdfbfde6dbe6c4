package dev.penstock.operator.probe;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a server now.
 *
 * @param facts the last good answer; null before the first
 * @param failure why the last attempt failed; null if it succeeded or none has ended yet
 */
public record ServerView(@Nullable ServerFacts facts, @Nullable ProbeFailure failure) {

  /** Nothing yet. */
  public static final ServerView UNKNOWN = new ServerView(null, null);
}
