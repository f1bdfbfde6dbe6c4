package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How connections to the server use TLS: PgBouncer's {@code server_tls_sslmode}. */
public enum ServerTlsMode {
  @JsonProperty("disable")
  DISABLE("disable"),
  @JsonProperty("prefer")
  PREFER("prefer"),
  @JsonProperty("require")
  REQUIRE("require"),
  @JsonProperty("verify-ca")
  VERIFY_CA("verify-ca"),
  @JsonProperty("verify-full")
  VERIFY_FULL("verify-full");

  private final String setting;

  ServerTlsMode(String setting) {
    this.setting = setting;
  }

  /** The word that stands in a resource and in {@code pgbouncer.ini}. */
  public String setting() {
    return setting;
  }
}
