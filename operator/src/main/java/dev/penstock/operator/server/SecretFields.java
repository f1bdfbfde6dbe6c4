package dev.penstock.operator.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.operator.desired.UserCredential;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what fields of a resource name by Secret, and notes what is missing. Not thread-safe. */
public final class SecretFields {

  private final String namespace;
  private final Secrets secrets;
  private final List<String> problems = new ArrayList<>();

  /**
   * None read yet.
   *
   * @param namespace of the resource, where its Secrets are
   */
  public SecretFields(String namespace, Secrets secrets) {
    this.namespace = namespace;
    this.secrets = secrets;
  }

  /** A user and a password. */
  public Optional<UserCredential> credential(String field, String name) {
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

  /** What stands under one key. */
  public Optional<String> text(String field, String name, String key) {
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

  /** What is missing or unusable, each with field and remedy. */
  public List<String> problems() {
    return List.copyOf(problems);
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
