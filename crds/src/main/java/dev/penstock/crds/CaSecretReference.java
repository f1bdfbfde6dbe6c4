package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * The certificate authorities that may have signed the server's certificate.
 *
 * @param name the Secret, in the namespace of the pool
 * @param key the key in it, {@value #DEFAULT_KEY} by default
 */
public record CaSecretReference(
    @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("Name of the Secret, in the namespace of the ConnectionPool.")
        String name,
    @Default(CaSecretReference.DEFAULT_KEY)
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("Key in the Secret that holds the certificates, PEM.")
        String key) {

  static final String DEFAULT_KEY = "ca.crt";

  public CaSecretReference {
    key = key == null ? DEFAULT_KEY : key;
  }
}
