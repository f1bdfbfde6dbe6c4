package dev.penstock.operator.desired;

/** The host of a server, as it can be looked up from any namespace. */
public final class ServerAddress {

  private ServerAddress() {}

  /**
   * A name without a dot is that of a Service beside the resource, which would not be found from
   * another namespace.
   *
   * @param namespace of the resource that names the host
   */
  public static String from(String namespace, String host) {
    boolean isShort = !host.contains(".") && !host.contains(":") && !host.equals("localhost");
    return isShort ? host + "." + namespace + ".svc" : host;
  }
}
