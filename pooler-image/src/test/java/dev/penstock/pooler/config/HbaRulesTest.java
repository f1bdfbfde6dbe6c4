package dev.penstock.pooler.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HbaRulesTest {

  private static final String RULES =
      """
      # type     database      user       address              method
      \t \t # nothing but white space
      host       sales         ann        127.0.0.1/32         trust   # a comment
      local      audit         all                             peer
      local      all           paul                            password
      local      all           all                             md5
      hostssl    all           all        10.0.0.0/8           cert
      hostnossl  all           all        11.0.0.0/8           md5
      host       all           all        127.0.0.0 255.255.255.0 password
      host       x,all         u1, u2 ,u3 16.0.0.0/8           scram-sha-256
      host       "all"         "all"      19.0.0.0/8           trust
      host       "q1""q2"      "a , b"    19.0.0.0/8           trust
      host       half          all        128.0.0.0/1          reject
      host       wide          all        fd20::/12            md5
      host       wide          all        ::1/128              trust
      host       both          all        all                  scram-sha-256
      host       sameuser      all        20.0.0.0/8           md5
      host       beyond        all        192.168.1.1/0        trust
      host       copies,replication standby ::1/128            trust
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "trust,         sales,  ann,    127.0.0.1,   no",
    "password,      sales,  bob,    127.0.0.1,   no",
    "password,      other,  ann,    127.0.0.9,   tls",
    "none,          other,  ann,    127.0.1.9,   no",
    "peer,          audit,  ann,    unix,        no",
    "password,      x,      paul,   unix,        no",
    "md5,           x,      ann,    unix,        no",
    "none,          x,      ann,    unknown,     no",
    "none,          both,   ann,    unknown,     no",
    "cert,          x,      ann,    10.1.1.1,    tls",
    "none,          x,      ann,    10.1.1.1,    no",
    "md5,           x,      ann,    11.1.1.1,    no",
    "none,          x,      ann,    11.1.1.1,    tls",
    "scram-sha-256, y,      u2,     16.9.9.9,    no",
    "none,          y,      u4,     16.9.9.9,    no",
    "none,          y,      u1,     17.0.0.1,    no",
    "trust,         all,    all,    19.0.0.1,    no",
    "none,          x,      x,      19.0.0.1,    no",
    "reject,        half,   ann,    200.1.1.1,   no",
    "none,          half,   ann,    100.1.1.1,   no",
    "md5,           wide,   ann,    fd2f::1,     no",
    "none,          wide,   ann,    fd30::1,     no",
    "trust,         wide,   ann,    ::1,         no",
    "none,          wide,   ann,    ::2,         no",
    "scram-sha-256, both,   ann,    1.2.3.4,     no",
    "scram-sha-256, both,   ann,    face::1,     tls",
    "md5,           ann,    ann,    20.0.0.1,    no",
    "none,          ann,    bob,    20.0.0.1,    no",
    "none,          beyond, ann,    192.168.1.1, no",
    "trust,         copies, standby, ::1,        no",
    "trust,         sales,  standby, ::1,        replication",
    "none,          sales,  standby, ::1,        no",
    "none,          both,   ann,    ::1,         replication"
  })
  void theFirstLineThatMatchesDecides(
      String method, String database, String user, String address, String how) throws Exception {
    assertThat(method(rules(RULES), database, user, address, how)).isEqualTo(method);
  }

  @Test
  void quotedNamesAreNeitherKeywordsNorCutAtCommas() throws Exception {
    assertThat(method(rules(RULES), "q1\"q2", "a , b", "19.0.0.1", "no")).isEqualTo("trust");
  }

  @Test
  void anIpv4ClientOfAnIpv6SocketIsAnIpv4Client() throws Exception {
    assertThat(method(rules(RULES), "x", "ann", "::ffff:11.1.1.1", "no")).isEqualTo("md5");
  }

  @Test
  void namesMayStandInFiles() throws Exception {
    Files.writeString(directory.resolve("staff"), "ann, bob # comment\n\n@more\n");
    Files.writeString(directory.resolve("more"), "\"carl , x\"\n");
    var rules = rules("host all @staff all md5\n");

    assertThat(method(rules, "d", "bob", "1.1.1.1", "no")).isEqualTo("md5");
    assertThat(method(rules, "d", "carl , x", "1.1.1.1", "no")).isEqualTo("md5");
    assertThat(method(rules, "d", "dora", "1.1.1.1", "no")).isEqualTo("none");
    assertThat(rules.included())
        .containsExactly(directory.resolve("staff"), directory.resolve("more"));
  }

  @Test
  void aFileThatIncludesItselfIsRefused() throws IOException {
    Files.writeString(directory.resolve("loop"), "@loop\n");

    assertRefused("host all @loop all md5\n", "pg_hba.conf:1: @loop: files are nested too deep");
  }

  @Test
  void mapsSayWhoMayBeWhom() throws Exception {
    Files.writeString(
        directory.resolve("pg_ident.conf"),
        """
        # map   system user       database user
        staff   ann.example.com   ann
        staff   root.example.com  all
        staff   odd.example.com   "all"
        """);
    var rule =
        requireNonNull(
            rules("hostssl all all all cert map=staff\n")
                .match(client("d", "u", "1.1.1.1", "tls")));
    var map = requireNonNull(rule.map());

    assertThat(map.allows("ann.example.com", "ann")).isTrue();
    assertThat(map.allows("ann.example.com", "bob")).isFalse();
    assertThat(map.allows("root.example.com", "bob")).isTrue();
    assertThat(map.allows("odd.example.com", "bob")).isFalse();
    assertThat(map.allows("odd.example.com", "all")).isTrue();
    assertThat(map.allows("other.example.com", "ann")).isFalse();
  }

  @Test
  void whatCannotBeReadIsNamedByItsLine() {
    assertRefused("\nhots all all all md5\n", "pg_hba.conf:2: unknown type \"hots\"");
    assertRefused("host all all all ldap\n", "method \"ldap\" is not supported", "auth_query");
    assertRefused("host all all 10.0.0.0/33 md5\n", "allowed is 0 to 32");
    assertRefused("host all all 10.0.0.0 ffff:: md5\n", "of another kind");
    assertRefused("host all all example.com md5\n", "is not an address");
    assertRefused("host all all 10.0.0 md5\n", "is not an address");
    assertRefused("host all all 999.0.0.1/32 md5\n", "is not an address");
    assertRefused("host all +staff all md5\n", "groups");
    assertRefused("host samerole all all md5\n", "groups");
    assertRefused("host all @nothing all md5\n", "@nothing cannot be read");
    assertRefused("host all all all md5 map=m\n", "option \"map=m\" is not supported");
    assertRefused("hostssl all all all cert map=m\n", "names a map that is not there");
    assertRefused("host all all all peer\n", "peer is only for lines that begin with local");
    assertRefused("host all all\n", "the line ends where an address is expected");
    assertRefused("host all,, all all md5\n", "a name is missing beside a comma");
    assertRefused("host all \"ann all md5\n", "a double quote is not closed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gss include_realm=0 \"a, b\"", "sspi", "ident map=nobodys", "oauth"})
  void aMethodThatIsPostgresqlsAloneLetsNobodyInWhomALaterLineWould(String method)
      throws Exception {
    var rules = rules("host sales all 10.0.0.0/8 " + method + "\nhost all all all trust\n");

    assertThat(method(rules, "sales", "ann", "10.1.1.1", "no")).isEqualTo("reject");
    assertThat(method(rules, "sales", "ann", "11.1.1.1", "no")).isEqualTo("trust");
  }

  @Test
  void aNamedFileThatIsWrittenOnlyAfterItsRuleIsReadThen() throws Exception {
    var file = Files.writeString(directory.resolve("pg_hba.conf"), "host all all all reject\n");
    var rules = HbaRules.reloading(file, Optional.empty());
    Files.writeString(file, "host all @staff all md5\n");
    assertThat(rules.refresh()).isFalse();
    assertThat(method(rules.get(), "d", "ann", "1.1.1.1", "no")).isEqualTo("reject");

    Files.writeString(directory.resolve("staff"), "ann\n");

    assertThat(rules.refresh()).isTrue();
    assertThat(method(rules.get(), "d", "ann", "1.1.1.1", "no")).isEqualTo("md5");
    assertThat(rules.refresh()).isFalse();
  }

  @Test
  void aLineOfMapsThatCannotBeReadIsNamedToo() throws IOException {
    Files.writeString(
        directory.resolve("pg_ident.conf"), "staff a b\nstaff /^(.*)$ all\nstaff a\n");

    assertRefused("", "pg_ident.conf:2: \"/^(.*)$\"", "pg_ident.conf:3: expected map-name");
  }

  @Property
  void aRangeContainsWhatSharesItsFirstBits(
      @ForAll @Size(4) byte[] network,
      @ForAll @Size(4) byte[] other,
      @ForAll @IntRange(max = 32) int bits)
      throws Exception {
    var mask = bits == 0 ? 0 : -1 << (32 - bits);
    var base = ByteBuffer.wrap(network).getInt() & mask;
    var address = ByteBuffer.wrap(other).getInt();
    var text = InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(base).array());
    var range = AddressRange.ofBits(text.getHostAddress(), Integer.toString(bits));

    assertThat(range.isBeyondMask()).isFalse();
    assertThat(range.contains(text)).isTrue();
    assertThat(range.contains(InetAddress.getByAddress(other))).isEqualTo((address & mask) == base);
  }

  private HbaRules rules(String text) throws IOException, ConfigurationException {
    var ident = directory.resolve("pg_ident.conf");
    return HbaRules.read(
        Files.writeString(directory.resolve("pg_hba.conf"), text),
        Files.exists(ident) ? Optional.of(ident) : Optional.empty());
  }

  private static String method(
      HbaRules rules, String database, String user, String address, String how)
      throws UnknownHostException {
    var rule = rules.match(client(database, user, address, how));
    return rule == null ? "none" : rule.method().spelling();
  }

  private static HbaRule.Client client(String database, String user, String address, String how)
      throws UnknownHostException {
    @Nullable InetAddress known =
        address.matches("unix|unknown") ? null : InetAddress.getByName(address);
    return new HbaRule.Client(
        known,
        address.equals("unix"),
        how.equals("tls"),
        how.equals("replication"),
        database,
        user);
  }

  private void assertRefused(String text, String... problems) {
    assertThatThrownBy(() -> rules(text))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(List.of(problems))
                    .allSatisfy(problem -> assertThat(e.getMessage()).contains(problem)));
  }
}
