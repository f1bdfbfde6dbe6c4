package dev.penstock.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenClusterTest {

  @TempDir Path folder;

  @Test
  void takesTheKubeconfigThatIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("config"), "apiVersion: v1");
    try (Cluster cluster = GivenCluster.open(file.toString(), line -> {})) {
      assertThat(cluster.kubeconfig()).isEqualTo(file);
    }
  }

  @Test
  void refusesOneThatIsNotThere() {
    String missing = folder.resolve("missing").toString();
    assertThatThrownBy(() -> GivenCluster.open(missing, line -> {}))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining(missing);
  }

  @Test
  void refusesToChooseAmongSeveral() {
    assertThatThrownBy(() -> GivenCluster.open("a" + File.pathSeparator + "b", line -> {}))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("several files");
  }
}
