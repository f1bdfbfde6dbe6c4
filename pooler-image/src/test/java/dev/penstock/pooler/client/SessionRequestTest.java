package dev.penstock.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.wire.StartupPacket;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionRequestTest {

  private static SessionRequest request(Map<String, String> parameters, String... ignored)
      throws SessionRequest.Unsupported {
    return SessionRequest.of(new StartupPacket.Startup(0, parameters), List.of(ignored));
  }

  private static SessionRequest withOptions(String options, String... ignored)
      throws SessionRequest.Unsupported {
    return request(Map.of("user", "ann", "options", options), ignored);
  }

  @Test
  void theDatabaseIsTheUsersWhereNoneIsNamed() throws SessionRequest.Unsupported {
    assertThat(request(Map.of("user", "ann")).database()).isEqualTo("ann");
    assertThat(request(Map.of("user", "ann", "database", "")).database()).isEqualTo("ann");
    assertThat(request(Map.of("user", "ann", "database", "d")).database()).isEqualTo("d");
  }

  @ParameterizedTest
  @CsvSource({"-c TimeZone=UTC", "-cTimeZone=UTC", "--timezone=UTC", "-c  TimeZone=U\\TC"})
  void whatIsTrackedIsTakenFromTheOptions(String options) throws SessionRequest.Unsupported {
    assertThat(withOptions(options).parameters().value("TimeZone")).isEqualTo("UTC");
  }

  @Test
  void ofOptionsThatAreIgnoredWhatIsTrackedStillCounts() throws SessionRequest.Unsupported {
    var request = withOptions("-c geqo=off -B 3 -c TimeZone=UTC -c", "options");

    assertThat(request.parameters().value("TimeZone")).isEqualTo("UTC");
  }

  @Test
  void whatCannotFollowTheClientIsRefusedByName() {
    assertThatThrownBy(() -> withOptions("-c TimeZone=UTC -c geqo=off"))
        .isInstanceOf(SessionRequest.Unsupported.class)
        .hasMessage("unsupported startup parameter in options: geqo");
    assertThatThrownBy(() -> withOptions("-B 3"))
        .hasMessageContaining("only '-c config=val' is allowed");
    assertThatThrownBy(() -> request(Map.of("user", "ann", "replication", "database")))
        .hasMessage("unsupported startup parameter: replication");
    assertThatThrownBy(() -> request(Map.of("database", "d"))).hasMessage("no username supplied");
  }

  @Property
  void whateverTheOptionsSayTheyAreReadOrRefused(@ForAll String options) {
    try {
      assertThat(withOptions(options).user()).isEqualTo("ann");
    } catch (SessionRequest.Unsupported e) {
      assertThat(e.sqlState()).isEqualTo("0A000");
    }
  }
}
