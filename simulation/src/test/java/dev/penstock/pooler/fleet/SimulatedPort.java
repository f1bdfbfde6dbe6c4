package dev.penstock.pooler.fleet;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.Incarnation;
import dev.penstock.contract.InstanceReport;
import dev.penstock.pooler.pool.Grantable;
import dev.penstock.simulation.InstancePort;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The register of a simulated instance, whose event loop answers at once. */
public final class SimulatedPort implements InstancePort {

  private final GrantRegister register;

  /** A port as it is when a process has started. */
  public SimulatedPort(Grantable pools, String incarnation) {
    this.register = new GrantRegister(pools, new Incarnation(incarnation));
  }

  @Override
  public InstanceReport grant(GrantRequest request) {
    try {
      return register.accept(request).report();
    } catch (InterruptedException | TimeoutException | ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public InstanceReport report() {
    try {
      return register.report();
    } catch (InterruptedException | TimeoutException | ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
