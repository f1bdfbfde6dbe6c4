package dev.penstock.operator.desired;

import dev.penstock.crds.CaSecretReference;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolSpec;
import dev.penstock.crds.InstanceTemplate;
import dev.penstock.crds.ServerSpec;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;

/** The pod of an instance: it satisfies the {@code restricted} Pod Security Standard. */
final class PoolerPod {

  /** Of no account on any distribution, as the image has it. */
  private static final long USER = 65532;

  /** Owner and group may read, no one else; the group is that of the pod. */
  private static final int READ_ONLY = 0440;

  private static final Quantity TEMPORARY_SIZE = new Quantity("64Mi");

  private PoolerPod() {}

  static PodSpec of(ConnectionPool pool, ServerSpec server, OperatorDefaults defaults) {
    Names names = Names.of(pool);
    InstanceTemplate template = pool.getSpec().template();
    return new PodSpecBuilder()
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds((long) template.terminationGracePeriodSeconds())
        .withNodeSelector(template.nodeSelector().isEmpty() ? null : template.nodeSelector())
        .withTolerations(template.tolerations())
        .withAffinity(template.affinity())
        .withTopologySpreadConstraints(spread(names, template))
        .withImagePullSecrets(template.imagePullSecrets())
        .withPriorityClassName(template.priorityClassName())
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(PoolerContainer.of(pool.getSpec(), server, defaults))
        .withVolumes(volumes(names, pool.getSpec(), server))
        .build();
  }

  private static List<TopologySpreadConstraint> spread(Names names, InstanceTemplate template) {
    if (!template.topologySpreadConstraints().isEmpty()) {
      return template.topologySpreadConstraints();
    }
    return List.of(
        new TopologySpreadConstraintBuilder()
            .withMaxSkew(1)
            .withTopologyKey("kubernetes.io/hostname")
            .withWhenUnsatisfiable("ScheduleAnyway")
            .withNewLabelSelector()
            .withMatchLabels(names.selectorLabels())
            .endLabelSelector()
            .build());
  }

  private static List<Volume> volumes(Names names, ConnectionPoolSpec spec, ServerSpec server) {
    List<Volume> volumes = new ArrayList<>();
    volumes.add(
        new VolumeBuilder()
            .withName(PoolerContainer.CONFIG)
            .withNewConfigMap()
            .withName(names.configMap())
            .withDefaultMode(READ_ONLY)
            .endConfigMap()
            .build());
    volumes.add(secret(PoolerContainer.AUTH, names.authSecret(), Mounts.AUTH_FILE));
    volumes.add(
        secret(
            PoolerContainer.FLEET,
            names.fleetSecret(),
            Mounts.AUTHORITIES,
            Mounts.CERTIFICATE,
            Mounts.PRIVATE_KEY));
    CaSecretReference authorities = server.tls().caSecretRef();
    if (authorities != null) {
      volumes.add(
          new VolumeBuilder()
              .withName(PoolerContainer.SERVER_TLS)
              .withNewSecret()
              .withSecretName(authorities.name())
              .withDefaultMode(READ_ONLY)
              .addNewItem()
              .withKey(authorities.key())
              .withPath(Mounts.AUTHORITIES)
              .endItem()
              .endSecret()
              .build());
    }
    if (spec.clientTls() != null) {
      volumes.add(
          secret(
              PoolerContainer.CLIENT_TLS,
              spec.clientTls().secretRef().name(),
              Mounts.CERTIFICATE,
              Mounts.PRIVATE_KEY));
    }
    volumes.add(
        new VolumeBuilder()
            .withName(PoolerContainer.TEMPORARY)
            .withNewEmptyDir()
            .withSizeLimit(TEMPORARY_SIZE)
            .endEmptyDir()
            .build());
    return volumes;
  }

  /** Only the keys that an instance needs: a Secret may hold more. */
  private static Volume secret(String volume, String secret, String... keys) {
    var source = new VolumeBuilder().withName(volume).withNewSecret();
    source.withSecretName(secret).withDefaultMode(READ_ONLY);
    for (String key : keys) {
      source.addNewItem().withKey(key).withPath(key).endItem();
    }
    return source.endSecret().build();
  }
}
