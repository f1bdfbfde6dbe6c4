package dev.penstock.e2e.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Consumer;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A k3s in a container of a Docker engine. Testcontainers ends it with the JVM at the latest. */
final class K3sCluster implements Cluster {

  private final K3sContainer container;
  private final Path kubeconfig;
  private final Consumer<String> progress;

  private K3sCluster(K3sContainer container, Path kubeconfig, Consumer<String> progress) {
    this.container = container;
    this.kubeconfig = kubeconfig;
    this.progress = progress;
  }

  /** Whether a Docker engine answers. Where nothing hints at one, none is asked. */
  static boolean isPossible() {
    boolean hinted =
        System.getenv("DOCKER_HOST") != null
            || Files.exists(Path.of("/var/run/docker.sock"))
            || Files.exists(Path.of(System.getProperty("user.home"), ".docker/run/docker.sock"));
    return hinted && DockerClientFactory.instance().isDockerAvailable();
  }

  static K3sCluster start(Consumer<String> progress) {
    String image = image();
    progress.accept("starting " + image + " in the Docker engine");
    K3sContainer container = new K3sContainer(DockerImageName.parse(image));
    container.start();
    try {
      Path kubeconfig = Files.createTempFile("penstock-k3s", ".kubeconfig");
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
      kubeconfig.toFile().deleteOnExit();
      return new K3sCluster(container, kubeconfig, progress);
    } catch (IOException e) {
      container.stop();
      throw new UncheckedIOException(e);
    }
  }

  private static String image() {
    Properties properties = new Properties();
    try (InputStream stream =
        Objects.requireNonNull(K3sCluster.class.getResourceAsStream("cluster.properties"))) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Objects.requireNonNull(properties.getProperty("k3s.image"));
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public void load(List<Path> archives) {
    for (Path archive : archives) {
      progress.accept("loading " + archive.getFileName());
      container.copyFileToContainer(MountableFile.forHostPath(archive), "/tmp/image.tar");
      try {
        ExecResult result =
            container.execInContainer("ctr", "-n", "k8s.io", "images", "import", "/tmp/image.tar");
        if (result.getExitCode() != 0) {
          throw new ClusterException(
              "the k3s node did not take " + archive + ": " + result.getStderr());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClusterException("interrupted while loading " + archive, e);
      }
    }
  }

  @Override
  public void keep() {
    progress.accept(
        "a k3s of Testcontainers ends with this program; to keep a cluster, bring one up yourself"
            + " and set PENSTOCK_E2E_USE_KUBECONFIG=1");
  }

  @Override
  public void close() {
    container.stop();
  }
}
