package dev.penstock.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Another instance of the same fleet.
 *
 * @param id its incarnation, as its own reports say it
 * @param address host and port of its mutual-TLS port
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Peer(String id, String address) {

  public Peer {
    if (id == null || address == null) {
      throw new IllegalArgumentException("a peer has an id and an address");
    }
  }
}
