package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.exception.ScramException;
import dev.penstock.pooler.config.AuthMethod;
import dev.penstock.pooler.config.StoredSecret;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientLoginTest {

  private static final KeyDerivation DERIVATION = new KeyDerivation();

  @Test
  void scramLetsInWhoKnowsAPasswordThatIsStoredAsItIs() {
    var accepted = (ClientStep.Accepted) scram(new StoredSecret.Plain("pässword"), "pässword");

    assertThat(accepted.secret()).isEqualTo(new ServerSecret.Password("pässword"));
  }

  @Test
  void scramLetsInByAStoredSecretAndLearnsTheKeysForTheServer() {
    var keys = ScramKeys.derive("pencil", "salt".getBytes(US_ASCII), 5_000);
    var stored = StoredSecret.of(secretText(keys, "salt", 5_000));

    var accepted = (ClientStep.Accepted) scram(stored, "pencil");

    assertThat(accepted.secret())
        .isInstanceOfSatisfying(
            ServerSecret.Scram.class,
            secret -> {
              assertThat(secret.clientKey()).isEqualTo(keys.clientKey());
              assertThat(secret.serverKey()).isEqualTo(keys.serverKey());
            });
  }

  @Test
  void scramRefusesAWrongPasswordAndWhoeverIsNotThereInTheSameWords() {
    var keys = ScramKeys.derive("pencil", "salt".getBytes(US_ASCII), 4_096);

    assertThat(
            List.of(
                scram(new StoredSecret.Plain("right"), "wrong"),
                scram(StoredSecret.of(secretText(keys, "salt", 4_096)), "wrong"),
                scram(new StoredSecret.Plain(""), "x"),
                scram(new StoredSecret.Md5("md5" + "0".repeat(32)), "x"),
                scram(null, "wrong")))
        .allSatisfy(
            step ->
                assertThat(step)
                    .isInstanceOfSatisfying(
                        ClientStep.Refused.class,
                        refused -> {
                          assertThat(refused.sqlState()).isEqualTo("28P01");
                          assertThat(refused.message()).isEqualTo("SASL authentication failed");
                        }));
  }

  @Test
  void whoIsNotThereSeesTheSameSaltEachTimeAsWhoIsThereDoes() {
    assertThat(challenge(null))
        .isEqualTo(challenge(null))
        .isEqualTo(challenge(new StoredSecret.Plain("p")));
  }

  @Test
  void answersTheExchangeOfRfc7677() throws MalformedException {
    // RFC 7677 section 3, with the server's side taken from the password.
    var keys =
        ScramKeys.derive("pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4_096);
    var authMessage =
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
            + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,"
            + "i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    var last =
        ScramMessages.Final.parse(
            ("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
                .getBytes(US_ASCII),
            "n,,".getBytes(US_ASCII),
            "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

    assertThat(
            ScramFunctions.verifyClientProof(
                ScramMechanism.SCRAM_SHA_256, last.proof(), keys.storedKey(), authMessage))
        .isTrue();
    assertThat(
            ScramFunctions.serverSignature(
                ScramMechanism.SCRAM_SHA_256, keys.serverKey(), authMessage))
        .isEqualTo(Base64.getDecoder().decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
  }

  @Test
  void takesAClientThatWouldHaveBoundTheChannelHadItBeenOffered() {
    var login = login(AuthMethod.SCRAM_SHA_256, new StoredSecret.Plain("p"));
    login.start();

    assertThat(answer(login, initialResponse("y,,n=,r=abc"))).isInstanceOf(ClientStep.Ask.class);
  }

  @Test
  void md5LetsInByPasswordAndByHash() {
    assertThat(md5(new StoredSecret.Plain("secret"), "secret"))
        .isInstanceOfSatisfying(
            ClientStep.Accepted.class,
            accepted ->
                assertThat(accepted.secret()).isEqualTo(new ServerSecret.Password("secret")));
    assertThat(md5(StoredSecret.of(Md5Password.stored("ann", "secret")), "secret"))
        .isInstanceOf(ClientStep.Accepted.class);
    assertThat(Md5Password.stored("admin", "1234"))
        .isEqualTo("md545f2603610af569b6155c45067268c6b");
  }

  @Test
  void md5RefusesAWrongPasswordAnEmptyOneAndWhoeverIsNotThere() {
    assertThat(md5(new StoredSecret.Plain("secret"), "wrong"))
        .isInstanceOf(ClientStep.Refused.class);
    assertThat(md5(new StoredSecret.Plain(""), "")).isInstanceOf(ClientStep.Refused.class);
    assertThat(md5(null, "")).isInstanceOf(ClientStep.Refused.class);
  }

  @Test
  void md5AsksForScramWhereThatIsWhatIsStored() {
    var keys = ScramKeys.derive("pencil", "salt".getBytes(US_ASCII), 4_096);
    var login = login(AuthMethod.MD5, StoredSecret.of(secretText(keys, "salt", 4_096)));

    assertThat(((ClientStep.Ask) login.start()).kind()).isEqualTo(Authentication.SASL);
  }

  @Test
  void trustLetsInWhoIsInTheFileAndNobodyElse() {
    assertThat(login(AuthMethod.TRUST, new StoredSecret.Plain("")).start())
        .isInstanceOf(ClientStep.Accepted.class);
    assertThat(login(AuthMethod.TRUST, null).start())
        .isInstanceOfSatisfying(
            ClientStep.Refused.class,
            refused -> assertThat(refused.message()).isEqualTo("\"trust\" authentication failed"));
  }

  @Test
  void aPasswordAsItIsIsCheckedAgainstWhateverIsStored() {
    var keys = ScramKeys.derive("right", "salt".getBytes(US_ASCII), 4_096);
    var stored =
        List.of(
            new StoredSecret.Plain("right"),
            new StoredSecret.Md5(Md5Password.stored("ann", "right")),
            StoredSecret.of(secretText(keys, "salt", 4_096)));
    for (var secret : stored) {
      assertThat(password(secret, "right")).isInstanceOf(ClientStep.Accepted.class);
      assertWrong(password(secret, "wrong"));
      assertThat(password(secret, ""))
          .isInstanceOfSatisfying(
              ClientStep.Refused.class,
              refused ->
                  assertThat(refused.message()).isEqualTo("empty password returned by client"));
    }
    assertWrong(password(new StoredSecret.Plain(""), "x"));
    assertWrong(password(null, "x"));
  }

  @Test
  void aPasswordThatWasSentAsItIsOpensAServerThatHoldsTheSameScramSecret() {
    var keys = ScramKeys.derive("right", "salt".getBytes(US_ASCII), 4_096);

    assertThat(password(StoredSecret.of(secretText(keys, "salt", 4_096)), "right"))
        .isInstanceOfSatisfying(
            ClientStep.Accepted.class,
            accepted ->
                assertThat(accepted.secret())
                    .isInstanceOfSatisfying(
                        ServerSecret.Scram.class,
                        scram -> assertThat(scram.clientKey()).isEqualTo(keys.clientKey())));
  }

  private static ClientStep password(@Nullable StoredSecret stored, String password) {
    var login = login(AuthMethod.PASSWORD, stored);
    assertThat(login.start())
        .isInstanceOfSatisfying(
            ClientStep.Ask.class,
            ask -> assertThat(ask.kind()).isEqualTo(Authentication.CLEARTEXT_PASSWORD));
    return answer(login, (password + '\0').getBytes(UTF_8));
  }

  private static void assertWrong(ClientStep step) {
    assertThat(step)
        .isInstanceOfSatisfying(
            ClientStep.Refused.class,
            refused -> {
              assertThat(refused.sqlState()).isEqualTo("28P01");
              assertThat(refused.message()).isEqualTo("password authentication failed");
            });
  }

  private static ClientStep scram(@Nullable StoredSecret stored, String password) {
    var login = login(AuthMethod.SCRAM_SHA_256, stored);
    assertThat(((ClientStep.Ask) login.start()).body())
        .isEqualTo("SCRAM-SHA-256\0\0".getBytes(US_ASCII));
    var client =
        ScramClient.builder()
            .advertisedMechanisms(List.of("SCRAM-SHA-256"))
            .username("*")
            .password(password.toCharArray())
            .build();
    var ask =
        (ClientStep.Ask) answer(login, initialResponse(client.clientFirstMessage().toString()));
    try {
      client.serverFirstMessage(new String(ask.body(), US_ASCII));
      var step = answer(login, client.clientFinalMessage().toString().getBytes(US_ASCII));
      if (step instanceof ClientStep.Accepted accepted) {
        client.serverFinalMessage(new String(accepted.saslFinal(), US_ASCII));
      }
      return step;
    } catch (ScramException e) {
      throw new AssertionError("the client does not believe the verifier", e);
    }
  }

  private static String challenge(@Nullable StoredSecret stored) {
    var login = login(AuthMethod.SCRAM_SHA_256, stored);
    login.start();
    var ask = (ClientStep.Ask) answer(login, initialResponse("n,,n=,r=abc"));
    return new String(ask.body(), US_ASCII).replaceFirst("r=[^,]*", "");
  }

  private static ClientStep md5(@Nullable StoredSecret stored, String password) {
    var login = login(AuthMethod.MD5, stored);
    var ask = (ClientStep.Ask) login.start();
    assertThat(ask.kind()).isEqualTo(Authentication.MD5_PASSWORD);
    var sent = Md5Password.sent(Md5Password.stored("ann", password), ask.body());
    return answer(login, (sent + '\0').getBytes(US_ASCII));
  }

  private static ClientLogin login(AuthMethod method, @Nullable StoredSecret stored) {
    return new ClientLogin(method, "ann", stored, DERIVATION, null, null);
  }

  private static ClientStep answer(ClientLogin login, byte[] body) {
    return login.answer(body).join();
  }

  private static byte[] initialResponse(String text) {
    var response = text.getBytes(UTF_8);
    var mechanism = "SCRAM-SHA-256\0".getBytes(US_ASCII);
    return ByteBuffer.allocate(mechanism.length + 4 + response.length)
        .put(mechanism)
        .putInt(response.length)
        .put(response)
        .array();
  }

  private static String secretText(ScramKeys keys, String salt, int iterations) {
    var base64 = Base64.getEncoder();
    return "SCRAM-SHA-256$%d:%s$%s:%s"
        .formatted(
            iterations,
            base64.encodeToString(salt.getBytes(US_ASCII)),
            base64.encodeToString(keys.storedKey()),
            base64.encodeToString(keys.serverKey()));
  }
}
