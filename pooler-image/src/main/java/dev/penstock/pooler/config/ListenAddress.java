package dev.penstock.pooler.config;

/**
 * Where one of Penstock's own ports listens.
 *
 * @param host address or name; {@code *} stands for all addresses
 * @param port 0 to 65535, 0 for one that the system picks
 */
public record ListenAddress(String host, int port) {

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
