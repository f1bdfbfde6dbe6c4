package dev.penstock.simulation;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;

/** The port of an instance for its operator. */
public interface InstancePort {

  /** {@code PUT /v1/grant}; the report follows whether it was accepted or refused. */
  InstanceReport grant(GrantRequest request);

  /** {@code GET /v1/report}, at once. */
  InstanceReport report();
}
