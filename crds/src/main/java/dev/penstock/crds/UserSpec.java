package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * A user: how clients log in to the pooler, and the pooler to the server.
 *
 * @param secretRef a kubernetes.io/basic-auth Secret
 */
public record UserSpec(
    @Required
        @JsonPropertyDescription(
            "Secret of type kubernetes.io/basic-auth (keys username and password). Clients log in"
                + " with it, and the pooler with the same at the server. A changed password"
                + " reaches running instances without a restart.")
        SecretReference secretRef) {}
