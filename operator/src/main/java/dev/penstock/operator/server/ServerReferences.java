package dev.penstock.operator.server;

import dev.penstock.crds.CaSecretReference;
import dev.penstock.crds.ServerSpec;
import dev.penstock.operator.desired.ServerAddress;
import dev.penstock.operator.desired.UserCredential;
import dev.penstock.operator.probe.ProbeTarget;
import java.util.List;
import java.util.Optional;

/**
 * What the Secrets of a server say.
 *
 * @param probe how to ask it; empty if something for that is missing
 * @param authorities PEM certificates that may have signed the server's; empty without any
 * @param problems what is missing or unusable, each with field and remedy
 */
public record ServerReferences(
    Optional<ProbeTarget> probe, Optional<String> authorities, List<String> problems) {

  /**
   * Reads them.
   *
   * @param namespace of the resource that describes the server
   */
  public static ServerReferences of(String namespace, ServerSpec server, Secrets secrets) {
    SecretFields fields = new SecretFields(namespace, secrets);
    CaSecretReference authority = server.tls().caSecretRef();
    Optional<String> authorities =
        authority == null
            ? Optional.empty()
            : fields.text("spec.server.tls.caSecretRef", authority.name(), authority.key());
    Optional<UserCredential> credential =
        fields.credential("spec.server.credentialsSecretRef", server.credentialsSecretRef().name());
    boolean isComplete = authority == null || authorities.isPresent();
    Optional<ProbeTarget> probe =
        credential
            .filter(_ -> isComplete)
            .map(
                known ->
                    new ProbeTarget(
                        ServerAddress.from(namespace, server.host()),
                        server.port(),
                        server.database(),
                        known.username(),
                        known.password(),
                        server.tls().mode().setting(),
                        authorities.orElse(null)));
    return new ServerReferences(probe, authorities, fields.problems());
  }
}
