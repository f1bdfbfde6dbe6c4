package dev.penstock.pooler.auth;

import static com.ongres.scram.common.ScramMechanism.SCRAM_SHA_256;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.StringPreparation;

/**
 * What SCRAM-SHA-256 derives from a password, a salt and a number of iterations (RFC 5802 section
 * 3). The arrays are shared and must not be changed.
 *
 * @param clientKey proves the client, 32 bytes
 * @param storedKey hash of the client key, 32 bytes
 * @param serverKey proves the server, 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy for each login would buy nothing
record ScramKeys(byte[] clientKey, byte[] storedKey, byte[] serverKey) {

  /** Derives the keys: milliseconds of work, in proportion to the iterations. */
  static ScramKeys derive(String password, byte[] salt, int iterations) {
    var salted =
        ScramFunctions.saltedPassword(
            SCRAM_SHA_256,
            StringPreparation.POSTGRESQL_PREPARATION,
            password.toCharArray(),
            salt,
            iterations);
    var clientKey = ScramFunctions.clientKey(SCRAM_SHA_256, salted);
    return new ScramKeys(
        clientKey,
        ScramFunctions.storedKey(SCRAM_SHA_256, clientKey),
        ScramFunctions.serverKey(SCRAM_SHA_256, salted));
  }

  @Override
  public String toString() {
    return "ScramKeys";
  }
}
