package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.pooler.config.AuthType;
import dev.penstock.pooler.config.StoredSecret;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One client's login, from the startup packet to AuthenticationOk.
 *
 * <pre>
 *   start ─ trust ──────────────────────────────────────────────► accepted or refused
 *     ├─── md5 ───► asked for MD5 ── PasswordMessage ───────────► accepted or refused
 *     └─── scram ─► asked for SASL ─ SASLInitialResponse ─► challenged ─ SASLResponse ─► …
 * </pre>
 *
 * <p>For one thread at a time. The steps of {@link #start} come at once; those of {@link #answer}
 * may complete on another thread.
 */
public final class ClientLogin {

  /** invalid_password. */
  private static final String WRONG_PASSWORD = "28P01";

  /** protocol_violation. */
  private static final String PROTOCOL_VIOLATION = "08P01";

  /** invalid_authorization_specification. */
  private static final String NO_SUCH_USER = "28000";

  /** too_many_connections. */
  private static final String TOO_MANY = "53300";

  private static final SecureRandom RANDOM = new SecureRandom();

  private enum State {
    NEW,
    MD5_ASKED,
    SASL_ASKED,
    EMPTY_CHALLENGE_SENT,
    CHALLENGED,
    ENDED
  }

  private final AuthType type;
  private final String user;
  private final @Nullable StoredSecret secret;
  private final ScramVerifier scram;
  private final byte[] md5Salt = new byte[Md5Password.SALT_BYTES];
  private State state = State.NEW;

  /**
   * A login of a user.
   *
   * @param type {@code auth_type}
   * @param user as the startup packet names it
   * @param secret the user's in the {@code auth_file}; null when there is no such user
   */
  public ClientLogin(
      AuthType type, String user, @Nullable StoredSecret secret, KeyDerivation derivation) {
    this.type = type;
    this.user = user;
    this.secret = secret;
    this.scram = new ScramVerifier(derivation, user, secret);
  }

  /** The first step. */
  public ClientStep start() {
    if (state != State.NEW) {
      throw new IllegalStateException("a login starts once");
    }
    return switch (type) {
      case TRUST -> trust();
      case SCRAM_SHA_256 -> askSasl();
      // A SCRAM secret cannot answer MD5; PgBouncer then asks for SCRAM too.
      case MD5 -> secret instanceof StoredSecret.Scram ? askSasl() : askMd5();
    };
  }

  /**
   * The next step, after the client has sent a {@code p} message. Never fails: whatever goes wrong
   * is a refusal.
   *
   * @param body the message without its type and length
   */
  public CompletableFuture<ClientStep> answer(byte[] body) {
    try {
      if (body.length > Authentication.LONGEST_MESSAGE) {
        throw new MalformedException("a message of the login has " + body.length + " bytes");
      }
      return next(body).exceptionally(this::overloaded);
    } catch (MalformedException e) {
      state = State.ENDED;
      return done(
          new ClientStep.Refused(
              PROTOCOL_VIOLATION, "malformed login", String.valueOf(e.getMessage())));
    }
  }

  private CompletableFuture<ClientStep> next(byte[] body) throws MalformedException {
    return switch (state) {
      case MD5_ASKED -> {
        state = State.ENDED;
        yield done(checkMd5(body));
      }
      case SASL_ASKED -> {
        var response = initialResponse(body);
        if (response == null) {
          state = State.EMPTY_CHALLENGE_SENT;
          yield done(new ClientStep.Ask(Authentication.SASL_CONTINUE, new byte[0]));
        }
        yield challenge(response);
      }
      case EMPTY_CHALLENGE_SENT -> challenge(body);
      case CHALLENGED -> {
        state = State.ENDED;
        yield scram.last(body);
      }
      case NEW, ENDED -> throw new MalformedException("a password that was not asked for");
    };
  }

  private CompletableFuture<ClientStep> challenge(byte[] response) throws MalformedException {
    state = State.CHALLENGED;
    return done(new ClientStep.Ask(Authentication.SASL_CONTINUE, scram.first(response)));
  }

  private ClientStep trust() {
    state = State.ENDED;
    return secret == null
        ? new ClientStep.Refused(NO_SUCH_USER, "no such user", "no such user in the auth_file")
        : new ClientStep.Accepted(new byte[0], ServerSecret.of(secret));
  }

  private ClientStep askSasl() {
    state = State.SASL_ASKED;
    // A list of names, each ended by zero, and an empty one at the end.
    return new ClientStep.Ask(
        Authentication.SASL, (Authentication.SCRAM_SHA_256 + "\0\0").getBytes(US_ASCII));
  }

  private ClientStep askMd5() {
    state = State.MD5_ASKED;
    RANDOM.nextBytes(md5Salt);
    return new ClientStep.Ask(Authentication.MD5_PASSWORD, md5Salt.clone());
  }

  private ClientStep checkMd5(byte[] body) throws MalformedException {
    if (body.length == 0 || body[body.length - 1] != 0) {
      throw new MalformedException("the password does not end with zero");
    }
    var stored =
        switch (secret) {
          case StoredSecret.Md5 md5 -> md5.hash();
          case StoredSecret.Plain plain when !plain.password().isEmpty() ->
              Md5Password.stored(user, plain.password());
          case null, default -> null;
        };
    // Without a secret the work is the same, and the outcome certain.
    var expected =
        Md5Password.sent(stored == null ? Md5Password.stored(user, "") : stored, md5Salt);
    var sent = Arrays.copyOf(body, body.length - 1);
    if (!MessageDigest.isEqual(expected.getBytes(UTF_8), sent)
        || stored == null
        || secret == null) {
      return wrongPassword(secret == null ? "no such user in the auth_file" : "wrong password");
    }
    return new ClientStep.Accepted(new byte[0], ServerSecret.of(secret));
  }

  /** SASLInitialResponse: the mechanism, then the length of the response and the response. */
  private static byte @Nullable [] initialResponse(byte[] body) throws MalformedException {
    var end = 0;
    while (end < body.length && body[end] != 0) {
      end++;
    }
    if (body.length - end < 1 + Integer.BYTES) {
      throw new MalformedException("the SASL response has no mechanism or no length");
    }
    var mechanism = new String(body, 0, end, UTF_8);
    if (!mechanism.equals(Authentication.SCRAM_SHA_256)) {
      throw new MalformedException("the client chose a SASL mechanism that was not offered");
    }
    var rest = ByteBuffer.wrap(body, end + 1, body.length - end - 1);
    var length = rest.getInt();
    if (length == -1 && !rest.hasRemaining()) {
      return null;
    }
    if (length != rest.remaining()) {
      throw new MalformedException("the SASL response has another length than it says");
    }
    var response = new byte[length];
    rest.get(response);
    return response;
  }

  private ClientStep overloaded(Throwable failure) {
    return new ClientStep.Refused(TOO_MANY, "too many logins at once", failure.toString());
  }

  /** PgBouncer's words for every login that fails by its password. */
  static ClientStep wrongPassword(String reason) {
    return new ClientStep.Refused(WRONG_PASSWORD, "password authentication failed", reason);
  }

  private static CompletableFuture<ClientStep> done(ClientStep step) {
    return CompletableFuture.completedFuture(step);
  }
}
