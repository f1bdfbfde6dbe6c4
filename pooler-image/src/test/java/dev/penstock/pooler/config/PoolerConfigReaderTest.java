package dev.penstock.pooler.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolerConfigReaderTest {

  private static final String SMALLEST =
      """
      [pgbouncer]
      listen_addr = *
      auth_file = users.txt
      """;

  @TempDir private Path directory;

  @Test
  void saysWhatAnAuthTypeNeeds() throws IOException {
    assertThat(authentication("auth_type = trust")).contains("auth_file is not set");
    assertThat(authentication("auth_type = trust\nauth_user = asker")).isEmpty();
    assertThat(authentication("auth_type = any")).isEmpty();
    assertThat(authentication("auth_type = hba\nauth_user = asker"))
        .contains("auth_hba_file is not set");
    assertThat(authentication("auth_type = cert\nauth_user = asker"))
        .contains("set client_tls_sslmode = verify-full");
    assertThat(authentication("auth_user = asker\nauth_dbname = pgbouncer"))
        .contains("cannot use the reserved \"pgbouncer\" database as an auth_dbname");
  }

  private String authentication(String lines) throws IOException {
    try {
      var config = read("[pgbouncer]\nlisten_addr = *\n" + lines + "\n");
      return config.databases().isEmpty() ? "" : "there are databases";
    } catch (ConfigurationException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void readsAFileAsPeopleWriteThemForPgBouncer() throws Exception {
    var config =
        read(
            """
            ; a comment
            # another
            [databases]
            shop = host=db.example port=5433 dbname=shop_1 user=app password='it''s = here' pool_size=7
            "odd ""name" = host=db.example
            * = host = fallback.example reserve_pool=3

            [users]
            batch = pool_mode=session max_user_connections=2 query_wait_timeout=-1

            [pgbouncer]
            listen_addr = 127.0.0.1,::1
            listen_port=7000
            pool_mode = transaction
            auth_type = scram-sha-256
            auth_file = users.txt
            query_wait_timeout = 1.5
            server_reset_query = select ';' -- # not a comment
            """);

    var shop = requireNonNull(config.database("shop"));
    assertThat(shop)
        .isEqualTo(
            new Database(
                "shop",
                "db.example",
                5433,
                "shop_1",
                "app",
                "it's = here",
                null,
                null,
                null,
                null,
                7,
                null,
                null,
                null,
                null,
                null,
                Map.of()));
    assertThat(config.databases()).containsKey("odd \"name");
    assertThat(config.settings().get(Settings.LISTEN_PORT)).isEqualTo(7000);
    assertThat(config.settings().get(Settings.SERVER_RESET_QUERY))
        .isEqualTo("select ';' -- # not a comment");
    assertThat(config.pool(shop, "batch").mode()).isEqualTo(PoolMode.SESSION);
    assertThat(config.pool(shop, "batch").maxUserConnections()).isEqualTo(2);
    assertThat(config.pool(shop, "batch").queryWaitTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.pool(shop, "app").mode()).isEqualTo(PoolMode.TRANSACTION);
    assertThat(config.pool(shop, "app").poolSize()).isEqualTo(7);
  }

  @Test
  void theFallbackLeadsToTheDatabaseThatWasAskedFor() throws Exception {
    var config = read("[databases]\n* = host=db reserve_pool=3\n" + SMALLEST);

    var found = requireNonNull(config.database("anything"));
    assertThat(found.dbname()).isEqualTo("anything");
    assertThat(found.name()).isEqualTo("anything");
    assertThat(found.reservePoolSize()).isEqualTo(3);

    var fixed =
        requireNonNull(
            read("[databases]\n* = host=db dbname=one\n" + SMALLEST).database("anything"));
    assertThat(fixed.dbname()).isEqualTo("one");
  }

  @Test
  void aDatabaseThatIsNotThereIsNotFoundWithoutAFallback() throws Exception {
    assertThat(read(SMALLEST).database("anything")).isNull();
  }

  @Test
  void aPoolNeverKeepsMoreThanItMayHave() throws Exception {
    var config = read("[databases]\na = host=db pool_size=2 min_pool_size=5\n" + SMALLEST);

    assertThat(config.pool(requireNonNull(config.database("a")), "u").minPoolSize()).isEqualTo(2);
  }

  @Test
  void anIncludedFileCountsWhereItStandsAndLaterLinesOverride() throws Exception {
    var included = directory.resolve("more.ini");
    Files.writeString(included, "[databases]\nx = host=db\n[pgbouncer]\nlisten_port = 1\n");

    var config =
        read(SMALLEST + "%include " + included + "\nmax_client_conn = 5\nlisten_port = 2\n");

    assertThat(config.databases()).containsOnlyKeys("x");
    assertThat(config.settings().get(Settings.LISTEN_PORT)).isEqualTo(2);
    assertThat(config.settings().get(Settings.MAX_CLIENT_CONN)).isEqualTo(5);
  }

  @Test
  void aFileThatIncludesItselfIsRefused() throws IOException {
    assertThat(problems("%include " + directory.resolve("pgbouncer.ini") + "\n"))
        .singleElement()
        .asString()
        .contains("include itself?");
  }

  @Test
  void saysAllThatIsWrongAtOnceByFileAndLine() throws IOException {
    var file = directory.resolve("pgbouncer.ini").toString();
    assertThat(
            problems(
                """
                [databases]
                pgbouncer = host=db
                a = dbname=x
                b = host=/tmp
                c = host=db prot=1
                d = host=db password='open
                e = host=db pool_mode=statement
                [pgbouncer]
                default_pool_sise = 3
                pidfile = /run/p
                listen_port = x
                %inclood y
                just words
                [peers]
                1 = host=a
                [users
                """))
        .satisfiesExactly(
            // the file's own syntax first, then its contents from top to bottom
            p -> assertThat(p).startsWith(file + ":12: unknown directive"),
            p -> assertThat(p).startsWith(file + ":13: expected key = value"),
            p -> assertThat(p).startsWith(file + ":16: section").contains("does not end with ]"),
            p -> assertThat(p).startsWith(file + ":2: \"pgbouncer\"").contains("reserved"),
            p -> assertThat(p).startsWith(file + ":3: \"a\"").contains("host is missing"),
            p -> assertThat(p).startsWith(file + ":4: \"b\"").contains("Unix sockets"),
            p -> assertThat(p).startsWith(file + ":5:").contains("did you mean \"port\"?"),
            p -> assertThat(p).startsWith(file + ":6:").contains("no closing quote"),
            p -> assertThat(p).startsWith(file + ":6:").contains("host is missing"),
            p -> assertThat(p).startsWith(file + ":7:").contains("not supported yet"),
            p ->
                assertThat(p)
                    .isEqualTo(
                        file
                            + ":9: unknown setting \"default_pool_sise\" in section [pgbouncer];"
                            + " did you mean \"default_pool_size\"?"),
            p -> assertThat(p).startsWith(file + ":10:").contains("PgBouncer knows it"),
            p -> assertThat(p).startsWith(file + ":11: \"listen_port\" has the value \"x\""),
            p -> assertThat(p).startsWith(file + ":15: unknown section [peers]"));
  }

  @Test
  void namesTheSettingsThatAnotherOneNeeds() throws IOException {
    assertThat(
            problems(
                """
                [pgbouncer]
                client_tls_sslmode = verify-full
                server_tls_sslmode = verify-ca
                server_tls_cert_file = c.pem
                penstock_fleet_listen = 0.0.0.0:7433
                """))
        .extracting(problem -> problem.replaceFirst(".*?: ", "").replaceFirst(" .*", ""))
        .containsExactly(
            "listen_addr",
            "auth_file",
            "client_tls_key_file",
            "client_tls_cert_file",
            "client_tls_ca_file",
            "server_tls_ca_file",
            "server_tls_key_file",
            "penstock_fleet_cert_file",
            "penstock_fleet_key_file",
            "penstock_fleet_ca_file");
  }

  @Test
  void aSettingMayChangeWhereOnlyTheFallbackSaysWhomToAsk() throws Exception {
    var config = read("[databases]\n* = host=db auth_user=asker\n[pgbouncer]\nlisten_addr = *\n");

    var changed = PoolerConfigReader.with(config, Settings.VERBOSE, "1");

    assertThat(changed.settings().get(Settings.VERBOSE)).isEqualTo(1);
    assertThat(changed.databases()).isEmpty();
    assertThat(changed.database("any")).isEqualTo(config.database("any"));
  }

  @Test
  void aMissingFileIsSaidByName() {
    var missing = directory.resolve("none.ini");
    var thrown =
        catchThrowableOfType(ConfigurationException.class, () -> PoolerConfigReader.read(missing));
    assertThat(thrown.problems()).singleElement().asString().contains("none.ini", "cannot be read");
  }

  @Test
  void aDatabaseNeverPrintsItsPassword() throws Exception {
    var config = read("[databases]\na = host=db user=u password=hush\n" + SMALLEST);

    assertThat(config.toString()).doesNotContain("hush");
  }

  private PoolerConfig read(String text) throws IOException, ConfigurationException {
    return PoolerConfigReader.read(write(text));
  }

  private List<String> problems(String text) throws IOException {
    var file = write(text);
    return catchThrowableOfType(ConfigurationException.class, () -> PoolerConfigReader.read(file))
        .problems();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("pgbouncer.ini"), text);
  }
}
