package dev.penstock.pooler.config;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that a line of the {@code auth_hba_file} is about. An IPv4 address that comes in as
 * IPv6 ({@code ::ffff:…}) is an IPv4 address.
 */
@SuppressWarnings("ArrayRecordComponent") // private to this package and never compared
record AddressRange(byte @Nullable [] network, byte @Nullable [] mask) {

  static final AddressRange ALL = new AddressRange(null, null);

  private static final int BITS = 8;
  private static final int ALL_ONES = 0xff;

  /** {@code address/bits}. */
  static AddressRange ofBits(String address, String bits) throws InvalidValueException {
    var network = bytes(address);
    var most = network.length * BITS;
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > most) {
      throw new InvalidValueException(
          "the length of the mask is \"" + bits + "\"; allowed is 0 to " + most);
    }
    var mask = new byte[network.length];
    var left = Integer.parseInt(bits);
    for (var i = 0; i < mask.length; i++, left -= BITS) {
      mask[i] = (byte) (left <= 0 ? 0 : ALL_ONES << Math.max(0, BITS - left));
    }
    return new AddressRange(network, mask);
  }

  /** An address and a mask of the same kind. */
  static AddressRange ofMask(String address, String mask) throws InvalidValueException {
    var network = bytes(address);
    var bytes = bytes(mask);
    if (network.length != bytes.length) {
      throw new InvalidValueException(
          "the mask \"" + mask + "\" is of another kind than the address \"" + address + "\"");
    }
    return new AddressRange(network, bytes);
  }

  /**
   * Whether bits of the address lie outside its mask. No address matches then: PgBouncer reads it
   * so, and it is the safe way to read it.
   */
  boolean isBeyondMask() {
    if (network == null || mask == null) {
      return false;
    }
    for (var i = 0; i < network.length; i++) {
      if ((network[i] & ~mask[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  boolean contains(InetAddress address) {
    if (network == null || mask == null) {
      return true;
    }
    var bytes = address.getAddress();
    if (bytes.length != network.length) {
      return false;
    }
    for (var i = 0; i < bytes.length; i++) {
      if ((bytes[i] & mask[i]) != network[i]) {
        return false;
      }
    }
    return true;
  }

  /** Never asks a name server, not even for what only looks like an address. */
  private static byte[] bytes(String text) throws InvalidValueException {
    var looksLikeOne =
        text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
            || (text.matches("[0-9A-Fa-f:]+(\\.[0-9.]+)?") && text.contains(":"));
    if (looksLikeOne) {
      try {
        return InetAddress.ofLiteral(text).getAddress();
      } catch (IllegalArgumentException e) {
        throw notAnAddress(text, e);
      }
    }
    throw notAnAddress(text, null);
  }

  private static InvalidValueException notAnAddress(String text, @Nullable Throwable cause) {
    var invalid =
        new InvalidValueException(
            "\""
                + text
                + "\" is not an address; write one as 10.0.0.0/8, 10.0.0.0 255.0.0.0 or fd00::/8,"
                + " or all (names, samehost and samenet are not supported)");
    invalid.initCause(cause);
    return invalid;
  }
}
