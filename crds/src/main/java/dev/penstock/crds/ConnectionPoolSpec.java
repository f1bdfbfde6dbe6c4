package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a workload needs of a server.
 *
 * @param server the server, and how much of it may be used; absent with {@code serverRef}
 * @param serverRef the DatabaseServer that the pool shares with others; absent with {@code server}
 * @param share this pool's part of the budget; all of it when absent
 * @param replicas instances, 0 to 1000, 1 by default; written by the autoscaler where one is set
 * @param autoscaling a HorizontalPodAutoscaler for the pool
 * @param poolMode when a server connection goes back
 * @param databases the databases clients may ask for; any of the server's when empty
 * @param users who may log in
 * @param userlistSecretRef further users, in PgBouncer's own file format
 * @param parameters further settings of PgBouncer, by name, in the order of their names
 * @param clientTls TLS for clients; none when absent
 * @param template what the pods look like
 * @param updateStrategy how they are replaced
 * @param image another image of the pooler than the operator's default
 * @param workloads the applications whose own pools are sized, or counted, with this pool
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.server) != has(self.serverRef)",
    message =
        "exactly one of spec.server and spec.serverRef is required: describe the server in"
            + " spec.server, or name a DatabaseServer that pools share in spec.serverRef")
@ValidationRule(
    value =
        "has(self.serverRef) == has(oldSelf.serverRef) && (!has(self.serverRef) || self.serverRef =="
            + " oldSelf.serverRef)",
    message =
        "spec.serverRef cannot be changed, nor exchanged with spec.server, because the connections"
            + " held are accounted at that server: create another ConnectionPool, move the"
            + " clients, then delete this one")
@ValidationRule(
    value =
        "!has(self.server) || !has(oldSelf.server) || (self.server.host == oldSelf.server.host &&"
            + " self.server.port == oldSelf.server.port)",
    message =
        "spec.server.host and spec.server.port cannot be changed, because the connections held are"
            + " accounted at that server: create another ConnectionPool for the new server, move"
            + " the clients, then delete this one")
@ValidationRule(
    value = "(has(self.users) && size(self.users) > 0) || has(self.userlistSecretRef)",
    message =
        "spec.users or spec.userlistSecretRef is required, or no client could log in: name at least"
            + " one kubernetes.io/basic-auth Secret in spec.users[].secretRef.name")
public record ConnectionPoolSpec(
    @JsonPropertyDescription(
            "The database server, and how much of it may be used: of this pool alone. Pools that"
                + " share a server name it in serverRef instead.")
        @Nullable ServerSpec server,
    @JsonPropertyDescription("The DatabaseServer whose connections the pool shares with others.")
        @Nullable ServerReference serverRef,
    @JsonPropertyDescription("This pool's part of the server's budget; all of it when absent.")
        @Nullable ShareSpec share,
    @Default("1")
        @Min(0)
        @Max(1000)
        @SpecReplicas
        @JsonPropertyDescription(
            "Number of instances. With autoscaling leave it out: the autoscaler writes it.")
        Integer replicas,
    @JsonPropertyDescription("Lets a HorizontalPodAutoscaler set spec.replicas by CPU use.")
        @Nullable AutoscalingSpec autoscaling,
    @Default("transaction")
        @JsonPropertyDescription(
            "When a server connection goes back to the pool: after each transaction, or when the"
                + " client leaves (session). PgBouncer's pool_mode.")
        PoolMode poolMode,
    @Size(max = 100)
        @ValidationRule(
            value = "self.all(a, self.exists_one(b, a.name == b.name))",
            message =
                "spec.databases[].name must be unique: remove or rename the database that is listed"
                    + " twice")
        @JsonPropertyDescription(
            "Databases that clients may ask for. When empty, any database of the server.")
        List<DatabaseSpec> databases,
    @Size(max = 500) @JsonPropertyDescription("Users that may log in.") List<UserSpec> users,
    @JsonPropertyDescription(
            "Further users: a Secret that holds a file in the format of PgBouncer's auth_file.")
        @Nullable UserlistSecretReference userlistSecretRef,
    @Size(max = 100)
        @ValidationRule(
            value = "self.all(k, k.matches('^[a-z][a-z0-9_]*$'))",
            message =
                "spec.parameters: every name must be a setting of PgBouncer, in lower case, such as"
                    + " max_client_conn")
        @ValidationRule(
            value = ReservedParameters.CEL_LIST + ".all(k, !(k in self))",
            message =
                "spec.parameters names a setting that the operator sets: remove it. spec.poolMode,"
                    + " spec.server.tls, spec.clientTls and spec.users stand for pool_mode,"
                    + " server_tls_*, client_tls_*, auth_type and auth_file; addresses, ports, log"
                    + " and process settings and the fleet port are the operator's")
        @ValidationRule(
            value = "self.all(k, !self[k].matches('[\\\\x00-\\\\x1f\\\\x7f]'))",
            message =
                "spec.parameters: every value must be one line of text without control characters:"
                    + " write the value as it stands after the equals sign in pgbouncer.ini")
        @JsonPropertyDescription(
            "Further settings of PgBouncer, by name, as text: for example max_client_conn: \"5000\"."
                + " Settings that other fields stand for are refused.")
        Map<String, @Size(max = 1024) String> parameters,
    @JsonPropertyDescription("TLS for clients; none when absent.")
        @Nullable ClientTlsSpec clientTls,
    @JsonPropertyDescription("What the pods of the instances look like.") @Default("{}")
        InstanceTemplate template,
    @JsonPropertyDescription("How the instances are replaced when what they run changes.")
        @Default("{}")
        UpdateStrategySpec updateStrategy,
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Image of the pooler; the operator's default when absent.")
        @Nullable String image,
    @Size(max = 50)
        @ValidationRule(
            value = "self.all(a, self.exists_one(b, a.kind == b.kind && a.name == b.name))",
            message =
                "spec.workloads[] must be unique by kind and name, because the ConfigMap is called"
                    + " after both: remove the workload that is listed twice")
        @JsonPropertyDescription(
            "Applications whose pods connect through this pool, or to its server. The operator"
                + " publishes in a ConfigMap for each what the pool in every pod should be, and"
                + " follows their replicas.")
        List<WorkloadSpec> workloads) {

  public ConnectionPoolSpec {
    replicas = replicas == null ? 1 : replicas;
    poolMode = poolMode == null ? PoolMode.TRANSACTION : poolMode;
    databases = databases == null ? List.of() : List.copyOf(databases);
    users = users == null ? List.of() : List.copyOf(users);
    parameters =
        parameters == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(parameters));
    template = template == null ? InstanceTemplate.DEFAULT : template;
    updateStrategy = updateStrategy == null ? UpdateStrategySpec.DEFAULT : updateStrategy;
    workloads = workloads == null ? List.of() : List.copyOf(workloads);
  }
}
