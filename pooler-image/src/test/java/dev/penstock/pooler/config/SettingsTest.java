package dev.penstock.pooler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private final Settings defaults = Settings.defaults();

  @Test
  void everyDefaultIsPgBouncersWhereThatHasOne() {
    var expected =
        Map.ofEntries(
            Map.entry("admin_users", ""),
            Map.entry("application_name_add_host", "0"),
            Map.entry("auth_dbname", ""),
            Map.entry("auth_file", ""),
            Map.entry(
                "auth_query",
                "SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END"
                    + " FROM pg_authid WHERE rolname=$1 AND rolcanlogin"),
            Map.entry("auth_user", ""),
            Map.entry("auth_hba_file", ""),
            Map.entry("auth_ident_file", ""),
            Map.entry("auth_type", "md5"),
            Map.entry("client_idle_timeout", "0"),
            Map.entry("client_login_timeout", "60"),
            Map.entry("client_tls_ca_file", ""),
            Map.entry("client_tls_cert_file", ""),
            Map.entry("client_tls_key_file", ""),
            Map.entry("client_tls_protocols", "secure"),
            Map.entry("client_tls_sslmode", "disable"),
            Map.entry("default_pool_size", "20"),
            Map.entry("idle_transaction_timeout", "0"),
            Map.entry("ignore_startup_parameters", ""),
            Map.entry("listen_addr", ""),
            Map.entry("listen_port", "6432"),
            Map.entry("log_connections", "1"),
            Map.entry("log_disconnections", "1"),
            Map.entry("log_pooler_errors", "1"),
            Map.entry("max_client_conn", "100"),
            Map.entry("max_db_connections", "0"),
            Map.entry("max_packet_size", "2147483647"),
            Map.entry("max_user_connections", "0"),
            Map.entry("min_pool_size", "0"),
            Map.entry("pool_mode", "session"),
            Map.entry("query_timeout", "0"),
            Map.entry("query_wait_timeout", "120"),
            Map.entry("reserve_pool_size", "0"),
            Map.entry("reserve_pool_timeout", "5"),
            Map.entry("server_check_delay", "30"),
            Map.entry("server_check_query", "<empty>"),
            Map.entry("server_connect_timeout", "15"),
            Map.entry("server_idle_timeout", "600"),
            Map.entry("server_lifetime", "3600"),
            Map.entry("server_login_retry", "15"),
            Map.entry("server_reset_query", "DISCARD ALL"),
            Map.entry("server_reset_query_always", "0"),
            Map.entry("server_tls_ca_file", ""),
            Map.entry("server_tls_cert_file", ""),
            Map.entry("server_tls_key_file", ""),
            Map.entry("server_tls_protocols", "secure"),
            Map.entry("server_tls_sslmode", "prefer"),
            Map.entry("stats_period", "60"),
            Map.entry("stats_users", ""),
            Map.entry("tcp_keepalive", "1"),
            Map.entry("tcp_keepcnt", "0"),
            Map.entry("tcp_keepidle", "0"),
            Map.entry("tcp_keepintvl", "0"),
            Map.entry("tcp_user_timeout", "0"),
            Map.entry("unix_socket_dir", ""),
            Map.entry("max_prepared_statements", "200"),
            Map.entry("verbose", "0"),
            Map.entry("penstock_drain_timeout", "0"),
            Map.entry("penstock_fleet_ca_file", ""),
            Map.entry("penstock_fleet_cert_file", ""),
            Map.entry("penstock_fleet_key_file", ""),
            Map.entry("penstock_fleet_listen", ""),
            Map.entry("penstock_http_listen", ""),
            Map.entry("penstock_lost_server_timeout", "300"),
            Map.entry("penstock_max_client_logins", "0"),
            Map.entry("penstock_max_server_logins", "8"),
            Map.entry("penstock_server_probe_interval", "0.5"),
            Map.entry("penstock_transport", "auto"));

    assertThat(
            Settings.table().stream()
                .collect(Collectors.toMap(Setting::name, Setting::defaultText)))
        .isEqualTo(expected);
  }

  @Test
  void defaultsHaveTheirTypes() {
    assertThat(defaults.get(Settings.LISTEN_PORT)).isEqualTo(6432);
    assertThat(defaults.get(Settings.QUERY_WAIT_TIMEOUT)).isEqualTo(Duration.ofMinutes(2));
    assertThat(defaults.get(Settings.POOL_MODE)).isEqualTo(PoolMode.SESSION);
    assertThat(defaults.get(Settings.TCP_KEEPALIVE)).isTrue();
    assertThat(defaults.get(Settings.AUTH_FILE)).isEmpty();
    assertThat(defaults.get(Settings.CLIENT_TLS_PROTOCOLS)).containsExactly("TLSv1.2", "TLSv1.3");
    assertThat(defaults.get(Settings.IGNORE_STARTUP_PARAMETERS)).isEmpty();
  }

  @Test
  void readsEachKindOfValue() throws InvalidValueException {
    assertThat(with(Settings.QUERY_TIMEOUT, "0.25")).isEqualTo(Duration.ofMillis(250));
    assertThat(with(Settings.QUERY_TIMEOUT, ".5")).isEqualTo(Duration.ofMillis(500));
    assertThat(with(Settings.LISTEN_ADDR, "10.0.0.1, ::1")).isEqualTo(List.of("10.0.0.1", "::1"));
    assertThat(with(Settings.AUTH_FILE, "/etc/u.txt")).contains(Path.of("/etc/u.txt"));
    assertThat(with(Settings.SERVER_TLS_SSLMODE, "verify-full")).isEqualTo(TlsMode.VERIFY_FULL);
    assertThat(with(Settings.SERVER_TLS_PROTOCOLS, "tlsv1.3")).isEqualTo(List.of("TLSv1.3"));
    assertThat(with(Settings.PENSTOCK_HTTP_LISTEN, "[::]:9127"))
        .isEqualTo(Optional.of(new ListenAddress("::", 9127)));
    assertThat(with(Settings.LOG_CONNECTIONS, "0")).isFalse();
  }

  @Test
  void saysWhatIsAllowedInsteadOfABadValue() {
    assertRefused(Settings.LISTEN_PORT, "70000", "from 0 to 65535");
    assertRefused(Settings.LISTEN_PORT, "many", "a whole number");
    assertRefused(Settings.MAX_CLIENT_CONN, "-1", "at least 0");
    assertRefused(Settings.TCP_KEEPALIVE, "yes", "0 or 1");
    assertRefused(Settings.QUERY_TIMEOUT, "-1", "seconds");
    assertRefused(Settings.QUERY_TIMEOUT, "5s", "without a unit");
    assertRefused(Settings.QUERY_TIMEOUT, "1e9", "seconds");
    assertRefused(Settings.QUERY_TIMEOUT, "", "seconds");
    assertRefused(Settings.POOL_MODE, "statement", "not supported yet");
    assertRefused(Settings.POOL_MODE, "transactional", "session, transaction");
    assertRefused(Settings.AUTH_TYPE, "ldap", "scram-sha-256");
    assertRefused(Settings.AUTH_TYPE, "pam", "auth_query");
    assertRefused(Settings.UNIX_SOCKET_DIR, "/tmp", "Unix sockets are not supported");
    assertRefused(Settings.PENSTOCK_HTTP_LISTEN, "9127", "host:port");
    assertRefused(Settings.PENSTOCK_HTTP_LISTEN, "::1:9127", "[::]:9127");
    assertRefused(Settings.CLIENT_TLS_PROTOCOLS, "tlsv1.0", "older versions");
  }

  @Test
  void theDocumentationHasExactlyThisTable() throws IOException {
    var rows =
        new StringBuilder(
            "| setting | default | unit or values | reload | meaning |\n|---|---|---|---|---|");
    for (var setting : Settings.table()) {
      var value = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
      rows.append(
          "\n| `%s` | %s | %s | %s | %s |"
              .formatted(
                  setting.name(),
                  value,
                  setting.type().unit(),
                  setting.reloadable() ? "yes" : "no",
                  setting.meaning()));
    }

    assertThat(Files.readString(Path.of("../docs/configuration.md"))).contains(rows + "\n\n");
  }

  private <T> T with(Setting<T> setting, String text) throws InvalidValueException {
    return defaults.with(setting, text).get(setting);
  }

  private void assertRefused(Setting<?> setting, String text, String remedy) {
    assertThatThrownBy(() -> defaults.with(setting, text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining(remedy);
  }
}
