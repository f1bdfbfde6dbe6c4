package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.desired.DesiredState;
import dev.penstock.operator.desired.OperatorDefaults;
import dev.penstock.operator.fleet.FleetIdentity;
import dev.penstock.operator.workload.Advice;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Renders what a pool should have, and has it applied. */
final class Application {

  private final Children children;
  private final OperatorDefaults defaults;

  Application(Children children, OperatorDefaults defaults) {
    this.children = children;
    this.defaults = defaults;
  }

  /**
   * What came of it.
   *
   * @param reason for the condition
   * @param problem with the remedy; empty if all was applied
   */
  record Outcome(String reason, String problem) {
    static final Outcome APPLIED = new Outcome("Applied", "");
  }

  /**
   * Applies the certificates, and all else where the Secrets for it are there. Instances that run
   * keep what they have while a Secret is missing.
   */
  Outcome apply(
      ConnectionPool pool,
      References references,
      PoolServer server,
      FleetIdentity identity,
      Advice advice,
      Context<ConnectionPool> context) {
    List<HasMetadata> manifests = new ArrayList<>(FleetSecrets.manifests(pool, identity));
    manifests.addAll(advice.configMaps());
    Outcome outcome = Outcome.APPLIED;
    if (server instanceof PoolServer.Unusable(String reason, String problem)) {
      outcome = new Outcome(reason, problem);
    }
    if (server instanceof PoolServer.Known known) {
      manifests.addAll(known.manifests());
    }
    if (references.complete() && server instanceof PoolServer.Known known) {
      try {
        DesiredState desired =
            DesiredState.of(
                pool, known.spec(), defaults, references.users(), references.userlist());
        manifests.addAll(desired.all());
      } catch (IllegalArgumentException unrenderable) {
        outcome = new Outcome("InvalidConfiguration", String.valueOf(unrenderable.getMessage()));
      }
    }
    try {
      List<HasMetadata> taken = children.apply(manifests, actual(context));
      if (!taken.isEmpty()) {
        outcome = nameTaken(taken);
      }
      children.delete(pool, advice.outdated());
      boolean hasAutoscaler =
          context.getSecondaryResourcesAsStream(Watches.AUTOSCALER).findAny().isPresent();
      if (pool.getSpec().autoscaling() == null && hasAutoscaler) {
        children.deleteAutoscaler(pool);
      }
    } catch (KubernetesClientException refused) {
      // The grants of those that run must go on all the same.
      outcome =
          new Outcome(
              "ApplyRefused",
              "the API server refuses what the pool needs: "
                  + refused.getMessage()
                  + "; correct what it names (a quota, an admission policy, the operator's RBAC)");
    }
    return outcome;
  }

  private static Outcome nameTaken(List<HasMetadata> taken) {
    String names =
        taken.stream()
            .map(
                there ->
                    there.getKind()
                        + " "
                        + there.getMetadata().getNamespace()
                        + "/"
                        + there.getMetadata().getName())
            .collect(Collectors.joining(", "));
    return new Outcome(
        "NameTaken",
        names
            + ": the name is taken by what is not this pool's, which is left as it is, and nothing"
            + " new is made for the pool. Create the pool under another name, or delete or rename"
            + " what is there");
  }

  private static Stream<? extends HasMetadata> actual(Context<ConnectionPool> context) {
    return Stream.concat(
        Watches.CHILDREN.stream().flatMap(context::getSecondaryResourcesAsStream),
        context.getSecondaryResourcesAsStream(DatabaseServer.class));
  }
}
