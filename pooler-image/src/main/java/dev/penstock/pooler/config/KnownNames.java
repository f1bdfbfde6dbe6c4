package dev.penstock.pooler.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Set;

/** Helps with a name that is not known: is it one of PgBouncer's, or is it misspelt? */
final class KnownNames {

  /** Names of PgBouncer's that Penstock has no use for, or not yet. */
  private static final Set<String> OF_PGBOUNCER =
      Set.of(
          "auth_ldap_options",
          "autodb_idle_timeout",
          "cancel_wait_timeout",
          "client_tls13_ciphers",
          "client_tls_ciphers",
          "client_tls_dheparams",
          "client_tls_ecdhcurve",
          "conffile",
          "connect_query",
          "disable_pqexec",
          "dns_max_ttl",
          "dns_nxdomain_ttl",
          "dns_zone_check_period",
          "job_name",
          "listen_backlog",
          "load_balance_hosts",
          "log_stats",
          "logfile",
          "login_notify_message",
          "max_db_client_connections",
          "max_user_client_connections",
          "peer_id",
          "pidfile",
          "pkt_buf",
          "pool_idle_timeout",
          "query_wait_notify",
          "resolv_conf",
          "sbuf_loopcnt",
          "scram_iterations",
          "server_fast_close",
          "server_round_robin",
          "server_tls13_ciphers",
          "server_tls_ciphers",
          "service_name",
          "so_reuseport",
          "suspend_timeout",
          "syslog",
          "syslog_facility",
          "syslog_ident",
          "target_session_attrs",
          "tcp_defer_accept",
          "tcp_socket_buffer",
          "track_extra_parameters",
          "transaction_timeout",
          "unix_socket_group",
          "unix_socket_mode",
          "user");

  /** Two letters that changed places count as two slips. */
  private static final int SLIPS = 2;

  /** In a long name, one slip more for so many letters. */
  private static final int LETTERS_FOR_A_SLIP = 6;

  private KnownNames() {}

  /** What to do about {@code name}, which is not one of {@code known}. */
  static String remedy(String name, Collection<String> known) {
    if (OF_PGBOUNCER.contains(name)) {
      return "PgBouncer knows it, Penstock does not support it; remove it";
    }
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(nearest -> distance(name, nearest) <= SLIPS + nearest.length() / LETTERS_FOR_A_SLIP)
        .map(nearest -> "did you mean \"" + nearest + "\"?")
        .orElse("remove it, or see docs/configuration.md for what there is");
  }

  /** Levenshtein's distance: how many letters to put in, take out or change. */
  private static int distance(String one, String other) {
    var row = new int[other.length() + 1];
    for (var column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (var i = 1; i <= one.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (var j = 1; j < row.length; j++) {
        var change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
