package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * What one pool has of a server.
 *
 * @param pool namespace, a slash, and name; key of the list
 * @param instances those that are counted
 * @param min connections it can always count on; absent without such
 * @param max the most it may have; absent where only the budget limits it
 * @param weight how much it counts against the others
 * @param granted sum of the grants
 * @param bound connections that are spoken for: sum of the bounds
 * @param held server connections open, by the last reports
 * @param waiting clients waiting for a server connection, by the last reports
 * @param reason why it has what it has, in one word
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PoolShareStatus(
    @Required @JsonPropertyDescription("Namespace and name of the pool.") String pool,
    @JsonPropertyDescription("Instances that hold connections, or may.") int instances,
    @JsonPropertyDescription("Connections the pool can always count on (share.min).")
        @Nullable Integer min,
    @JsonPropertyDescription("Most connections the pool may have (share.max).")
        @Nullable Integer max,
    @JsonPropertyDescription("How much the pool counts against the others (share.weight).")
        int weight,
    @JsonPropertyDescription("Connections granted to its instances.") int granted,
    @JsonPropertyDescription(
            "Connections that are spoken for by its instances: what they can believe their grants"
                + " to be.")
        int bound,
    @JsonPropertyDescription("Server connections open, as reported last.") int held,
    @JsonPropertyDescription("Clients waiting for a server connection, as reported last.")
        int waiting,
    @JsonPropertyDescription(
            "Why it has what it has. DemandMet: all it can use, and more; AtMaximum: share.max is"
                + " reached while clients want more; BudgetShared: clients want more than the"
                + " budget allows, and share it; Unsatisfiable: not even the floors of its"
                + " instances fit; NotAllowed, Conflict: it may not have any; NoInstances:"
                + " nobody asks.")
        ShareReason reason) {}
