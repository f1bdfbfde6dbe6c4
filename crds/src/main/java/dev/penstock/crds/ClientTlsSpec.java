package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;

/**
 * TLS for clients.
 *
 * @param secretRef a kubernetes.io/tls Secret
 * @param mode {@code require} by default
 */
public record ClientTlsSpec(
    @Required
        @JsonPropertyDescription(
            "Secret of type kubernetes.io/tls (keys tls.crt and tls.key) that the instances show to"
                + " clients.")
        SecretReference secretRef,
    @Default("require")
        @JsonPropertyDescription(
            "require: clients without TLS are refused; prefer: they are served. PgBouncer's"
                + " client_tls_sslmode.")
        ClientTlsMode mode) {

  public ClientTlsSpec {
    mode = mode == null ? ClientTlsMode.REQUIRE : mode;
  }
}
