package dev.penstock.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserListTest {

  private static final String KEY = "A".repeat(43) + "=";

  @TempDir private Path directory;

  @Test
  void tellsPasswordsHashesAndScramSecretsApart() throws Exception {
    var users =
        read(
            """
            ; a comment
            "plain" "pass word"  trailing words are ignored
            "quo""ted" "a""b"
            "hash" "md545f2603610af569b6155c45067268c6b"
            "scram" "SCRAM-SHA-256$4096:c2FsdA==$%s:%s"
            "none" ""
            "nearly" "md5"
            "broken" "SCRAM-SHA-256$x:c2FsdA==$%s:%s"
            """
                .formatted(KEY, KEY, KEY, KEY));

    assertThat(users.secret("plain")).isEqualTo(new StoredSecret.Plain("pass word"));
    assertThat(users.secret("quo\"ted")).isEqualTo(new StoredSecret.Plain("a\"b"));
    assertThat(users.secret("hash")).isInstanceOf(StoredSecret.Md5.class);
    assertThat(users.secret("none")).isEqualTo(new StoredSecret.Plain(""));
    assertThat(users.secret("nearly")).isInstanceOf(StoredSecret.Plain.class);
    assertThat(users.secret("broken")).isInstanceOf(StoredSecret.Plain.class);
    assertThat(users.secret("nobody")).isNull();
    assertThat(users.secret("scram"))
        .isInstanceOfSatisfying(
            StoredSecret.Scram.class,
            scram -> {
              assertThat(scram.iterations()).isEqualTo(4096);
              assertThat(scram.salt()).asString().isEqualTo("salt");
            });
    assertThat(users.secret("plain")).asString().doesNotContain("pass");
  }

  @Test
  void namesEveryBrokenLineWithoutItsSecret() throws IOException {
    var file = write("\"a\" \"ok\"\nb \"hush\"\n\"c\" \"hush\n\"d\"\n\"\" \"hush\"\n");
    var thrown = catchThrowableOfType(ConfigurationException.class, () -> UserList.read(file));

    assertThat(thrown.problems()).hasSize(4).noneMatch(problem -> problem.contains("hush"));
    assertThat(thrown).hasMessageContainingAll("users.txt:2:", ":3:", ":4:", ":5:");
  }

  @Test
  void followsTheFileWhenItChangesAndKeepsTheOldOneWhenTheNewIsBroken() throws Exception {
    var file = write("\"a\" \"1\"\n");
    var users = ReloadingFiles.load("auth_file", List.of(file), () -> UserList.read(file));
    assertThat(users.refresh()).isFalse();

    write("\"a\" \"1\"\n\"b\" \"2\"\n");
    assertThat(users.refresh()).isTrue();
    assertThat(users.get().secret("b")).isNotNull();

    write("no quotes here at all\n");
    assertThat(users.refresh()).isFalse();
    assertThat(users.get().size()).isEqualTo(2);

    Files.delete(file);
    assertThat(users.refresh()).isFalse();
    assertThat(users.get().size()).isEqualTo(2);

    write("\"c\" \"3\"\n");
    assertThat(users.refresh()).isTrue();
    assertThat(users.get().secret("c")).isNotNull();
  }

  @Test
  void followsASwappedSymbolicLinkAsKubernetesMountsASecret() throws Exception {
    var old = Files.createDirectory(directory.resolve("..1"));
    var fresh = Files.createDirectory(directory.resolve("..2"));
    Files.writeString(old.resolve("users.txt"), "\"a\" \"1\"\n");
    Files.writeString(fresh.resolve("users.txt"), "\"a\" \"2\"\n");
    var data = Files.createSymbolicLink(directory.resolve("..data"), old);
    var file = Files.createSymbolicLink(directory.resolve("link"), data.resolve("users.txt"));
    var users = ReloadingFiles.load("auth_file", List.of(file), () -> UserList.read(file));

    var swap = Files.createSymbolicLink(directory.resolve("..tmp"), fresh);
    Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);

    assertThat(users.refresh()).isTrue();
    assertThat(users.get().secret("a")).isEqualTo(new StoredSecret.Plain("2"));
  }

  @Test
  void aWatchLooksAtTheFilesByItself() throws Exception {
    var file = write("\"a\" \"1\"\n");
    try (var watch = FileWatch.start(Duration.ofMillis(5))) {
      var users =
          watch.add(ReloadingFiles.load("auth_file", List.of(file), () -> UserList.read(file)));
      write("\"a\" \"1\"\n\"b\" \"2\"\n");

      await().until(() -> users.get().size() == 2);
    }
  }

  private UserList read(String text) throws IOException, ConfigurationException {
    return UserList.read(write(text));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("users.txt"), text);
  }
}
