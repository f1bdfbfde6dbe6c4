package dev.penstock.e2e.demo;

import dev.penstock.crds.InstanceState;
import java.util.Optional;
import java.util.Set;

/**
 * One pod of a pool, with its line of the ledger if it has one.
 *
 * @param pod its name
 * @param uid its pod's identity
 * @param ready whether it serves clients
 * @param leaving whether its pod has been told to end
 * @param bound the most it can believe its grant to be
 * @param grant the grant it was sent last
 * @param held server connections it last reported
 * @param state where its line of the ledger stands; empty when there is none
 */
public record Instance(
    String pod,
    String uid,
    boolean ready,
    boolean leaving,
    int bound,
    int grant,
    int held,
    Optional<InstanceState> state) {

  /** Whether it serves clients, with at least one connection of its own. */
  public boolean serves() {
    return ready
        && !leaving
        && grant > 0
        && state.filter(Set.of(InstanceState.Live, InstanceState.Lowering)::contains).isPresent();
  }
}
