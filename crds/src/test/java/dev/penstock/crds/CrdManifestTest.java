package dev.penstock.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CrdManifestTest {

  private static final String UPDATE_COMMAND =
      "mvn -pl crds test -Dtest=CrdManifestTest -Dpenstock.update=true";

  private static final List<String> DIRECTORIES =
      List.of("crds/src/main/resources/META-INF/penstock", "helm/penstock/crds");

  static Stream<Arguments> files() {
    return CrdManifest.ALL.stream()
        .flatMap(
            manifest -> DIRECTORIES.stream().map(directory -> Arguments.of(manifest, directory)));
  }

  @ParameterizedTest
  @MethodSource("files")
  void theCheckedInManifestIsWhatTheClassesSay(CrdManifest manifest, String directory)
      throws IOException {
    String generated = manifest.generate();
    Path file = SourceTree.root().resolve(directory).resolve(manifest.fileName());
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
