package dev.penstock.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code PUT /v1/grant}: what an instance may have open from now on.
 *
 * <p>Meant for one process: an instance of another {@code incarnation} (a container that was
 * restarted at the same address) answers 409 with its report and changes nothing, for the
 * connections were counted for the process before it.
 *
 * <p>Idempotent. An instance that has already accepted a higher round answers 409 with its report
 * and changes nothing; an equal round with an equal grant is accepted again, an equal round with
 * another grant is refused as an older one is.
 *
 * @param round the round the grant was decided in; grows for ever, at least 1
 * @param grant the most server connections the instance may have open, at least 0
 * @param peers the other instances of the fleet
 * @param incarnation the process it is meant for; null for whoever listens there
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GrantRequest(long round, int grant, List<Peer> peers, @Nullable String incarnation) {

  public GrantRequest {
    if (round < 1) {
      throw new IllegalArgumentException("round must be at least 1, was " + round);
    }
    if (grant < 0) {
      throw new IllegalArgumentException("grant must be at least 0, was " + grant);
    }
    peers = peers == null ? List.of() : List.copyOf(peers);
  }

  /** A grant for whoever listens there. */
  public GrantRequest(long round, int grant, List<Peer> peers) {
    this(round, grant, peers, null);
  }
}
