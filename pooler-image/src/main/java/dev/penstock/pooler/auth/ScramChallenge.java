package dev.penstock.pooler.auth;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A server's first SCRAM message (RFC 5802 section 7), checked before the library sees it: that
 * answers some malformed messages with an Error.
 *
 * @param text all of it
 * @param salt at least one byte
 * @param iterations 1 to {@value #MOST_ITERATIONS}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ScramChallenge(String text, byte[] salt, int iterations) {

  /** More would let a malicious server burn a processor for longer than a login may take. */
  private static final int MOST_ITERATIONS = 1_000_000;

  private static final Pattern FORM =
      Pattern.compile(
          "r=(?<nonce>[!-+\\--~]{1,1024}),s=(?<salt>[A-Za-z0-9+/=]{4,1024}),i=(?<iterations>[0-9]{1,9})");

  /**
   * Reads one.
   *
   * @param nonce the pooler's own, with which the server's must begin
   */
  static ScramChallenge parse(String text, String nonce) throws MalformedException {
    var matcher = FORM.matcher(text);
    if (!matcher.matches() || !matcher.group("nonce").startsWith(nonce)) {
      throw new MalformedException("its first SCRAM message is not r=nonce,s=salt,i=iterations");
    }
    var iterations = Integer.parseInt(matcher.group("iterations"));
    if (iterations < 1 || iterations > MOST_ITERATIONS) {
      throw new MalformedException(
          iterations + " SCRAM iterations; from 1 to " + MOST_ITERATIONS + " are done");
    }
    try {
      var salt = Base64.getDecoder().decode(matcher.group("salt"));
      return new ScramChallenge(text, salt, iterations);
    } catch (IllegalArgumentException e) {
      var malformed = new MalformedException("its SCRAM salt is not Base64");
      malformed.initCause(e);
      throw malformed;
    }
  }
}
