package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the server, for the poolers and for the operator's own questions.
 *
 * @param mode {@code prefer} by default, as in PgBouncer
 * @param caSecretRef who may have signed the server's certificate; asked for by the {@code verify}
 *     modes
 */
@ValidationRule(
    value = "!self.mode.startsWith('verify-') || has(self.caSecretRef)",
    message =
        "spec.server.tls.caSecretRef is required with mode verify-ca or verify-full: name a Secret"
            + " whose key ca.crt holds the certificates (PEM) that signed the server's, or use mode"
            + " require")
public record ServerTlsSpec(
    @Default("prefer")
        @JsonPropertyDescription(
            "disable: never TLS; prefer: TLS if the server offers it; require: always TLS, any"
                + " certificate; verify-ca: a certificate signed by caSecretRef; verify-full: also"
                + " issued for server.host. PgBouncer's server_tls_sslmode.")
        ServerTlsMode mode,
    @JsonPropertyDescription("Certificates that may have signed the server's certificate.")
        @Nullable CaSecretReference caSecretRef) {

  public ServerTlsSpec {
    mode = mode == null ? ServerTlsMode.PREFER : mode;
  }
}
