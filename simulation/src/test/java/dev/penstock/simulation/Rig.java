package dev.penstock.simulation;

import dev.penstock.operator.server.SimulatedKeeper;
import dev.penstock.pooler.fleet.SimulatedPort;
import dev.penstock.pooler.pool.Backend;
import dev.penstock.pooler.pool.Grantable;
import dev.penstock.pooler.pool.Slot;

/**
 * How the real parts are put together. A mutation is a rig that puts something between them which
 * breaks one rule of the law.
 */
public class Rig {

  /** An operator that has just started. */
  public OperatorHost.Keeper keeper(OperatorHost host) {
    return new SimulatedKeeper(host);
  }

  /** The grant a process starts with. */
  int grantAtStart() {
    return 0;
  }

  /** What a process calls itself, when one has run in its pod before. */
  String incarnation(String drawn, String before) {
    return drawn;
  }

  /** The port of an instance. */
  InstancePort port(Grantable pools, String incarnation) {
    return new SimulatedPort(pools, incarnation);
  }

  /** A connection as the pools see it. */
  Backend connection(Slot slot, Backend real) {
    return real;
  }
}
