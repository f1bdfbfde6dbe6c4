package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.config.AuthMethod;
import dev.penstock.pooler.config.StoredSecret;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ServerLoginTest {

  private static final KeyDerivation DERIVATION = new KeyDerivation();
  private static final Certificates CERTIFICATES = new Certificates("test authority");
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] SCRAM = "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0".getBytes(US_ASCII);

  @Test
  void logsInByScramAndChecksThatTheServerKnowsTheSecretToo() {
    var server =
        new ClientLogin(
            AuthMethod.SCRAM_SHA_256, "ann", new StoredSecret.Plain("p"), DERIVATION, null, null);

    assertThat(exchange(server, new ServerSecret.Password("p")))
        .isInstanceOf(ServerStep.LoggedIn.class);
  }

  @Test
  void logsInWithTheKeysThatAClientsOwnLoginRevealed() {
    var keys = ScramKeys.derive("p", "salt".getBytes(US_ASCII), 4_096);
    var stored =
        new StoredSecret.Scram(
            4_096, "salt".getBytes(US_ASCII), keys.storedKey(), keys.serverKey());
    var server = new ClientLogin(AuthMethod.SCRAM_SHA_256, "ann", stored, DERIVATION, null, null);

    assertThat(
            exchange(
                server,
                new ServerSecret.Scram(
                    keys.clientKey(), keys.serverKey(), "salt".getBytes(US_ASCII), 4_096)))
        .isInstanceOf(ServerStep.LoggedIn.class);
  }

  @Test
  void saysSoWhenTheServerHoldsAnotherScramSecretThanTheClientsKeysBelongTo() {
    var keys = ScramKeys.derive("p", "salt".getBytes(US_ASCII), 4_096);
    for (var challenge : List.of("s=c2FsdA==,i=4097", "s=b3RoZXI=,i=4096")) {
      var login =
          login(
              new ServerSecret.Scram(
                  keys.clientKey(), keys.serverKey(), "salt".getBytes(US_ASCII), 4_096));
      var nonce = nonce((ServerStep.Send) receive(login, Authentication.SASL, SCRAM));

      assertFailed(
          receive(
              login,
              Authentication.SASL_CONTINUE,
              ("r=" + nonce + "s," + challenge).getBytes(US_ASCII)),
          "wrong password type: the server holds another SCRAM secret of \"ann\"");
    }
  }

  @Test
  void bindsItselfToTheTlsSessionWhereTheServerCan() {
    var certificate = CERTIFICATES.issue("server", "localhost").certificate();
    var here = new TlsSession(certificate, certificate);
    var bound = login(new ServerSecret.Password("p"));
    bound.over(here);
    assertThat(sent(receive(bound, Authentication.SASL, SCRAM)))
        .startsWith("SCRAM-SHA-256-PLUS\0")
        .contains("p=tls-server-end-point,,n=*");
    var shortened = login(new ServerSecret.Password("p"));
    shortened.over(here);
    assertThat(
            sent(receive(shortened, Authentication.SASL, "SCRAM-SHA-256\0\0".getBytes(US_ASCII))))
        .startsWith("SCRAM-SHA-256\0")
        .contains("y,,n=*");
    assertThat(sent(receive(login(new ServerSecret.Password("p")), Authentication.SASL, SCRAM)))
        .startsWith("SCRAM-SHA-256\0")
        .contains("n,,n=*");
  }

  @Test
  void whoStandsBetweenTwoTlsSessionsIsFoundOut() {
    var own = CERTIFICATES.issue("server", "localhost").certificate();
    var other = CERTIFICATES.issue("server", "localhost").certificate();
    var server = bindable(own);
    var login = login(new ServerSecret.Password("p"));
    login.over(new TlsSession(other, other));
    var refused = (ClientStep.Refused) proofOf(server, login);

    assertThat(refused.reason()).contains("channel binding");
    var right = login(new ServerSecret.Password("p"));
    right.over(new TlsSession(own, own));
    assertThat(proofOf(bindable(own), right)).isInstanceOf(ClientStep.Accepted.class);
  }

  @Test
  void aClientThatWasKeptFromBindingItselfIsRefused() {
    var certificate = CERTIFICATES.issue("server", "localhost").certificate();
    var server = bindable(certificate);
    server.start();
    var login = login(new ServerSecret.Password("p"));
    login.over(new TlsSession(certificate, certificate));
    var first =
        (ServerStep.Send)
            receive(login, Authentication.SASL, "SCRAM-SHA-256\0\0".getBytes(US_ASCII));

    assertThat(server.answer(first.body()).join()).isInstanceOf(ClientStep.Refused.class);
  }

  private static ClientLogin bindable(X509Certificate certificate) {
    return new ClientLogin(
        AuthMethod.SCRAM_SHA_256,
        "ann",
        new StoredSecret.Plain("p"),
        DERIVATION,
        new TlsSession(null, certificate),
        null);
  }

  private static ClientStep proofOf(ClientLogin server, ServerLogin login) {
    var ask = (ClientStep.Ask) server.start();
    var first = (ServerStep.Send) receive(login, ask.kind(), ask.body());
    var challenge = (ClientStep.Ask) server.answer(first.body()).join();
    var proof = (ServerStep.Send) receive(login, challenge.kind(), challenge.body());
    return server.answer(proof.body()).join();
  }

  private static String sent(ServerStep step) {
    return new String(((ServerStep.Send) step).body(), US_ASCII);
  }

  @Test
  void doesNotBelieveAServerThatCannotProveItself() {
    var login = started();
    var answer = "v=" + Base64.getEncoder().encodeToString(new byte[32]);

    assertFailed(
        login.receive(Authentication.SASL_FINAL, answer.getBytes(US_ASCII)).join(), "prove");
    assertFailed(login.receive(Authentication.OK, NOTHING).join(), "without proving");
  }

  @Test
  void doesNotBelieveAServerThatSkipsTheProof() {
    assertFailed(started().receive(Authentication.OK, NOTHING).join(), "without proving");

    var login = login(new ServerSecret.Password("p"));
    receive(login, Authentication.SASL, SCRAM);
    assertFailed(login.receive(Authentication.OK, NOTHING).join(), "without proving");
  }

  @Test
  void refusesToBurnAProcessorForAServer() {
    for (var bad :
        List.of(
            "r=%s,s=c2FsdA==,i=2000000000",
            "r=%s,s=c2FsdA==,i=0",
            "r=%s,s=c2FsdA==,i=-1",
            "r=%s,s=c2FsdA==,i=99999999999999",
            "r=%s,s=,i=4096",
            "r=%s,s=!!!,i=4096",
            "r=other,s=c2FsdA==,i=4096",
            "r=%s" + "x".repeat(10_000) + ",s=c2FsdA==,i=4096",
            "e=other-error",
            "")) {
      var login = login(new ServerSecret.Password("p"));
      var nonce = nonce((ServerStep.Send) receive(login, Authentication.SASL, SCRAM));
      var step =
          receive(
              login,
              Authentication.SASL_CONTINUE,
              bad.replace("%s", nonce + "srv").getBytes(US_ASCII));
      assertThat(step).as(bad).isInstanceOf(ServerStep.Failed.class);
    }
  }

  @Test
  void answersMd5AndCleartext() {
    var salt = new byte[] {1, 2, 3, 4};
    var stored = Md5Password.stored("ann", "p");
    var sent = (Md5Password.sent(stored, salt) + '\0').getBytes(US_ASCII);

    assertThat(receive(login(new ServerSecret.Password("p")), Authentication.MD5_PASSWORD, salt))
        .isInstanceOfSatisfying(
            ServerStep.Send.class, send -> assertThat(send.body()).isEqualTo(sent));
    assertThat(receive(login(new ServerSecret.Md5(stored)), Authentication.MD5_PASSWORD, salt))
        .isInstanceOfSatisfying(
            ServerStep.Send.class, send -> assertThat(send.body()).isEqualTo(sent));
    assertThat(
            receive(
                login(new ServerSecret.Password("p")), Authentication.CLEARTEXT_PASSWORD, NOTHING))
        .isInstanceOfSatisfying(
            ServerStep.Send.class,
            send -> assertThat(send.body()).isEqualTo("p\0".getBytes(US_ASCII)));
  }

  @Test
  void needsNothingForAServerThatTrusts() {
    assertThat(receive(login(new ServerSecret.None()), Authentication.OK, NOTHING))
        .isInstanceOf(ServerStep.LoggedIn.class);
  }

  @Test
  void saysWhatToGiveWhenTheSecretDoesNotFitTheQuestion() {
    var remedy = "give the user's password in the auth_file";
    var md5 = new ServerSecret.Md5(Md5Password.stored("ann", "p"));

    assertFailed(receive(login(md5), Authentication.SASL, SCRAM), remedy);
    assertFailed(receive(login(new ServerSecret.None()), Authentication.SASL, SCRAM), remedy);
    assertFailed(
        receive(login(new ServerSecret.None()), Authentication.MD5_PASSWORD, new byte[4]), remedy);
    assertFailed(receive(login(md5), Authentication.CLEARTEXT_PASSWORD, NOTHING), remedy);
    assertFailed(
        receive(login(md5), Authentication.SASL, "OTHER\0\0".getBytes(US_ASCII)), "mechanism");
    assertFailed(receive(login(md5), 7, NOTHING), "kind 7");
  }

  @Property
  void nothingThatAServerSendsMakesAnExceptionEscape(
      @ForAll List<@IntRange(min = 0, max = 13) Integer> kinds, @ForAll byte[] body) {
    var login = login(new ServerSecret.Password("p"));
    for (var kind : kinds) {
      assertThat(receive(login, kind, body)).isNotNull();
    }
  }

  @Property
  void noTextInPlaceOfAServersScramMessageMakesAnExceptionEscape(@ForAll String text) {
    var login = login(new ServerSecret.Password("p"));
    var nonce = nonce((ServerStep.Send) receive(login, Authentication.SASL, SCRAM));
    assertThat(receive(login, Authentication.SASL_CONTINUE, ("r=" + nonce + text).getBytes(UTF_8)))
        .isInstanceOf(ServerStep.Failed.class);
  }

  @Test
  void tooManyDerivationsAtOnceAreNoRefusalOfTheServers() {
    var closed = new KeyDerivation(1, 1);
    closed.close();
    var login = new ServerLogin("ann", new ServerSecret.Password("p"), closed);
    var nonce = nonce((ServerStep.Send) receive(login, Authentication.SASL, SCRAM));

    assertThat(
            receive(
                login,
                Authentication.SASL_CONTINUE,
                ("r=" + nonce + "s,s=c2FsdA==,i=4096").getBytes(US_ASCII)))
        .isEqualTo(new ServerStep.Busy("too many logins at once"));
  }

  @Test
  void aPasswordThatNoKeysCanBeDerivedFromIsNamedByItsUserAlone() {
    // A soft hyphen: nothing is left of it when it is prepared (RFC 4013).
    var login = login(new ServerSecret.Password("\u00ad"));
    var nonce = nonce((ServerStep.Send) receive(login, Authentication.SASL, SCRAM));

    assertFailed(
        receive(
            login,
            Authentication.SASL_CONTINUE,
            ("r=" + nonce + "s,s=c2FsdA==,i=4096").getBytes(US_ASCII)),
        "the password of \"ann\" cannot be used");
  }

  /** Lets the pooler's two sides talk to each other. */
  private static ServerStep exchange(ClientLogin server, ServerSecret secret) {
    var login = login(secret);
    var ask = (ClientStep.Ask) server.start();
    var first = (ServerStep.Send) receive(login, ask.kind(), ask.body());
    var challenge = (ClientStep.Ask) server.answer(first.body()).join();
    var proof = (ServerStep.Send) receive(login, challenge.kind(), challenge.body());
    var accepted = (ClientStep.Accepted) server.answer(proof.body()).join();
    assertThat(receive(login, Authentication.SASL_FINAL, accepted.saslFinal()))
        .isInstanceOf(ServerStep.Wait.class);
    return receive(login, Authentication.OK, NOTHING);
  }

  private static ServerLogin started() {
    var login = login(new ServerSecret.Password("p"));
    var nonce = nonce((ServerStep.Send) receive(login, Authentication.SASL, SCRAM));
    assertThat(
            receive(
                login,
                Authentication.SASL_CONTINUE,
                ("r=" + nonce + "srv,s=c2FsdA==,i=4096").getBytes(US_ASCII)))
        .isInstanceOf(ServerStep.Send.class);
    return login;
  }

  private static ServerLogin login(ServerSecret secret) {
    return new ServerLogin("ann", secret, DERIVATION);
  }

  private static ServerStep receive(ServerLogin login, int kind, byte[] body) {
    return login.receive(kind, body).join();
  }

  private static String nonce(ServerStep.Send send) {
    return new String(send.body(), US_ASCII).replaceFirst("(?s).*,r=", "");
  }

  private static void assertFailed(ServerStep step, String part) {
    assertThat(step)
        .isInstanceOfSatisfying(
            ServerStep.Failed.class, failed -> assertThat(failed.message()).contains(part));
  }
}
