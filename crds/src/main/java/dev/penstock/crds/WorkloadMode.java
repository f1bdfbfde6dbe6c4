package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a workload reaches the server. */
public enum WorkloadMode {
  /** Through the instances of the pool. */
  @JsonProperty("pooled")
  POOLED,

  /** Past them: what its pods may open is taken off the server's budget. */
  @JsonProperty("direct")
  DIRECT
}
