package dev.penstock.contract;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The identity of a process: drawn when it starts, so that a restarted container is never taken for
 * the one before it. It says when the process began, by the clock of its node: the status of a pod
 * says by the same clock when a container ended, and so whether it was this one or one before.
 *
 * @param id milliseconds since 1970 as 12 hexadecimal digits, a hyphen, and what no other has: 80
 *     random bits as 20 such digits
 */
public record Incarnation(String id) {

  private static final int TIME_DIGITS = 12;
  private static final int RANDOM_BYTES = 10;

  /** A new one. */
  public static Incarnation draw(Instant startedAt) {
    var unique = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(unique);
    return of(startedAt, HexFormat.of().formatHex(unique));
  }

  /**
   * One of a given name.
   *
   * @param startedAt not before 1970
   */
  public static Incarnation of(Instant startedAt, String unique) {
    return new Incarnation(
        HexFormat.of().toHexDigits(startedAt.toEpochMilli(), TIME_DIGITS) + "-" + unique);
  }

  /** When the process began; empty if its name does not say. */
  public Optional<Instant> startedAt() {
    if (id.indexOf('-') != TIME_DIGITS
        || !id.chars().limit(TIME_DIGITS).allMatch(HexFormat::isHexDigit)) {
      return Optional.empty();
    }
    return Optional.of(Instant.ofEpochMilli(HexFormat.fromHexDigitsToLong(id, 0, TIME_DIGITS)));
  }
}
