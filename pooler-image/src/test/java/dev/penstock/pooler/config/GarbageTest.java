package dev.penstock.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a file holds, reading it ends with a value or with an error that names the file. */
class GarbageTest {

  private static final List<Path> FILES = new ArrayList<>();

  @BeforeContainer
  static void createFile() throws IOException {
    FILES.add(Files.createTempFile("garbage", ".ini"));
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    for (var file : FILES) {
      Files.delete(file);
    }
  }

  @Property(tries = 300)
  void aConfigurationIsReadOrRefused(@ForAll("pieces") List<String> pieces) throws IOException {
    var file = Files.writeString(FILES.getFirst(), String.join("", pieces));
    try {
      assertThat(PoolerConfigReader.read(file).source()).isEqualTo(file);
    } catch (ConfigurationException e) {
      assertThat(e.problems()).isNotEmpty().allMatch(problem -> problem.startsWith(file + ":"));
    }
  }

  @Property(tries = 300)
  void aUserListIsReadOrRefused(@ForAll("pieces") List<String> pieces) throws IOException {
    var file = Files.writeString(FILES.getFirst(), String.join("", pieces));
    try {
      assertThat(UserList.read(file).size()).isNotNegative();
    } catch (ConfigurationException e) {
      assertThat(e.problems()).isNotEmpty().allMatch(problem -> problem.startsWith(file + ":"));
    }
  }

  @Property
  void everySettingReadsOrRefusesAnyText(@ForAll String text) {
    for (var setting : Settings.table()) {
      try {
        assertThat(Settings.defaults().with(setting, text).get(setting)).isNotNull();
      } catch (InvalidValueException e) {
        assertThat(e).hasMessageMatching("(?s).*(allowed|empty).*");
      }
    }
  }

  @Property
  void anyTextIsASecretOfSomeKind(@ForAll("pieces") List<String> pieces) {
    var text = String.join("", pieces);

    assertThat(StoredSecret.of("SCRAM-SHA-256$" + text)).isNotNull();
    assertThat(StoredSecret.of("md5" + text)).isNotNull();
  }

  @Provide
  Arbitrary<List<String>> pieces() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "[pgbouncer]\n",
                "[databases]\n",
                "[users]\n",
                "[",
                "]",
                "\n",
                "=",
                " ",
                "'",
                "\"",
                "%include ",
                "%",
                ";",
                "*",
                "$",
                ":",
                "host=a",
                "port",
                "listen_port",
                "pool_mode",
                "auth_file",
                "-1",
                "99999999999",
                "c2FsdA==",
                "\0"),
            Arbitraries.strings().ofMaxLength(5))
        .list()
        .ofMaxSize(30);
  }
}
