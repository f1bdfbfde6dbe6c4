package dev.penstock.operator.desired;

/** Where things stand in an instance's file system, and which ports it listens on. */
final class Mounts {

  static final String CONFIG_DIRECTORY = "/etc/penstock";
  static final String CONFIG_FILE = "pgbouncer.ini";
  static final String AUTH_DIRECTORY = "/etc/penstock/auth";
  static final String AUTH_FILE = "userlist.txt";
  static final String FLEET_DIRECTORY = "/etc/penstock/fleet";
  static final String CLIENT_TLS_DIRECTORY = "/etc/penstock/client-tls";
  static final String SERVER_TLS_DIRECTORY = "/etc/penstock/server-tls";

  static final String CERTIFICATE = "tls.crt";
  static final String PRIVATE_KEY = "tls.key";
  static final String AUTHORITIES = "ca.crt";

  static final String POSTGRES = "postgres";
  static final int POSTGRES_PORT = 6432;
  static final String HTTP = "http";
  static final int HTTP_PORT = 9127;
  static final String FLEET = "fleet";
  static final int FLEET_PORT = 7433;

  private Mounts() {}
}
