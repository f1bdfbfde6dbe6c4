package dev.penstock.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrdManifestTest {

  private static final String UPDATE_COMMAND =
      "mvn -pl crds test -Dtest=CrdManifestTest -Dpenstock.update=true";

  @ParameterizedTest
  @ValueSource(strings = {"crds/src/main/resources/META-INF/penstock", "helm/penstock/crds"})
  void theCheckedInManifestIsWhatTheClassesSay(String directory) throws IOException {
    String generated = CrdManifest.generate();
    Path file = SourceTree.root().resolve(directory).resolve(CrdManifest.FILE_NAME);
    if (Boolean.getBoolean("penstock.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, generated);
    }
    assertThat(file).as("run: %s", UPDATE_COMMAND).exists();
    assertThat(Files.readString(file))
        .as("%s differs from the classes; run: %s", file, UPDATE_COMMAND)
        .isEqualTo(generated);
  }
}
