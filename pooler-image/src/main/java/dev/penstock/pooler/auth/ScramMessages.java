package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A client's SCRAM messages (RFC 5802 section 7). The text itself is kept, because both sides sign
 * what was sent, not what was understood.
 */
final class ScramMessages {

  private static final String BOUND = "p=" + Authentication.CHANNEL_BINDING;
  private static final int SHORTEST_NONCE = 1;
  private static final int LONGEST_NONCE = 512;
  private static final int PROOF_BYTES = 32;

  /**
   * SASLInitialResponse, which holds the first message.
   *
   * @param bound whether the client has chosen to bind itself to the TLS session
   * @param response null when it is still to come
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Initial(boolean bound, byte @Nullable [] response) {

    static Initial parse(byte[] body, boolean offersBinding) throws MalformedException {
      var end = 0;
      while (end < body.length && body[end] != 0) {
        end++;
      }
      if (body.length - end < 1 + Integer.BYTES) {
        throw new MalformedException("the SASL response has no mechanism or no length");
      }
      var mechanism = new String(body, 0, end, UTF_8);
      var bound = offersBinding && mechanism.equals(Authentication.SCRAM_SHA_256_PLUS);
      if (!bound && !mechanism.equals(Authentication.SCRAM_SHA_256)) {
        throw new MalformedException("the client chose a SASL mechanism that was not offered");
      }
      var rest = ByteBuffer.wrap(body, end + 1, body.length - end - 1);
      var length = rest.getInt();
      if (length == -1 && !rest.hasRemaining()) {
        return new Initial(bound, null);
      }
      if (length != rest.remaining()) {
        throw new MalformedException("the SASL response has another length than it says");
      }
      var response = new byte[length];
      rest.get(response);
      return new Initial(bound, response);
    }
  }

  /**
   * The client's first message.
   *
   * @param gs2Header {@code n,,}, {@code y,,} or {@code p=tls-server-end-point,,}
   * @param bare what follows it
   * @param nonce the client's part of the nonce
   */
  record First(String gs2Header, String bare, String nonce) {

    /**
     * Reads one.
     *
     * @param offered whether channel binding was offered
     * @param bound whether the client has chosen it
     */
    static First parse(byte[] message, boolean offered, boolean bound) throws MalformedException {
      var text = text(message);
      var flagEnd = Math.max(0, text.indexOf(','));
      switch (text.substring(0, flagEnd)) {
        case BOUND -> {
          if (!bound) {
            throw new MalformedException("channel binding was not chosen, but the client uses it");
          }
        }
        case "n", "y" -> {
          if (bound) {
            throw new MalformedException("channel binding was chosen, but the client uses none");
          }
          if (offered && text.startsWith("y")) {
            // Its list of mechanisms was shortened on the way (RFC 5802, section 6).
            throw new MalformedException(
                "the client can bind itself to TLS, but was not told that this pooler can");
          }
        }
        default -> throw new MalformedException("the first SCRAM message has no binding flag");
      }
      if (!text.startsWith(",,", flagEnd)) {
        throw new MalformedException("the first SCRAM message names another user to act for");
      }
      var bare = text.substring(flagEnd + 2);
      if (bare.startsWith("m=")) {
        throw new MalformedException("the client demands a SCRAM extension");
      }
      var attributes = bare.split(",", -1);
      if (attributes.length < 2
          || !attributes[0].startsWith("n=")
          || !attributes[1].startsWith("r=")) {
        throw new MalformedException("the first SCRAM message lacks its user or nonce");
      }
      var nonce = attributes[1].substring(2);
      if (nonce.length() < SHORTEST_NONCE
          || nonce.length() > LONGEST_NONCE
          || !nonce.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new MalformedException("the client's SCRAM nonce is not printable or too long");
      }
      return new First(text.substring(0, flagEnd + 2), bare, nonce);
    }
  }

  /**
   * The client's final message.
   *
   * @param withoutProof all of it before the proof
   * @param proof 32 bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Final(String withoutProof, byte[] proof) {

    /**
     * Reads one.
     *
     * @param binding the header of the first message and what it is bound to
     */
    static Final parse(byte[] message, byte[] binding, String nonce) throws MalformedException {
      var text = text(message);
      var proofAt = text.lastIndexOf(",p=");
      if (proofAt < 0) {
        throw new MalformedException("the final SCRAM message has no proof");
      }
      var withoutProof = text.substring(0, proofAt);
      var expected = "c=" + Base64.getEncoder().encodeToString(binding) + ",r=" + nonce;
      if (!withoutProof.equals(expected) && !withoutProof.startsWith(expected + ",")) {
        throw new MalformedException(
            "the final SCRAM message has another channel binding or nonce than agreed");
      }
      try {
        var proof = Base64.getDecoder().decode(text.substring(proofAt + 3));
        if (proof.length == PROOF_BYTES) {
          return new Final(withoutProof, proof);
        }
      } catch (IllegalArgumentException e) {
        throw notAProof(e);
      }
      throw notAProof(null);
    }

    private static MalformedException notAProof(@Nullable Throwable cause) {
      var malformed = new MalformedException("the SCRAM proof is not 32 bytes in Base64");
      malformed.initCause(cause);
      return malformed;
    }
  }

  private ScramMessages() {}

  private static String text(byte[] message) throws MalformedException {
    for (var octet : message) {
      if (octet == 0) {
        throw new MalformedException("a SCRAM message contains a zero byte");
      }
    }
    return new String(message, UTF_8);
  }
}
