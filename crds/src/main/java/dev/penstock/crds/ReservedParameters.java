package dev.penstock.crds;

/** The settings of PgBouncer that other fields of the resource stand for, or the operator sets. */
final class ReservedParameters {

  private ReservedParameters() {}

  /**
   * A list in CEL, for the rules on {@code spec.parameters}. Annotations take constants only, hence
   * one text and no collection.
   */
  static final String CEL_LIST =
      "['listen_addr', 'listen_port', 'unix_socket_dir', 'pool_mode', 'auth_type', 'auth_file',"
          + " 'logfile', 'pidfile', 'user', 'conffile', 'service_name', 'job_name', 'peer_id',"
          + " 'server_tls_sslmode', 'server_tls_ca_file', 'server_tls_cert_file',"
          + " 'server_tls_key_file', 'client_tls_sslmode', 'client_tls_ca_file',"
          + " 'client_tls_cert_file', 'client_tls_key_file', 'penstock_http_listen',"
          + " 'penstock_fleet_listen', 'penstock_fleet_cert_file', 'penstock_fleet_key_file',"
          + " 'penstock_fleet_ca_file']";
}
