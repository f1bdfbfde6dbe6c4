package dev.penstock.pooler.auth;

import static com.ongres.scram.common.ScramMechanism.SCRAM_SHA_256;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ServerFinalMessage;
import com.ongres.scram.common.ServerFirstMessage;
import dev.penstock.pooler.config.StoredSecret;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one SCRAM-SHA-256 exchange.
 *
 * <p>A user who does not exist, or has nothing to be verified by, goes through the same messages
 * with a salt that stays the same for the name, and fails at the end like a wrong password.
 */
final class ScramVerifier {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_CHARACTERS = 24;
  private static final int SALT_BYTES = 16;

  /** PostgreSQL's default ({@code scram_iterations}), so that all users look alike. */
  private static final int ITERATIONS = 4_096;

  /** What a client's proof is checked with. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Checks(byte[] storedKey, byte[] serverKey) {}

  private final KeyDerivation derivation;
  private final @Nullable StoredSecret secret;
  private final byte[] salt;
  private final int iterations;
  private final String user;
  private final byte[] endPoint;
  private byte[] binding = new byte[0];
  private String nonce = "";
  private String signedSoFar = "";

  /**
   * @param endPoint what a client may bind itself to; empty for nothing
   */
  ScramVerifier(
      KeyDerivation derivation, String user, @Nullable StoredSecret secret, byte[] endPoint) {
    this.endPoint = endPoint;
    this.derivation = derivation;
    this.user = user;
    this.secret = secret;
    if (secret instanceof StoredSecret.Scram scram) {
      salt = scram.salt();
      iterations = scram.iterations();
    } else {
      salt = Arrays.copyOf(derivation.secret("salt", user), SALT_BYTES);
      iterations = ITERATIONS;
    }
  }

  /** Whether clients may bind themselves to the TLS session. */
  boolean offersBinding() {
    return endPoint.length > 0;
  }

  /**
   * The server's first message, in answer to the client's.
   *
   * @param bound whether the client has chosen to bind itself to the TLS session
   */
  byte[] first(byte[] message, boolean bound) throws MalformedException {
    var first = ScramMessages.First.parse(message, offersBinding(), bound);
    var answer =
        new ServerFirstMessage(
                first.nonce(),
                ScramFunctions.nonce(NONCE_CHARACTERS, RANDOM),
                Base64.getEncoder().encodeToString(salt),
                iterations)
            .toString();
    var header = first.gs2Header().getBytes(US_ASCII);
    binding =
        bound
            ? ByteBuffer.allocate(header.length + endPoint.length).put(header).put(endPoint).array()
            : header;
    nonce = answer.substring(2, answer.indexOf(",s="));
    signedSoFar = first.bare() + "," + answer + ",";
    return answer.getBytes(US_ASCII);
  }

  /** Checks the client's proof; slow the first time for a password that is stored as it is. */
  CompletableFuture<ClientStep> last(byte[] message) throws MalformedException {
    var last = ScramMessages.Final.parse(message, binding, nonce);
    return checks().thenApply(checks -> verify(checks, last));
  }

  /**
   * Checks a password against a SCRAM secret; of any other secret, or none, it can only say no, and
   * takes as long for it.
   */
  CompletableFuture<ClientStep> password(String sent) {
    return derivation
        .keysOfGuess(sent, salt, iterations, this::areRight)
        .thenApply(
            keys ->
                areRight(keys)
                    ? new ClientStep.Accepted(
                        new byte[0],
                        new ServerSecret.Scram(
                            keys.clientKey(), keys.serverKey(), salt, iterations))
                    : ClientLogin.wrongPassword(reason()));
  }

  private boolean areRight(ScramKeys keys) {
    var stored =
        secret instanceof StoredSecret.Scram known
            ? known.storedKey()
            : derivation.secret("stored", user);
    return MessageDigest.isEqual(stored, keys.storedKey()) && secret instanceof StoredSecret.Scram;
  }

  private CompletableFuture<@Nullable Checks> checks() {
    return switch (secret) {
      case StoredSecret.Scram scram ->
          CompletableFuture.completedFuture(new Checks(scram.storedKey(), scram.serverKey()));
      case StoredSecret.Plain plain when !plain.password().isEmpty() ->
          derivation
              .keys(plain.password(), salt, iterations)
              .thenApply(keys -> new Checks(keys.storedKey(), keys.serverKey()));
      case null, default -> CompletableFuture.completedFuture(null);
    };
  }

  private ClientStep verify(@Nullable Checks checks, ScramMessages.Final last) {
    // Keys that nobody's proof can match cost as much as real ones.
    var known =
        checks == null
            ? new Checks(derivation.secret("stored", user), derivation.secret("server", user))
            : checks;
    var authMessage = signedSoFar + last.withoutProof();
    var signature = ScramFunctions.clientSignature(SCRAM_SHA_256, known.storedKey(), authMessage);
    var clientKey = ScramFunctions.clientProof(last.proof(), signature);
    var storedKey = ScramFunctions.hash(SCRAM_SHA_256, clientKey);
    if (!MessageDigest.isEqual(storedKey, known.storedKey()) || checks == null) {
      return ClientLogin.wrongProof(reason());
    }
    var serverSignature =
        ScramFunctions.serverSignature(SCRAM_SHA_256, known.serverKey(), authMessage);
    return new ClientStep.Accepted(
        new ServerFinalMessage(serverSignature).toString().getBytes(US_ASCII),
        secret instanceof StoredSecret.Plain plain
            ? new ServerSecret.Password(plain.password())
            : new ServerSecret.Scram(clientKey, known.serverKey(), salt, iterations));
  }

  private String reason() {
    return switch (secret) {
      case null -> "no such user: " + user;
      case StoredSecret.Md5 _ ->
          "an MD5 hash is stored, SCRAM needs the password or a SCRAM secret";
      case StoredSecret.Plain plain when plain.password().isEmpty() -> "no password is stored";
      default -> "wrong password";
    };
  }
}
