package dev.penstock.operator.desired;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.InstanceTemplate;
import dev.penstock.crds.ServerSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;
import java.util.TreeMap;

/** The Deployment of the instances. */
final class PoolerDeployment {

  /**
   * SHA-256 of {@code pgbouncer.ini}: another one rolls the pods. Users, passwords and certificates
   * are not in it, because running instances read those again themselves.
   */
  private static final String CHECKSUM_ANNOTATION = "penstock.dev/config-checksum";

  private PoolerDeployment() {}

  static Deployment of(
      ConnectionPool pool, ServerSpec server, OperatorDefaults defaults, String ini) {
    Names names = Names.of(pool);
    InstanceTemplate template = pool.getSpec().template();
    Map<String, String> labels = new TreeMap<>(template.podLabels());
    labels.putAll(names.labels());
    Map<String, String> annotations = new TreeMap<>(template.podAnnotations());
    annotations.put(CHECKSUM_ANNOTATION, Checksum.of(ini));
    return new DeploymentBuilder()
        .withMetadata(names.metadata(names.deployment()))
        .withNewSpec()
        .withReplicas(pool.getSpec().replicas())
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxUnavailable(pool.getSpec().updateStrategy().maxUnavailable())
        .withMaxSurge(pool.getSpec().updateStrategy().maxSurge())
        .endRollingUpdate()
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(names.selectorLabels())
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .withAnnotations(annotations)
        .endMetadata()
        .withSpec(PoolerPod.of(pool, server, defaults))
        .endTemplate()
        .endSpec()
        .build();
  }
}
