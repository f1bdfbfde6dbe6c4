package dev.penstock.e2e.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A running Kubernetes cluster. One that was started for the caller ends with {@link #close}, and
 * with the JVM at the latest. Safe for use by several threads.
 */
public sealed interface Cluster extends AutoCloseable permits GivenCluster, K3sCluster, OwnCluster {

  /**
   * Opens the cluster to test on: the one of {@code KUBECONFIG} if {@code
   * PENSTOCK_E2E_USE_KUBECONFIG=1}, else a k3s where a Docker engine answers, else one that the
   * tool in {@code e2e/cluster} brings up.
   *
   * @param owner a name for who uses the cluster, told to others who want it at the same time
   * @param progress is told, in a line each, what takes long
   * @throws ClusterException if there is none to be had, with the reason
   */
  static Cluster open(String owner, Consumer<String> progress) {
    if ("1".equals(System.getenv("PENSTOCK_E2E_USE_KUBECONFIG"))) {
      return GivenCluster.open(System.getenv("KUBECONFIG"), progress);
    }
    if (K3sCluster.isPossible()) {
      return K3sCluster.start(progress);
    }
    return OwnCluster.start(owner, progress);
  }

  /** The administrator's kubeconfig. */
  Path kubeconfig();

  /**
   * Gives the nodes images.
   *
   * @param archives in the format of {@code docker save}
   * @throws ClusterException if the cluster does not take one of them
   */
  void load(List<Path> archives);

  /** Leaves the cluster up when this is closed; whoever wants it gone has to end it. */
  void keep();

  @Override
  void close();

  /** A new client with the administrator's rights. The caller closes it. */
  default KubernetesClient client() {
    try {
      return new KubernetesClientBuilder()
          .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig())))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
