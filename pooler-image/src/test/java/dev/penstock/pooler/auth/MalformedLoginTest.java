package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.config.AuthMethod;
import dev.penstock.pooler.config.StoredSecret;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MalformedLoginTest {

  private static final KeyDerivation DERIVATION = new KeyDerivation();

  @Test
  void sendsAnEmptyChallengeToAClientWithoutAnInitialResponse() {
    var login = login(AuthMethod.SCRAM_SHA_256, new StoredSecret.Plain("p"));
    login.start();

    var empty = answer(login, "SCRAM-SHA-256\0\u00ff".getBytes(US_ASCII));
    assertThat(empty).isInstanceOf(ClientStep.Refused.class);

    var patient = login(AuthMethod.SCRAM_SHA_256, new StoredSecret.Plain("p"));
    patient.start();
    var ask =
        answer(
            patient,
            ByteBuffer.allocate(18).put("SCRAM-SHA-256\0".getBytes(US_ASCII)).putInt(-1).array());
    assertThat(((ClientStep.Ask) ask).body()).isEmpty();
    assertThat(answer(patient, "n,,n=,r=abc".getBytes(US_ASCII)))
        .isInstanceOf(ClientStep.Ask.class);
  }

  @Test
  void refusesMalformedScramWithAProtocolViolation() {
    for (var first :
        List.of(
            "",
            "n",
            "n,",
            "x,,n=,r=a",
            "p=tls-unique,,n=,r=a",
            "n,a=other,n=,r=a",
            "n,,r=a",
            "n,,n=",
            "n,,n=,r=",
            "n,,m=ext,n=,r=a",
            "n,,n=,r=a b",
            "n,,n=,r=ä",
            "n,,n=,r=" + "a".repeat(1_000),
            "n,,n=,r=" + "a".repeat(10_000),
            "n,,n=\0,r=a")) {
      var login = login(AuthMethod.SCRAM_SHA_256, new StoredSecret.Plain("p"));
      login.start();
      assertMalformed(answer(login, initialResponse(first)));
    }
  }

  @Test
  void refusesAFinalMessageThatChangesWhatWasAgreed() {
    for (var tail :
        List.of(
            "",
            ",p=",
            ",p=xyz",
            ",p=AAAA",
            "x,p=" + Base64.getEncoder().encodeToString(new byte[32]))) {
      var login = login(AuthMethod.SCRAM_SHA_256, new StoredSecret.Plain("p"));
      login.start();
      var ask = (ClientStep.Ask) answer(login, initialResponse("n,,n=,r=abc"));
      var nonce = new String(ask.body(), US_ASCII).replaceFirst("r=([^,]*),.*", "$1");
      assertMalformed(answer(login, ("c=biws,r=" + nonce + tail).getBytes(US_ASCII)));
    }
    var login = login(AuthMethod.SCRAM_SHA_256, new StoredSecret.Plain("p"));
    login.start();
    answer(login, initialResponse("n,,n=,r=abc"));
    assertMalformed(answer(login, "c=eSws,r=abc,p=AAAA".getBytes(US_ASCII)));
  }

  @Property
  void nothingThatAClientSendsMakesAnExceptionEscape(@ForAll List<byte[]> messages) {
    for (var type : AuthMethod.values()) {
      var login = login(type, new StoredSecret.Plain("p"));
      login.start();
      for (var message : messages) {
        assertThat(answer(login, message))
            .isInstanceOfAny(ClientStep.Refused.class, ClientStep.Ask.class);
      }
    }
  }

  @Property
  void noTextInPlaceOfAScramMessageMakesAnExceptionEscape(
      @ForAll String first, @ForAll String last) {
    var login = login(AuthMethod.SCRAM_SHA_256, new StoredSecret.Plain("p"));
    login.start();
    if (answer(login, initialResponse("n,,n=,r=" + first)) instanceof ClientStep.Ask) {
      assertThat(answer(login, last.getBytes(UTF_8))).isInstanceOf(ClientStep.Refused.class);
    }
  }

  @Test
  void aPasswordThatWasNotAskedForIsRefused() {
    var login = login(AuthMethod.TRUST, new StoredSecret.Plain("p"));
    login.start();

    assertMalformed(answer(login, "p\0".getBytes(US_ASCII)));
    assertThatThrownBy(login::start).isInstanceOf(IllegalStateException.class);
  }

  private static ClientLogin login(AuthMethod method, StoredSecret stored) {
    return new ClientLogin(method, "ann", stored, DERIVATION, null, null);
  }

  private static ClientStep answer(ClientLogin login, byte[] body) {
    return login.answer(body).join();
  }

  private static void assertMalformed(ClientStep step) {
    assertThat(step)
        .isInstanceOfSatisfying(
            ClientStep.Refused.class, refused -> assertThat(refused.sqlState()).isEqualTo("08P01"));
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
}
