package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * Names a DatabaseServer.
 *
 * @param name of the DatabaseServer
 * @param namespace where it is; the pool's own when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerReference(
    @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the DatabaseServer.")
        String name,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "Namespace of the DatabaseServer, which must list the pool's in"
                + " spec.allowedNamespaces. The pool's own when absent.")
        @Nullable String namespace) {}
