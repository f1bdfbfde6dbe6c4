package dev.penstock.e2e.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {

  private static final Map<String, String> LEAST =
      Map.of("DEMO_URL", "jdbc:postgresql://pool/app", "DEMO_USER", "app", "DEMO_PASSWORD", "x");

  @Test
  void theUrlTheUserAndThePasswordAreEnough() {
    ClientSettings settings = ClientSettings.from(LEAST);

    assertThat(settings.url()).isEqualTo("jdbc:postgresql://pool/app");
    assertThat(settings.connections()).isEqualTo(20);
    assertThat(settings.deadline()).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.from(Map.of("DEMO_USER", "app")))
        .withMessageContaining("DEMO_URL");
  }

  @Test
  void whatIsNoNumberIsNamedWithItsValue() {
    Map<String, String> environment = new HashMap<>(LEAST);
    environment.put("DEMO_THINK_MILLIS", "soon");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.from(environment))
        .withMessageContaining("DEMO_THINK_MILLIS")
        .withMessageContaining("soon");
  }

  @Test
  void aClientWithoutConnectionsIsRefused() {
    Map<String, String> environment = new HashMap<>(LEAST);
    environment.put("DEMO_CONNECTIONS", "0");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.from(environment))
        .withMessageContaining("DEMO_CONNECTIONS");
  }
}
