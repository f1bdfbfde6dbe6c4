package dev.penstock.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantRequestTest {

  private final ObjectMapper mapper = new ObjectMapper();

  @Test
  void isReadBackFromItsOwnJson() throws Exception {
    var request = new GrantRequest(7, 9, List.of(new Peer("a1", "10.0.0.1:7433")), "b2");

    assertThat(mapper.readValue(mapper.writeValueAsString(request), GrantRequest.class))
        .isEqualTo(request);
  }

  @Test
  void ignoresMembersOfANewerVersionAndDefaultsMissingPeers() throws Exception {
    assertThat(mapper.readValue("{\"round\":1,\"grant\":0,\"colour\":\"red\"}", GrantRequest.class))
        .isEqualTo(new GrantRequest(1, 0, List.of()));
  }

  @Test
  void refusesARoundThatWasNeverDecidedAndANegativeGrant() {
    assertThatThrownBy(() -> new GrantRequest(0, 1, List.of())).hasMessageContaining("round");
    assertThatThrownBy(() -> new GrantRequest(1, -1, List.of())).hasMessageContaining("grant");
  }
}
