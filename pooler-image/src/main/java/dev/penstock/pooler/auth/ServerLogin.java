package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.exception.ScramRuntimeException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pooler's own login to a server: cleartext, MD5 or SCRAM-SHA-256, as the server asks; SCRAM is
 * bound to TLS where both sides can.
 *
 * <p>A server that began SCRAM must prove that it knows the secret before it is believed. For one
 * thread at a time; a step may complete on another thread.
 */
public final class ServerLogin {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_CHARACTERS = 24;
  private static final int KEY_BYTES = 32;
  private static final List<String> KNOWN_MECHANISMS =
      List.of(Authentication.SCRAM_SHA_256_PLUS, Authentication.SCRAM_SHA_256);

  /** PostgreSQL takes the user from the startup packet and ignores this one. */
  private static final String ANY_USER = "*";

  /** PgBouncer's words. */
  private static final String WRONG_TYPE = "wrong password type: ";

  private static final String CANNOT_ANSWER =
      "; give the user's password in the auth_file, or as password= of the database";

  // Checked before the library sees them: it answers some malformed messages with an Error.
  private static final Pattern SERVER_FINAL = Pattern.compile("v=[A-Za-z0-9+/=]{4,1024}");

  private enum State {
    NEW,
    ANSWERED,
    SASL_STARTED,
    SASL_ANSWERED,
    SERVER_VERIFIED,
    ENDED
  }

  private final String user;
  private final ServerSecret secret;
  private final KeyDerivation derivation;
  private List<String> mechanisms = List.of();
  private byte[] endPoint = new byte[0];
  private String nonce = "";
  private @Nullable ScramClient scram;
  private State state = State.NEW;

  /**
   * A login.
   *
   * @param user whom to log in as
   */
  public ServerLogin(String user, ServerSecret secret, KeyDerivation derivation) {
    this.user = user;
    this.secret = secret;
    this.derivation = derivation;
  }

  /** The login goes through TLS, and binds itself to it where the server can. */
  public void over(TlsSession tls) {
    endPoint = tls.endPoint();
  }

  /**
   * The next step, after the server has sent an Authentication message. Never fails: whatever goes
   * wrong is {@link ServerStep.Failed} or {@link ServerStep.Busy}.
   *
   * @param kind the message's number
   * @param body what follows it
   */
  public CompletableFuture<ServerStep> receive(int kind, byte[] body) {
    try {
      if (body.length > Authentication.LONGEST_MESSAGE) {
        throw new MalformedException("an Authentication message of " + body.length + " bytes");
      }
      return next(kind, body).exceptionally(this::withoutKeys);
    } catch (MalformedException e) {
      state = State.ENDED;
      return done(failed("the server's login is malformed: " + e.getMessage()));
    }
  }

  private CompletableFuture<ServerStep> next(int kind, byte[] body) throws MalformedException {
    return switch (kind) {
      case Authentication.OK -> done(ok());
      case Authentication.CLEARTEXT_PASSWORD -> {
        advance(State.NEW, State.ANSWERED);
        yield done(cleartext());
      }
      case Authentication.MD5_PASSWORD -> {
        advance(State.NEW, State.ANSWERED);
        yield done(md5(body));
      }
      case Authentication.SASL -> {
        advance(State.NEW, State.SASL_STARTED);
        yield done(startSasl(body));
      }
      case Authentication.SASL_CONTINUE -> {
        advance(State.SASL_STARTED, State.SASL_ANSWERED);
        yield prove(new String(body, UTF_8));
      }
      case Authentication.SASL_FINAL -> {
        advance(State.SASL_ANSWERED, State.SERVER_VERIFIED);
        yield done(verifyServer(new String(body, UTF_8)));
      }
      default ->
          done(
              failed(
                  "the server asks for authentication of kind "
                      + kind
                      + ", which is not supported; use scram-sha-256 in its pg_hba.conf"));
    };
  }

  private void advance(State from, State to) throws MalformedException {
    if (state != from) {
      throw new MalformedException("a step out of order after " + state);
    }
    state = to;
  }

  private ServerStep ok() throws MalformedException {
    if (state == State.SASL_STARTED || state == State.SASL_ANSWERED || state == State.ENDED) {
      throw new MalformedException("the server ended the login without proving itself");
    }
    state = State.ENDED;
    return new ServerStep.LoggedIn();
  }

  private ServerStep cleartext() {
    return secret instanceof ServerSecret.Password password
        ? new ServerStep.Send((password.password() + '\0').getBytes(UTF_8))
        : failed(
            WRONG_TYPE + "the server asks for the password of \"" + user + "\"" + CANNOT_ANSWER);
  }

  private ServerStep md5(byte[] salt) throws MalformedException {
    if (salt.length != Md5Password.SALT_BYTES) {
      throw new MalformedException("an MD5 salt of " + salt.length + " bytes");
    }
    return switch (secret) {
      case ServerSecret.Password password ->
          md5Answer(Md5Password.stored(user, password.password()), salt);
      case ServerSecret.Md5 md5 -> md5Answer(md5.hash(), salt);
      case ServerSecret.Scram _, ServerSecret.None _ ->
          failed(
              WRONG_TYPE
                  + "the server asks for the MD5 password of \""
                  + user
                  + "\""
                  + CANNOT_ANSWER);
    };
  }

  private static ServerStep md5Answer(String stored, byte[] salt) {
    return new ServerStep.Send((Md5Password.sent(stored, salt) + '\0').getBytes(UTF_8));
  }

  private ServerStep startSasl(byte[] body) {
    mechanisms =
        Stream.of(new String(body, UTF_8).split("\0"))
            .filter(KNOWN_MECHANISMS::contains)
            .distinct()
            .toList();
    if (!mechanisms.contains(Authentication.SCRAM_SHA_256)) {
      return failed("the server offers no SASL mechanism that is known; SCRAM-SHA-256 is");
    }
    if (secret instanceof ServerSecret.None || secret instanceof ServerSecret.Md5) {
      return failed(WRONG_TYPE + "the server asks for SCRAM of \"" + user + "\"" + CANNOT_ANSWER);
    }
    nonce = ScramFunctions.nonce(NONCE_CHARACTERS, RANDOM);
    // The keys are known only when the server has named the salt; its first message needs none.
    var client = client(new byte[KEY_BYTES], new byte[KEY_BYTES]);
    var first = client.clientFirstMessage().toString().getBytes(UTF_8);
    var mechanism = (client.getScramMechanism().getName() + '\0').getBytes(UTF_8);
    return new ServerStep.Send(
        ByteBuffer.allocate(mechanism.length + Integer.BYTES + first.length)
            .put(mechanism)
            .putInt(first.length)
            .put(first)
            .array());
  }

  private ScramClient client(byte[] clientKey, byte[] serverKey) {
    var builder =
        ScramClient.builder()
            .advertisedMechanisms(mechanisms)
            .username(ANY_USER)
            .clientAndServerKey(clientKey, serverKey)
            .nonceSupplier(() -> nonce);
    return endPoint.length == 0
        ? builder.build()
        : builder.channelBinding(Authentication.CHANNEL_BINDING, endPoint).build();
  }

  private CompletableFuture<ServerStep> prove(String serverFirst) throws MalformedException {
    var challenge = ScramChallenge.parse(serverFirst, nonce);
    return switch (secret) {
      case ServerSecret.Password password ->
          derivation
              .keys(password.password(), challenge.salt(), challenge.iterations())
              .thenApply(keys -> proof(serverFirst, keys.clientKey(), keys.serverKey()));
      case ServerSecret.Scram keys ->
          done(
              keys.iterations() == challenge.iterations()
                      && Arrays.equals(keys.salt(), challenge.salt())
                  ? proof(serverFirst, keys.clientKey(), keys.serverKey())
                  : failed(
                      WRONG_TYPE
                          + "the server holds another SCRAM secret of \""
                          + user
                          + "\" than the pooler, with other salt or iterations; give the server's"
                          + " own, or the password"));
      case ServerSecret.Md5 _, ServerSecret.None _ ->
          throw new IllegalStateException("SCRAM was started without a secret for it");
    };
  }

  private ServerStep proof(String serverFirst, byte[] clientKey, byte[] serverKey) {
    try {
      // The same first message as was sent, now that the salt for the keys is known.
      var client = client(clientKey, serverKey);
      client.clientFirstMessage();
      client.serverFirstMessage(serverFirst);
      var last = client.clientFinalMessage().toString();
      scram = client;
      return new ServerStep.Send(last.getBytes(UTF_8));
    } catch (ScramException | ScramRuntimeException | IllegalArgumentException e) {
      return failed("the server's SCRAM message is malformed: " + e.getMessage());
    }
  }

  private ServerStep verifyServer(String serverFinal) {
    if (scram == null) {
      return failed("the server's SCRAM message came out of order");
    }
    if (!SERVER_FINAL.matcher(serverFinal).matches()) {
      return failed(
          "the server could not prove itself: its final SCRAM message is not v=signature");
    }
    try {
      scram.serverFinalMessage(serverFinal);
      return new ServerStep.Wait();
    } catch (ScramException | ScramRuntimeException | IllegalArgumentException e) {
      return failed("the server could not prove itself: " + e.getMessage());
    }
  }

  private ServerStep withoutKeys(Throwable failure) {
    var cause = KeyDerivation.cause(failure);
    if (cause instanceof RejectedExecutionException) {
      state = State.ENDED;
      return new ServerStep.Busy("too many logins at once");
    }
    // Not a word of what it could not take: that may be the password.
    return failed(
        "the password of \"" + user + "\" cannot be used: " + cause.getClass().getSimpleName());
  }

  private ServerStep failed(String message) {
    state = State.ENDED;
    return new ServerStep.Failed(message);
  }

  private static CompletableFuture<ServerStep> done(ServerStep step) {
    return CompletableFuture.completedFuture(step);
  }
}
