package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * What the server said, and the budget that follows.
 *
 * @param maxConnections its {@code max_connections}
 * @param reserved its {@code superuser_reserved_connections} and {@code reserved_connections}
 *     together
 * @param headroom connections left free by {@code spec.server.headroom}
 * @param budget what Penstock may use: {@code floor((maxConnections − reserved) × (1 − headroom))}
 * @param checkedAt when it was asked last, RFC 3339
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerStatus(
    @JsonPropertyDescription("The server's max_connections.") int maxConnections,
    @JsonPropertyDescription(
            "Connections that the server keeps for itself: superuser_reserved_connections and"
                + " reserved_connections.")
        int reserved,
    @JsonPropertyDescription("Connections left free by spec.server.headroom.") int headroom,
    @JsonPropertyDescription("Connections that Penstock may use of this server.") int budget,
    @JsonPropertyDescription("When the server was asked last, RFC 3339.")
        @Nullable String checkedAt) {}
