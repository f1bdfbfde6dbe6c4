package dev.penstock.operator.pool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.Certificates;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.FleetIdentity;
import dev.penstock.operator.fleet.KeyMaterial;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a fleet, in two Secrets: one that pods mount, and one with the authority and
 * the operator's own that no pod ever sees. Thread-safe.
 */
final class FleetSecrets {

  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String TRUSTED = "ca.crt";
  private static final String OPERATOR_CERTIFICATE = "operator.crt";
  private static final String OPERATOR_KEY = "operator.key";

  private final KubernetesClient client;
  private final Certificates certificates;
  private final Map<FleetId, FleetIdentity> known = new ConcurrentHashMap<>();

  FleetSecrets(KubernetesClient client, Certificates certificates) {
    this.client = client;
    this.certificates = certificates;
  }

  /** The Secret that pods do not see. */
  static String authorityName(ConnectionPool pool) {
    return Names.of(pool).fleetSecret() + "-ca";
  }

  /** The Secret that pods mount. */
  static String mountedName(ConnectionPool pool) {
    return Names.of(pool).fleetSecret();
  }

  /**
   * The certificates: those there are, renewed where due, or new ones where any is missing. They
   * are read once; what is known here is what is applied from then on.
   */
  FleetIdentity identity(FleetId fleet, ConnectionPool pool) {
    return known.compute(
        fleet,
        (_, identity) ->
            identity == null
                ? read(fleet, secret(pool, authorityName(pool)), secret(pool, mountedName(pool)))
                : certificates.renew(fleet, identity));
  }

  void forget(FleetId fleet) {
    known.remove(fleet);
  }

  /** One that the pool does not own is none of its certificates, whatever is in it. */
  private @Nullable Secret secret(ConnectionPool pool, String name) {
    Secret secret =
        client.secrets().inNamespace(pool.getMetadata().getNamespace()).withName(name).get();
    return Children.isOwn(pool, secret) ? secret : null;
  }

  private FleetIdentity read(FleetId fleet, @Nullable Secret authority, @Nullable Secret mounted) {
    Map<String, String> own = data(authority);
    Map<String, String> shared = data(mounted);
    String authorityCertificate = own.get(CERTIFICATE);
    String authorityKey = own.get(KEY);
    String trusted = own.get(TRUSTED);
    String operatorCertificate = own.get(OPERATOR_CERTIFICATE);
    String operatorKey = own.get(OPERATOR_KEY);
    String certificate = shared.get(CERTIFICATE);
    String key = shared.get(KEY);
    if (authorityCertificate == null
        || authorityKey == null
        || trusted == null
        || operatorCertificate == null
        || operatorKey == null
        || certificate == null
        || key == null) {
      return certificates.issue(fleet);
    }
    return certificates.renew(
        fleet,
        new FleetIdentity(
            new KeyMaterial(authorityCertificate, authorityKey),
            trusted,
            new KeyMaterial(certificate, key),
            new KeyMaterial(operatorCertificate, operatorKey)));
  }

  /** The two Secrets, to be applied; the authority first. */
  static List<HasMetadata> manifests(ConnectionPool pool, FleetIdentity identity) {
    Names names = Names.of(pool);
    return List.of(
        manifest(
            names,
            authorityName(pool),
            Map.of(
                CERTIFICATE, identity.authority().certificate(),
                KEY, identity.authority().key(),
                TRUSTED, identity.trusted(),
                OPERATOR_CERTIFICATE, identity.operator().certificate(),
                OPERATOR_KEY, identity.operator().key())),
        manifest(
            names,
            names.fleetSecret(),
            Map.of(
                CERTIFICATE, identity.instance().certificate(),
                KEY, identity.instance().key(),
                TRUSTED, identity.trusted())));
  }

  private static Secret manifest(Names names, String name, Map<String, String> texts) {
    Map<String, String> encoded = new TreeMap<>();
    texts.forEach(
        (key, text) -> encoded.put(key, Base64.getEncoder().encodeToString(text.getBytes(UTF_8))));
    return new SecretBuilder()
        .withMetadata(names.metadata(name))
        .withType("Opaque")
        .withData(encoded)
        .build();
  }

  private static Map<String, String> data(@Nullable Secret secret) {
    Map<String, String> texts = new TreeMap<>();
    if (secret != null && secret.getData() != null) {
      secret
          .getData()
          .forEach(
              (key, value) -> texts.put(key, new String(Base64.getDecoder().decode(value), UTF_8)));
    }
    return texts;
  }
}
