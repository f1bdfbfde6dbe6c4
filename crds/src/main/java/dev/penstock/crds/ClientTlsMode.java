package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether clients use TLS: PgBouncer's {@code client_tls_sslmode}. */
public enum ClientTlsMode {
  /** Clients that ask for TLS get it. */
  @JsonProperty("prefer")
  PREFER("prefer"),

  /** Clients without TLS are refused. */
  @JsonProperty("require")
  REQUIRE("require");

  private final String setting;

  ClientTlsMode(String setting) {
    this.setting = setting;
  }

  /** The word that stands in a resource and in {@code pgbouncer.ini}. */
  public String setting() {
    return setting;
  }
}
