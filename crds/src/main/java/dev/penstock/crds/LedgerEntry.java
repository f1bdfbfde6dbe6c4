package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * One line of the ledger: what an instance may believe, and what it last said.
 *
 * @param instance pod UID, a slash, and the incarnation of the process; key of the list
 * @param pod name of the pod
 * @param address IP address of the pod; absent when it has none any more
 * @param bound upper bound of what the instance can believe its grant to be, in connections
 * @param granted the grant sent last
 * @param round the round of that grant; the instance refuses every earlier one once it has it
 * @param held server connections it reported last
 * @param waiting clients waiting for a server connection that it reported last
 * @param active server connections in use that it reported last
 * @param state where the entry stands
 * @param since when it came into that state, RFC 3339
 * @param pool namespace, a slash, and name of its pool; absent in the pool's own status
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LedgerEntry(
    @Required
        @JsonPropertyDescription("UID of the pod, a slash, and the incarnation of the process.")
        String instance,
    @JsonPropertyDescription("Name of the pod.") String pod,
    @JsonPropertyDescription("IP address of the pod.") @Nullable String address,
    @Required
        @JsonPropertyDescription(
            "Upper bound of what the instance can believe its grant to be: written before a grant"
                + " is raised, and after a lowered one is acknowledged.")
        int bound,
    @JsonPropertyDescription("Grant that was sent last.") int granted,
    @JsonPropertyDescription("Round in which that grant was decided.") long round,
    @JsonPropertyDescription("Server connections that the instance reported last.") int held,
    @JsonPropertyDescription("Clients waiting for a server connection, as reported last.")
        int waiting,
    @JsonPropertyDescription("Server connections in use, as reported last.") int active,
    @JsonPropertyDescription(
            "Live: holds at most its grant; Lowering: told a lower grant, not yet below it;"
                + " Draining: on its way out; Quarantined: its pod vanished and its end is not"
                + " confirmed.")
        InstanceState state,
    @JsonPropertyDescription("When it came into that state, RFC 3339.") @Nullable String since,
    @JsonPropertyDescription("Namespace and name of its pool.") @Nullable String pool) {}
