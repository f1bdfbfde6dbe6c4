package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is. Written by the operator only, as one fresh object each time.
 *
 * @param observedGeneration generation of the spec that this status answers
 * @param replicas pods of the pool that exist
 * @param readyReplicas pods that serve clients
 * @param instances ready of wanted instances, such as {@code 3/3}: for people
 * @param selector label selector of the pods, for the scale subresource
 * @param conditions by type
 * @param server what the server said; absent until it was asked
 * @param budget connections this pool may use, in all its instances together
 * @param granted sum of the grants
 * @param held server connections open, by the instances' last reports
 * @param waiting clients waiting for a server connection, by the instances' last reports
 * @param round the last round that grants were decided in
 * @param ledger one entry for each instance that can hold a connection, as it stands in the status
 *     of the DatabaseServer
 * @param workloads one entry for each of the spec's workloads, in their order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConnectionPoolStatus(
    @JsonPropertyDescription("Generation of the spec that this status answers.")
        @Nullable Long observedGeneration,
    @StatusReplicas @JsonPropertyDescription("Pods of the pool that exist.")
        @Nullable Integer replicas,
    @JsonPropertyDescription("Pods that serve clients.") @Nullable Integer readyReplicas,
    @JsonPropertyDescription("Ready instances of those wanted, such as 3/3.")
        @Nullable String instances,
    @LabelSelector @JsonPropertyDescription("Label selector of the pods.")
        @Nullable String selector,
    @JsonPropertyDescription("What holds of the pool, by type.") List<Condition> conditions,
    @JsonPropertyDescription("What the server said, and the budget that follows.")
        @Nullable ServerStatus server,
    @JsonPropertyDescription("Server connections that the pool may use.") @Nullable Integer budget,
    @JsonPropertyDescription("Server connections granted to the instances.")
        @Nullable Integer granted,
    @JsonPropertyDescription("Server connections open.") @Nullable Integer held,
    @JsonPropertyDescription("Clients waiting for a server connection.") @Nullable Integer waiting,
    @JsonPropertyDescription("Last round that grants were decided in; it only grows.")
        @Nullable Long round,
    @JsonPropertyDescription(
            "What every instance can believe its grant to be: a copy of its line in the status of"
                + " the DatabaseServer.")
        List<LedgerEntry> ledger,
    @JsonPropertyDescription("What the workloads were told, in the order of spec.workloads.")
        List<WorkloadStatus> workloads) {

  /** The status of a pool that was never looked at. */
  public static final ConnectionPoolStatus EMPTY =
      new ConnectionPoolStatus(
          null, null, null, null, null, List.of(), null, null, null, null, null, null, List.of(),
          List.of());

  /** Of nothing but the workloads. */
  public static ConnectionPoolStatus of(List<WorkloadStatus> workloads) {
    return new ConnectionPoolStatus(
        null, null, null, null, null, List.of(), null, null, null, null, null, null, List.of(),
        workloads);
  }

  public ConnectionPoolStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    ledger = ledger == null ? List.of() : List.copyOf(ledger);
    workloads = workloads == null ? List.of() : List.copyOf(workloads);
  }
}
