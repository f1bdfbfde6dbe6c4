package dev.penstock.operator.fleet;

/**
 * A pod to watch.
 *
 * @param uid of the pod
 * @param name of the pod, for messages
 * @param host its IP address
 * @param port its mutual-TLS port
 */
public record Target(String uid, String name, String host, int port) {

  /** Host and port as one text, an IPv6 address in brackets. */
  public String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
