package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * A server that pools share.
 *
 * @param server where it is, and how much of it may be used
 * @param allowedNamespaces namespaces besides its own whose pools may name it; {@code *} for all
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "self.server.host == oldSelf.server.host && self.server.port == oldSelf.server.port",
    message =
        "spec.server.host and spec.server.port cannot be changed, because the connections held are"
            + " accounted at that server: create another DatabaseServer, and pools that name it")
public record DatabaseServerSpec(
    @Required
        @JsonPropertyDescription(
            "The database server, and how much of it may be used: the same block as spec.server of"
                + " a ConnectionPool.")
        ServerSpec server,
    @Size(max = 100)
        @ValidationRule(
            value = "self.all(n, n == '*' || n.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'))",
            message =
                "spec.allowedNamespaces must hold names of namespaces, or * for all: correct the"
                    + " one that is neither")
        @JsonPropertyDescription(
            "Namespaces whose pools may name this server, besides its own; * for all.")
        List<@Size(min = 1, max = 63) String> allowedNamespaces) {

  public DatabaseServerSpec {
    allowedNamespaces = allowedNamespaces == null ? List.of() : List.copyOf(allowedNamespaces);
  }

  /**
   * Whether pools of a namespace may share the server.
   *
   * @param own the namespace of the DatabaseServer
   */
  public boolean allows(String own, String namespace) {
    return own.equals(namespace)
        || allowedNamespaces.contains(namespace)
        || allowedNamespaces.contains("*");
  }
}
