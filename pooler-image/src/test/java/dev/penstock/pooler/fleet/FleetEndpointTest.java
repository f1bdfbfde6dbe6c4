package dev.penstock.pooler.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetEndpointTest {

  @Test
  void aReportIsHeldOpenForAsLongAsIsAskedForWithinBounds() {
    assertThat(FleetEndpoint.patience(List.of("wait=60"))).isEqualTo(Duration.ofMinutes(1));
    assertThat(FleetEndpoint.patience(List.of("wait=0"))).isEqualTo(Duration.ofSeconds(5));
    assertThat(FleetEndpoint.patience(List.of("wait=121"))).isEqualTo(Duration.ofMinutes(2));
    assertThat(FleetEndpoint.patience(List.of("respond-async, Wait = \"30\"", "wait=40")))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aRequestThatDoesNotSaySoIsHeldOpenForTheUsualTime() {
    assertThat(FleetEndpoint.patience(null)).isEqualTo(FleetEndpoint.USUAL_POLL);
    for (var unknown : List.of("", "wait", "wait=", "wait=-5", "wait=soon", "wait=99999999999")) {
      assertThat(FleetEndpoint.patience(List.of(unknown)))
          .as(unknown)
          .isEqualTo(FleetEndpoint.USUAL_POLL);
    }
  }
}
