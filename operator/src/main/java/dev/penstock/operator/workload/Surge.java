package dev.penstock.operator.workload;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Pods beyond its replicas that a rollout of a workload may add: a number, or a percentage of the
 * replicas rounded up, as a Deployment's {@code maxSurge} is read.
 *
 * @param amount at least 0
 * @param percentage whether it is a percentage
 */
record Surge(int amount, boolean percentage) {

  /** Pods are replaced in their place. */
  static final Surge NONE = new Surge(0, false);

  /** What the API server fills in for a Deployment that says nothing. */
  static final Surge DEFAULT = new Surge(25, true);

  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,6})(%?)");

  /** Reads a {@code maxSurge}; the default where it is absent or not to be read. */
  static Surge parse(@Nullable Object value) {
    Matcher matcher = SYNTAX.matcher(String.valueOf(value));
    return matcher.matches()
        ? new Surge(Integer.parseInt(matcher.group(1)), !matcher.group(2).isEmpty())
        : DEFAULT;
  }

  /** Pods added to so many replicas. */
  int of(int replicas) {
    return percentage ? Math.toIntExact(Math.ceilDiv((long) replicas * amount, 100)) : amount;
  }
}
