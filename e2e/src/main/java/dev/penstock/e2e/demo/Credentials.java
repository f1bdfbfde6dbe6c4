package dev.penstock.e2e.demo;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;

/** A role and its password, as a Secret of type kubernetes.io/basic-auth holds them. */
public record Credentials(String user, String password) {

  /**
   * Reads a Secret.
   *
   * @throws IllegalStateException when it has no username or password
   */
  public static Credentials of(KubernetesClient client, String namespace, String secret) {
    Secret found = client.secrets().inNamespace(namespace).withName(secret).require();
    return new Credentials(value(found, "username"), value(found, "password"));
  }

  private static String value(Secret secret, String key) {
    Map<String, String> data = secret.getData();
    if (data == null || !data.containsKey(key)) {
      throw new IllegalStateException(
          "Secret " + secret.getMetadata().getName() + " has no key " + key);
    }
    return new String(Base64.getDecoder().decode(data.get(key)), StandardCharsets.UTF_8);
  }

  /** The same as properties of a JDBC connection. */
  public Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return properties;
  }

  @Override
  public String toString() {
    return "Credentials[user=" + user + "]";
  }
}
