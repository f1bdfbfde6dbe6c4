package dev.penstock.operator.desired;

import dev.penstock.contract.Addressee;
import dev.penstock.crds.ConnectionPoolSpec;
import dev.penstock.crds.InstanceTemplate;
import dev.penstock.crds.ServerSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The container of an instance. */
final class PoolerContainer {

  static final String CONFIG = "config";
  static final String AUTH = "auth";
  static final String FLEET = "fleet";
  static final String SERVER_TLS = "server-tls";
  static final String CLIENT_TLS = "client-tls";
  static final String TEMPORARY = "tmp";

  private static final String CONFIG_PATH = Mounts.CONFIG_DIRECTORY + "/" + Mounts.CONFIG_FILE;
  private static final String CONTAINER = "pooler";

  /**
   * Seconds between the wish to end a pod and SIGTERM: time for every node to take it out of the
   * Service, so that no new client comes to an instance that no longer accepts any.
   */
  private static final long WITHDRAWAL_SECONDS = 3;

  private static final Map<String, Quantity> REQUESTS =
      new TreeMap<>(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("128Mi")));
  private static final Map<String, Quantity> LIMITS = Map.of("memory", new Quantity("256Mi"));

  private PoolerContainer() {}

  static Container of(ConnectionPoolSpec spec, ServerSpec server, OperatorDefaults defaults) {
    String image = spec.image();
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(image == null ? defaults.poolerImage() : image)
        .withArgs(CONFIG_PATH)
        .addNewEnv()
        .withName(Addressee.ENVIRONMENT)
        .withNewValueFrom()
        .withNewFieldRef()
        .withApiVersion("v1")
        .withFieldPath("metadata.uid")
        .endFieldRef()
        .endValueFrom()
        .endEnv()
        .withPorts(
            port(Mounts.POSTGRES, Mounts.POSTGRES_PORT),
            port(Mounts.HTTP, Mounts.HTTP_PORT),
            port(Mounts.FLEET, Mounts.FLEET_PORT))
        .withResources(resources(spec.template()))
        .withStartupProbe(probe("/healthz", 1, 3, 120))
        .withReadinessProbe(probe("/readyz", 1, 3, 3))
        .withLivenessProbe(probe("/healthz", 10, 5, 6))
        .withNewLifecycle()
        .withNewPreStop()
        .withNewSleep(WITHDRAWAL_SECONDS)
        .endPreStop()
        .endLifecycle()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withVolumeMounts(mounts(spec, server))
        .build();
  }

  private static ResourceRequirements resources(InstanceTemplate template) {
    ResourceRequirements given = template.resources();
    return given != null
        ? given
        : new ResourceRequirementsBuilder().withRequests(REQUESTS).withLimits(LIMITS).build();
  }

  private static ContainerPort port(String name, int number) {
    // The protocol is the default, but part of the key by which server-side apply merges ports.
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(number)
        .withProtocol("TCP")
        .build();
  }

  private static Probe probe(String path, int period, int timeout, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(Mounts.HTTP))
        .endHttpGet()
        .withPeriodSeconds(period)
        .withTimeoutSeconds(timeout)
        .withFailureThreshold(failures)
        .build();
  }

  private static List<VolumeMount> mounts(ConnectionPoolSpec spec, ServerSpec server) {
    List<VolumeMount> mounts = new ArrayList<>();
    // One file, so that other volumes can be mounted beside it. It then stays as it was when the
    // container started, which suits it: a changed file rolls the pods.
    mounts.add(
        new VolumeMountBuilder()
            .withName(CONFIG)
            .withMountPath(CONFIG_PATH)
            .withSubPath(Mounts.CONFIG_FILE)
            .withReadOnly(true)
            .build());
    mounts.add(readOnly(AUTH, Mounts.AUTH_DIRECTORY));
    mounts.add(readOnly(FLEET, Mounts.FLEET_DIRECTORY));
    if (server.tls().caSecretRef() != null) {
      mounts.add(readOnly(SERVER_TLS, Mounts.SERVER_TLS_DIRECTORY));
    }
    if (spec.clientTls() != null) {
      mounts.add(readOnly(CLIENT_TLS, Mounts.CLIENT_TLS_DIRECTORY));
    }
    mounts.add(new VolumeMountBuilder().withName(TEMPORARY).withMountPath("/tmp").build());
    return mounts;
  }

  private static VolumeMount readOnly(String volume, String directory) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(directory)
        .withReadOnly(true)
        .build();
  }
}
