package dev.penstock.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    FILES.add(Files.createTempFile("garbage", ".conf"));
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

  @Property(tries = 1_000)
  void accessRulesAreReadOrRefused(
      @ForAll("lines") List<String> pieces, @ForAll("lines") List<String> maps) throws IOException {
    var file = Files.writeString(FILES.getFirst(), String.join("", pieces));
    var identFile = Files.writeString(FILES.getLast(), String.join("", maps));
    try {
      var rules = HbaRules.read(file, Optional.of(identFile));
      var someone =
          new HbaRule.Client(InetAddress.getLoopbackAddress(), false, true, false, "d", "u");
      var rule = rules.match(someone);
      assertThat(rule == null || rule.line() > 0).isTrue();
      assertThat(rules.size()).isLessThanOrEqualTo(pieces.size());
    } catch (ConfigurationException e) {
      assertThat(e.problems())
          .isNotEmpty()
          .allMatch(
              problem -> problem.startsWith(file + ":") || problem.startsWith(identFile + ":"));
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
  Arbitrary<List<String>> lines() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "host all all all trust\n",
                "hostssl all all ::/0 cert map=m\n",
                "m system all\n",
                "local ",
                "host ",
                "hostnossl ",
                "all ",
                "sameuser,",
                "replication ",
                "@file ",
                "+group ",
                "10.0.0.0/8 ",
                "10.0.0.0 255.0.0.0 ",
                "10.0.0.1/99 ",
                "fd00::/8 ",
                "::ffff:1.2.3.4/128 ",
                "1.2.3.999/8 ",
                "peer ",
                "reject ",
                "map=m ",
                "/^.*$/ ",
                "\"",
                ",",
                "#",
                "\n",
                "\0"),
            Arbitraries.strings().ofMaxLength(5))
        .list()
        .ofMaxSize(20);
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
