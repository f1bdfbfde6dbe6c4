package dev.penstock.pooler.wire;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * What BackendKeyData tells a client and a CancelRequest must name: the pooler's own, so that no
 * client learns the key of a server connection that others use after it.
 *
 * <pre>
 *   process id                                secret
 *   0 │ instance: 16 bits │ random: 15 bits    random: 32 bits
 * </pre>
 *
 * <p>47 bits cannot be guessed. The sign bit is clear, as in every real process id: some clients
 * cannot bear another. The instance says who holds the session. Two instances may have the same
 * number by chance; then both are to be asked.
 *
 * @param processId of no process
 * @param secret the rest
 */
public record BackendKey(int processId, int secret) {

  /** The key of no session. */
  public static final BackendKey NONE = new BackendKey(0, 0);

  private static final int INSTANCE_MASK = 0xffff;
  private static final int INSTANCE_SHIFT = 15;
  private static final HexFormat HEX = HexFormat.of();

  /** The number of an instance, from its identity: 16 bits. */
  public static int instanceOf(String incarnation) {
    int hash = incarnation.hashCode();
    return (hash ^ hash >>> 16) & INSTANCE_MASK;
  }

  /** A new key of an instance's. */
  public static BackendKey draw(int instance, RandomGenerator random) {
    int own = random.nextInt(1 << INSTANCE_SHIFT);
    return new BackendKey(instance << INSTANCE_SHIFT | own, random.nextInt());
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @throws IllegalArgumentException for anything but 16 hexadecimal digits
   */
  public static BackendKey parse(String text) {
    if (text.length() != 16) {
      throw new IllegalArgumentException(
          "a key has 16 hexadecimal digits, not " + text.length() + " characters");
    }
    return new BackendKey(
        HexFormat.fromHexDigits(text, 0, 8), HexFormat.fromHexDigits(text, 8, 16));
  }

  /** The instance that the key names. */
  public int instance() {
    return processId >>> INSTANCE_SHIFT & INSTANCE_MASK;
  }

  /** In hexadecimal. */
  public String text() {
    return HEX.toHexDigits(processId) + HEX.toHexDigits(secret);
  }

  /** Without the secret, which belongs in no log. */
  @Override
  public String toString() {
    return "BackendKey[processId=" + processId + "]";
  }
}
