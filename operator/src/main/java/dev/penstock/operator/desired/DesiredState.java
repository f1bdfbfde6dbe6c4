package dev.penstock.operator.desired;

import dev.penstock.crds.AutoscalingSpec;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolSpec;
import dev.penstock.crds.ServerSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a pool should have in the cluster, ready for server-side apply. Only the fleet's
 * certificates ({@link Names#fleetSecret()}) are not here: they are issued, not rendered.
 *
 * @param configMap {@code pgbouncer.ini}
 * @param authSecret the authentication file
 * @param service what clients connect to
 * @param disruptionBudget one instance at a time
 * @param deployment the instances
 * @param autoscaler absent without {@code spec.autoscaling}; then {@link Names#autoscaler()} must
 *     be deleted if it is there
 */
public record DesiredState(
    ConfigMap configMap,
    Secret authSecret,
    Service service,
    PodDisruptionBudget disruptionBudget,
    Deployment deployment,
    @Nullable HorizontalPodAutoscaler autoscaler) {

  private static final int SERVICE_PORT = 5432;

  /**
   * Renders the children.
   *
   * @param pool with metadata (name, namespace, uid) as the API server has it
   * @param server as it is to be reached from the pool's namespace
   * @param defaults where the pool says nothing
   * @param users contents of the Secrets in {@code spec.users}, in their order
   * @param userlist content of {@code spec.userlistSecretRef}, empty without one
   * @throws IllegalArgumentException if something cannot be rendered, with the remedy
   */
  public static DesiredState of(
      ConnectionPool pool,
      ServerSpec server,
      OperatorDefaults defaults,
      List<UserCredential> users,
      String userlist) {
    Names names = Names.of(pool);
    String ini = PgbouncerIni.render(pool.getSpec(), server);
    return new DesiredState(
        new ConfigMapBuilder()
            .withMetadata(names.metadata(names.configMap()))
            .withData(Map.of(Mounts.CONFIG_FILE, ini))
            .build(),
        authSecret(names, AuthFile.render(users, userlist)),
        service(names),
        disruptionBudget(names),
        PoolerDeployment.of(pool, server, defaults, ini),
        autoscaler(pool, names));
  }

  /** All of them, in the order in which they are best applied. */
  public List<HasMetadata> all() {
    List<HasMetadata> all =
        new ArrayList<>(List.of(configMap, authSecret, service, disruptionBudget, deployment));
    if (autoscaler != null) {
      all.add(autoscaler);
    }
    return List.copyOf(all);
  }

  /** Clients that one instance accepts, at least 1: {@code max_client_conn}. */
  public static int clientLimit(ConnectionPoolSpec spec) {
    return PgbouncerIni.clientLimit(spec);
  }

  private static Secret authSecret(Names names, String file) {
    // data, not stringData: the API server would turn it into data, and an apply never settle.
    return new SecretBuilder()
        .withMetadata(names.metadata(names.authSecret()))
        .withType("Opaque")
        .withData(
            Map.of(
                Mounts.AUTH_FILE,
                Base64.getEncoder().encodeToString(file.getBytes(StandardCharsets.UTF_8))))
        .build();
  }

  private static Service service(Names names) {
    return new ServiceBuilder()
        .withMetadata(names.metadata(names.service()))
        .withNewSpec()
        .withSelector(names.selectorLabels())
        .addNewPort()
        .withName(Mounts.POSTGRES)
        .withPort(SERVICE_PORT)
        .withTargetPort(new IntOrString(Mounts.POSTGRES))
        .withProtocol("TCP")
        .endPort()
        .endSpec()
        .build();
  }

  private static PodDisruptionBudget disruptionBudget(Names names) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(names.metadata(names.disruptionBudget()))
        .withNewSpec()
        .withMaxUnavailable(new IntOrString(1))
        .withNewSelector()
        .withMatchLabels(names.selectorLabels())
        .endSelector()
        // An instance without a grant is not Ready, and must not hold up the drain of its node.
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .endSpec()
        .build();
  }

  /**
   * The autoscaler scales the ConnectionPool, not the Deployment: {@code spec.replicas} of the pool
   * stays the one place that says how many instances there should be, whoever writes it (a person,
   * an autoscaler of one's own, this one), and the Deployment only ever follows it. Two writers of
   * the Deployment's replicas would undo each other.
   */
  private static @Nullable HorizontalPodAutoscaler autoscaler(ConnectionPool pool, Names names) {
    AutoscalingSpec autoscaling = pool.getSpec().autoscaling();
    if (autoscaling == null) {
      return null;
    }
    return new HorizontalPodAutoscalerBuilder()
        .withMetadata(names.metadata(names.autoscaler()))
        .withNewSpec()
        .withNewScaleTargetRef(pool.getApiVersion(), pool.getKind(), pool.getMetadata().getName())
        .withMinReplicas(autoscaling.minReplicas())
        .withMaxReplicas(autoscaling.maxReplicas())
        .addNewMetric()
        .withType("Resource")
        .withNewResource()
        .withName("cpu")
        .withNewTarget()
        .withType("Utilization")
        .withAverageUtilization(autoscaling.targetCPUUtilizationPercentage())
        .endTarget()
        .endResource()
        .endMetric()
        .endSpec()
        .build();
  }
}
