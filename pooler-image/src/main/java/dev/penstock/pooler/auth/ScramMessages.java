package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A client's SCRAM messages (RFC 5802 section 7). The text itself is kept, because both sides sign
 * what was sent, not what was understood.
 */
final class ScramMessages {

  private static final int SHORTEST_NONCE = 1;
  private static final int LONGEST_NONCE = 512;
  private static final int PROOF_BYTES = 32;

  /**
   * The client's first message.
   *
   * @param gs2Header {@code n,,} or {@code y,,}
   * @param bare what follows it
   * @param nonce the client's part of the nonce
   */
  record First(String gs2Header, String bare, String nonce) {

    static First parse(byte[] message) throws MalformedException {
      var text = text(message);
      var flag = text.isEmpty() ? ' ' : text.charAt(0);
      if (flag == 'p') {
        throw new MalformedException("channel binding was not offered, but the client uses it");
      }
      if (flag != 'n' && flag != 'y') {
        throw new MalformedException("the first SCRAM message has no channel binding flag");
      }
      if (!text.startsWith(",,", 1)) {
        throw new MalformedException("the first SCRAM message names another user to act for");
      }
      var bare = text.substring(3);
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
      return new First(text.substring(0, 3), bare, nonce);
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

    static Final parse(byte[] message, String gs2Header, String nonce) throws MalformedException {
      var text = text(message);
      var proofAt = text.lastIndexOf(",p=");
      if (proofAt < 0) {
        throw new MalformedException("the final SCRAM message has no proof");
      }
      var withoutProof = text.substring(0, proofAt);
      var binding = Base64.getEncoder().encodeToString(gs2Header.getBytes(US_ASCII));
      var expected = "c=" + binding + ",r=" + nonce;
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
