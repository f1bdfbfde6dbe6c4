package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.pooler.config.AuthMethod;
import dev.penstock.pooler.config.IdentMap;
import dev.penstock.pooler.config.StoredSecret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One client's login, from the startup packet to AuthenticationOk.
 *
 * <pre>
 *   start ─ trust, cert, peer, reject ──────────────────────────► accepted or refused
 *     ├─ password ► asked for it ─── PasswordMessage ───────────► accepted or refused
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
  private static final String REFUSED = "28000";

  /** too_many_connections. */
  private static final String TOO_MANY = "53300";

  private static final SecureRandom RANDOM = new SecureRandom();

  private enum State {
    NEW,
    PASSWORD_ASKED,
    MD5_ASKED,
    SASL_ASKED,
    EMPTY_CHALLENGE_SENT,
    CHALLENGED,
    ENDED
  }

  private final AuthMethod method;
  private final String user;
  private final @Nullable StoredSecret secret;
  private final @Nullable TlsSession tls;
  private final @Nullable IdentMap map;
  private final ScramVerifier scram;
  private final byte[] md5Salt = new byte[Md5Password.SALT_BYTES];
  private State state = State.NEW;
  private boolean bound;

  /**
   * A login of a user.
   *
   * @param user as the startup packet names it
   * @param secret what is stored of the user; null when there is no such user
   * @param tls null without TLS
   * @param map whose certificate may log in as whom; null when the name must be the same
   */
  public ClientLogin(
      AuthMethod method,
      String user,
      @Nullable StoredSecret secret,
      KeyDerivation derivation,
      @Nullable TlsSession tls,
      @Nullable IdentMap map) {
    this.method = method;
    this.user = user;
    this.secret = secret;
    this.tls = tls;
    this.map = map;
    this.scram =
        new ScramVerifier(derivation, user, secret, tls == null ? new byte[0] : tls.endPoint());
  }

  /** The first step. */
  public ClientStep start() {
    if (state != State.NEW) {
      throw new IllegalStateException("a login starts once");
    }
    return switch (method) {
      case TRUST -> known("\"trust\" authentication failed");
      case CERT -> certificate();
      case PEER -> end(REFUSED, "unix socket login rejected", "it is not a Unix socket");
      case REJECT -> end(REFUSED, "login rejected", "the auth_hba_file rejects it");
      case PASSWORD -> {
        state = State.PASSWORD_ASKED;
        yield new ClientStep.Ask(Authentication.CLEARTEXT_PASSWORD, new byte[0]);
      }
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
      return next(body).exceptionally(this::failed);
    } catch (MalformedException e) {
      state = State.ENDED;
      return done(
          new ClientStep.Refused(
              PROTOCOL_VIOLATION, "malformed login", String.valueOf(e.getMessage())));
    }
  }

  private CompletableFuture<ClientStep> next(byte[] body) throws MalformedException {
    return switch (state) {
      case PASSWORD_ASKED -> {
        state = State.ENDED;
        yield checkPassword(new String(withoutZero(body), UTF_8));
      }
      case MD5_ASKED -> {
        state = State.ENDED;
        yield done(checkMd5(withoutZero(body)));
      }
      case SASL_ASKED -> {
        var initial = ScramMessages.Initial.parse(body, scram.offersBinding());
        bound = initial.bound();
        if (initial.response() == null) {
          state = State.EMPTY_CHALLENGE_SENT;
          yield done(new ClientStep.Ask(Authentication.SASL_CONTINUE, new byte[0]));
        }
        yield challenge(initial.response());
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
    return done(new ClientStep.Ask(Authentication.SASL_CONTINUE, scram.first(response, bound)));
  }

  /** Nothing is to be proved, but the user must be known. */
  private ClientStep known(String message) {
    state = State.ENDED;
    return secret == null
        ? new ClientStep.Refused(REFUSED, message, "no such user: " + user)
        : new ClientStep.Accepted(new byte[0], ServerSecret.of(secret));
  }

  private ClientStep certificate() {
    var message = "certificate authentication failed";
    if (tls == null) {
      return end(REFUSED, message, "TLS connection required");
    }
    if (tls.peer() == null) {
      return end(REFUSED, message, "TLS client certificate required");
    }
    var name = tls.commonName();
    if (name == null) {
      return end(REFUSED, message, "the TLS certificate has not exactly one common name");
    }
    if (map != null && !map.allows(name, user)) {
      return end(REFUSED, message, "ident map: " + map.name() + " does not have a match");
    }
    if (map == null && !name.equals(user)) {
      return end(REFUSED, message, "TLS certificate name mismatch");
    }
    return known(message);
  }

  private ClientStep end(String sqlState, String message, String reason) {
    state = State.ENDED;
    return new ClientStep.Refused(sqlState, message, reason);
  }

  private CompletableFuture<ClientStep> checkPassword(String sent) {
    if (sent.isEmpty()) {
      return done(
          new ClientStep.Refused(
              WRONG_PASSWORD, "empty password returned by client", "an empty password"));
    }
    var right =
        switch (secret) {
          case StoredSecret.Plain plain -> same(plain.password(), sent);
          case StoredSecret.Md5 md5 -> same(md5.hash(), Md5Password.stored(user, sent));
          case null, default -> false;
        };
    // To say no takes as long whatever is stored, and if nothing is.
    return right && secret != null
        ? done(new ClientStep.Accepted(new byte[0], ServerSecret.of(secret)))
        : scram.password(sent);
  }

  private static boolean same(String stored, String sent) {
    return MessageDigest.isEqual(stored.getBytes(UTF_8), sent.getBytes(UTF_8));
  }

  private ClientStep askSasl() {
    state = State.SASL_ASKED;
    // A list of names, each ended by zero, and an empty one at the end.
    var names =
        (scram.offersBinding() ? Authentication.SCRAM_SHA_256_PLUS + '\0' : "")
            + Authentication.SCRAM_SHA_256
            + "\0\0";
    return new ClientStep.Ask(Authentication.SASL, names.getBytes(US_ASCII));
  }

  private ClientStep askMd5() {
    state = State.MD5_ASKED;
    RANDOM.nextBytes(md5Salt);
    return new ClientStep.Ask(Authentication.MD5_PASSWORD, md5Salt.clone());
  }

  private static byte[] withoutZero(byte[] body) throws MalformedException {
    if (body.length == 0 || body[body.length - 1] != 0) {
      throw new MalformedException("the password does not end with zero");
    }
    return Arrays.copyOf(body, body.length - 1);
  }

  private ClientStep checkMd5(byte[] sent) {
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
    if (!MessageDigest.isEqual(expected.getBytes(UTF_8), sent)
        || stored == null
        || secret == null) {
      return wrongPassword(secret == null ? "no such user: " + user : "wrong password");
    }
    return new ClientStep.Accepted(new byte[0], ServerSecret.of(secret));
  }

  private ClientStep failed(Throwable failure) {
    var cause = KeyDerivation.cause(failure);
    return cause instanceof RejectedExecutionException
        ? new ClientStep.Refused(TOO_MANY, "too many logins at once", cause.toString())
        // Not a word of what it could not take: that may be a password.
        : wrongPassword("the password cannot be used: " + cause.getClass().getSimpleName());
  }

  /** PgBouncer's words for every login that fails by its password, but for SCRAM. */
  static ClientStep wrongPassword(String reason) {
    return new ClientStep.Refused(WRONG_PASSWORD, "password authentication failed", reason);
  }

  /** PgBouncer's words for every login that fails by SCRAM. */
  static ClientStep wrongProof(String reason) {
    return new ClientStep.Refused(WRONG_PASSWORD, "SASL authentication failed", reason);
  }

  private static CompletableFuture<ClientStep> done(ClientStep step) {
    return CompletableFuture.completedFuture(step);
  }
}
