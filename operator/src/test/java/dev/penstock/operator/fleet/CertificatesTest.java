package dev.penstock.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CertificatesTest {

  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final FleetId ID = new FleetId("shop", "orders");
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private static Certificates at(Instant time) {
    return new Certificates(Clock.fixed(time, ZoneOffset.UTC));
  }

  private static X509Certificate certificate(KeyMaterial material) throws Exception {
    return Pem.certificates(material.certificate()).getFirst();
  }

  @Test
  void theInstancesCarryTheFleetsNameUnderItsAuthority() throws Exception {
    FleetIdentity identity = at(NOW).issue(ID);
    X509Certificate instance = certificate(identity.instance());
    instance.verify(certificate(identity.authority()).getPublicKey());
    assertThat(instance.getSubjectAlternativeNames().toString())
        .contains("orders.shop.penstock-fleet");
    assertThat(certificate(identity.operator()).getSubjectX500Principal().getName())
        .isEqualTo("CN=penstock-operator");
    assertThat(certificate(identity.authority()).getBasicConstraints()).isZero();
  }

  @Test
  void instancesCallOneAnotherButTheOperatorIsCalledByNoOne() throws Exception {
    FleetIdentity identity = at(NOW).issue(ID);
    assertThat(certificate(identity.instance()).getExtendedKeyUsage())
        .containsExactly(SERVER_AUTH, CLIENT_AUTH);
    assertThat(certificate(identity.instance()).getSubjectX500Principal().getName())
        .isEqualTo("CN=penstock-pooler");
    assertThat(certificate(identity.operator()).getExtendedKeyUsage()).containsExactly(CLIENT_AUTH);
  }

  @Test
  void nothingIsRenewedBeforeTwoThirdsOfItsLife() {
    FleetIdentity identity = at(NOW).issue(ID);
    assertThat(at(NOW.plus(Duration.ofDays(59))).renew(ID, identity)).isEqualTo(identity);
  }

  @Test
  void leavesAreRenewedUnderTheSameAuthority() throws Exception {
    FleetIdentity identity = at(NOW).issue(ID);
    FleetIdentity renewed = at(NOW.plus(Duration.ofDays(61))).renew(ID, identity);
    assertThat(renewed.authority()).isEqualTo(identity.authority());
    assertThat(renewed.instance()).isNotEqualTo(identity.instance());
    assertThat(renewed.operator()).isNotEqualTo(identity.operator());
    certificate(renewed.instance()).verify(certificate(identity.authority()).getPublicKey());
  }

  @Test
  void anAuthorityThatIsReplacedStaysTrusted() throws Exception {
    FleetIdentity identity = at(NOW).issue(ID);
    FleetIdentity renewed = at(NOW.plus(Duration.ofDays(2500))).renew(ID, identity);
    assertThat(renewed.authority()).isNotEqualTo(identity.authority());
    assertThat(Pem.certificates(renewed.trusted()))
        .containsExactly(certificate(renewed.authority()), certificate(identity.authority()));
  }

  @Test
  void unreadableCertificatesAreNamedWithTheRemedy() {
    FleetIdentity identity = at(NOW).issue(ID);
    FleetIdentity broken =
        new FleetIdentity(
            new KeyMaterial("nonsense", "nonsense"),
            identity.trusted(),
            identity.instance(),
            identity.operator());
    assertThatThrownBy(() -> at(NOW).renew(ID, broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shop/orders")
        .hasMessageContaining("delete the Secrets");
  }
}
