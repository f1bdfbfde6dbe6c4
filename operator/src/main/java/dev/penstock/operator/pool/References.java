package dev.penstock.operator.pool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.crds.CaSecretReference;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolSpec;
import dev.penstock.crds.ServerSpec;
import dev.penstock.crds.UserSpec;
import dev.penstock.crds.UserlistSecretReference;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.desired.UserCredential;
import dev.penstock.operator.server.ProbeTarget;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a pool's Secrets say.
 *
 * @param users of {@code spec.users}, in their order; empty if any is missing
 * @param userlist content of {@code spec.userlistSecretRef}, empty without one
 * @param probe how to ask the server; empty if something for it is missing
 * @param problems what is missing or unusable, each with field and remedy
 */
record References(
    List<UserCredential> users,
    String userlist,
    Optional<ProbeTarget> probe,
    List<String> problems) {

  /** Whether the children can be rendered. */
  boolean complete() {
    return problems.isEmpty();
  }

  static References of(ConnectionPool pool, SecretReader secrets) {
    return new Resolution(pool, secrets).resolve();
  }

  /** One pass over a spec. */
  private static final class Resolution {
    private final String namespace;
    private final String host;
    private final ConnectionPoolSpec spec;
    private final SecretReader secrets;
    private final List<String> problems = new ArrayList<>();

    Resolution(ConnectionPool pool, SecretReader secrets) {
      this.namespace = pool.getMetadata().getNamespace();
      this.host = Names.of(pool).serverHost();
      this.spec = pool.getSpec();
      this.secrets = secrets;
    }

    References resolve() {
      Optional<ProbeTarget> probe = probe();
      List<UserCredential> users = new ArrayList<>();
      for (int i = 0; i < spec.users().size(); i++) {
        UserSpec user = spec.users().get(i);
        credential("spec.users[" + i + "].secretRef", user.secretRef().name())
            .ifPresent(users::add);
      }
      UserlistSecretReference list = spec.userlistSecretRef();
      String userlist =
          list == null ? "" : text("spec.userlistSecretRef", list.name(), list.key()).orElse("");
      if (spec.clientTls() != null) {
        String name = spec.clientTls().secretRef().name();
        text("spec.clientTls.secretRef", name, "tls.crt");
        text("spec.clientTls.secretRef", name, "tls.key");
      }
      return new References(List.copyOf(users), userlist, probe, List.copyOf(problems));
    }

    private Optional<ProbeTarget> probe() {
      ServerSpec server = spec.server();
      CaSecretReference authority = server.tls().caSecretRef();
      Optional<String> authorities =
          authority == null
              ? Optional.empty()
              : text("spec.server.tls.caSecretRef", authority.name(), authority.key());
      Optional<UserCredential> credential =
          credential("spec.server.credentialsSecretRef", server.credentialsSecretRef().name());
      if (authority != null && authorities.isEmpty()) {
        return Optional.empty();
      }
      return credential.map(
          known ->
              new ProbeTarget(
                  host,
                  server.port(),
                  server.database(),
                  known.username(),
                  known.password(),
                  server.tls().mode().setting(),
                  authorities.orElse(null)));
    }

    private Optional<UserCredential> credential(String field, String name) {
      return secret(field, name, "kubernetes.io/basic-auth with username and password")
          .flatMap(
              secret -> {
                try {
                  return Optional.of(UserCredential.from(secret));
                } catch (IllegalArgumentException unusable) {
                  problems.add(field + ": " + unusable.getMessage());
                  return Optional.empty();
                }
              });
    }

    private Optional<String> text(String field, String name, String key) {
      return secret(field, name, "with the key " + key)
          .flatMap(
              secret -> {
                String value = value(secret, key);
                if (value == null) {
                  problems.add(
                      "%s: Secret %s/%s has no key %s: add it, or name another key or Secret"
                          .formatted(field, namespace, name, key));
                }
                return Optional.ofNullable(value);
              });
    }

    private static @Nullable String value(Secret secret, String key) {
      String encoded = secret.getData() == null ? null : secret.getData().get(key);
      return encoded == null ? null : new String(Base64.getDecoder().decode(encoded), UTF_8);
    }

    private Optional<Secret> secret(String field, String name, String kind) {
      Optional<Secret> secret = secrets.get(namespace, name);
      if (secret.isEmpty()) {
        problems.add(
            "%s: there is no Secret %s/%s: create it (%s), or name another"
                .formatted(field, namespace, name, kind));
      }
      return secret;
    }
  }
}
