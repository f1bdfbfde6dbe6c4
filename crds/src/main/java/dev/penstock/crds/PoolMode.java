package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a server connection goes back to the pool: PgBouncer's {@code pool_mode}. */
public enum PoolMode {
  /** When the client disconnects. */
  @JsonProperty("session")
  SESSION("session"),

  /** When the transaction ends. */
  @JsonProperty("transaction")
  TRANSACTION("transaction");

  private final String setting;

  PoolMode(String setting) {
    this.setting = setting;
  }

  /** The word that stands in a resource and in {@code pgbouncer.ini}. */
  public String setting() {
    return setting;
  }
}
