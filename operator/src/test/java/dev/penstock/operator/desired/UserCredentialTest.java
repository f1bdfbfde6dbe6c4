package dev.penstock.operator.desired;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserCredentialTest {

  @Test
  void isReadFromABasicAuthSecret() {
    assertThat(UserCredential.from(secret(Map.of("username", "app", "password", "päss"))))
        .isEqualTo(new UserCredential("app", "päss"));
  }

  @Test
  void aMissingKeyIsNamed() {
    assertThatThrownBy(() -> UserCredential.from(secret(Map.of("username", "app"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key password of Secret shop/orders-app is missing or empty")
        .hasMessageContaining("kubernetes.io/basic-auth");
    Secret empty = new SecretBuilder(secret(Map.of())).withData(null).build();
    assertThatThrownBy(() -> UserCredential.from(empty))
        .hasMessageContaining("key username of Secret shop/orders-app");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xyzzy\n", "xy\u0000zzy", "xyzzy\r\n\"admin\" \"x\""})
  void aControlCharacterIsRefusedWithoutShowingTheValue(String password) {
    assertThatThrownBy(
            () -> UserCredential.from(secret(Map.of("username", "app", "password", password))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key password of Secret shop/orders-app")
        .hasMessageContaining("control character")
        .hasMessageNotContaining("zzy");
  }

  @Test
  void neverShowsThePassword() {
    assertThat(new UserCredential("app", "s3cret").toString()).doesNotContain("s3cret");
  }

  @Test
  void quotesAreDoubledInTheFile() {
    assertThat(AuthFile.render(Pools.USERS, "\"ready\" \"made\""))
        .isEqualTo(
            """
            "orders" "s3cret"
            ""\"odd"" one" "a""b\\c"
            "ready" "made"
            """);
  }

  @Test
  void twoSecretsOfOneUserAreRefused() {
    UserCredential app = new UserCredential("app", "x");
    assertThatThrownBy(() -> AuthFile.render(List.of(app, app), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("username app");
  }

  private static Secret secret(Map<String, String> text) {
    SecretBuilder secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .withName("orders-app")
            .endMetadata();
    text.forEach(
        (key, value) ->
            secret.addToData(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
    return secret.build();
  }
}
