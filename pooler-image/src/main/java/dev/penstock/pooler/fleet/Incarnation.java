package dev.penstock.pooler.fleet;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The identity of this process: drawn when it starts, so that a restarted container is never taken
 * for the one before it.
 *
 * @param id 128 random bits in hexadecimal
 */
public record Incarnation(String id) {

  private static final int BYTES = 16;

  public static Incarnation draw() {
    var identity = new byte[BYTES];
    new SecureRandom().nextBytes(identity);
    return new Incarnation(HexFormat.of().formatHex(identity));
  }
}
