package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is. Written by the operator only, as one fresh object each time, and by compare-and-set: it
 * holds the ledger.
 *
 * @param observedGeneration generation of the spec that this status answers
 * @param conditions by type
 * @param server what the server said; absent until it was asked
 * @param budget connections that all pools may have together; absent until it is known
 * @param direct connections of the server's budget that workloads open themselves, past the poolers
 * @param granted sum of the grants
 * @param bound connections that are spoken for: sum of the bounds
 * @param held server connections open, by the instances' last reports
 * @param waiting clients waiting for a server connection, by the instances' last reports
 * @param round the last round that grants were decided in
 * @param pools who has how much, and why
 * @param ledger one entry for each instance that can hold a connection
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatabaseServerStatus(
    @JsonPropertyDescription("Generation of the spec that this status answers.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("What holds of the server, by type.") List<Condition> conditions,
    @JsonPropertyDescription("What the server said, and the budget that follows.")
        @Nullable ServerStatus server,
    @JsonPropertyDescription("Server connections that all pools may have together.")
        @Nullable Integer budget,
    @JsonPropertyDescription(
            "Connections set aside for workloads that connect directly (mode: direct), at their"
                + " worst case.")
        @Nullable Integer direct,
    @JsonPropertyDescription("Server connections granted to all instances.")
        @Nullable Integer granted,
    @JsonPropertyDescription(
            "Server connections that are spoken for: what all instances can believe their grants to"
                + " be. Never above the budget, but while that shrinks.")
        @Nullable Integer bound,
    @JsonPropertyDescription("Server connections open.") @Nullable Integer held,
    @JsonPropertyDescription("Clients waiting for a server connection.") @Nullable Integer waiting,
    @JsonPropertyDescription("Last round that grants were decided in; it only grows.")
        @Nullable Long round,
    @JsonPropertyDescription("What each pool has of the server, and why.")
        List<PoolShareStatus> pools,
    @JsonPropertyDescription(
            "What every instance can believe its grant to be. The sum of the bounds never exceeds"
                + " the budget.")
        List<LedgerEntry> ledger) {

  /** The status of a server that was never looked at. */
  public static final DatabaseServerStatus EMPTY =
      new DatabaseServerStatus(
          null, List.of(), null, null, null, null, null, null, null, null, List.of(), List.of());

  public DatabaseServerStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    pools = pools == null ? List.of() : List.copyOf(pools);
    ledger = ledger == null ? List.of() : List.copyOf(ledger);
  }
}
