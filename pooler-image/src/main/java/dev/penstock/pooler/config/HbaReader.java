package dev.penstock.pooler.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the {@code auth_hba_file}: {@code pg_hba.conf} as far as PgBouncer supports it (PgBouncer,
 * "HBA file format").
 */
final class HbaReader {

  private static final Logger LOG = LoggerFactory.getLogger(HbaReader.class);
  private static final int DEEPEST_INCLUDE = 10;
  private static final String MAP = "map=";
  private static final Set<String> ORIGINS = Set.of("local", "host", "hostssl", "hostnossl");

  /** PostgreSQL's methods that PgBouncer has none of: it leaves out their lines. */
  private static final Set<String> OF_POSTGRESQL =
      Set.of("gss", "sspi", "ident", "radius", "bsd", "oauth");

  private final Path file;
  private final Map<String, IdentMap> maps;
  private final boolean hasMaps;
  private final Problems problems = new Problems();
  private final List<HbaRule> rules = new ArrayList<>();
  private final List<Path> included = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private HbaReader(Path file, Optional<Path> identFile) {
    this.file = file;
    this.hasMaps = identFile.isPresent();
    this.maps = identFile.isPresent() ? IdentMaps.read(identFile.get(), problems) : Map.of();
  }

  static HbaRules read(Path file, Optional<Path> identFile) throws ConfigurationException {
    var reader = new HbaReader(file, identFile);
    try {
      reader.readLines(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      reader.problems.add(
          file, "cannot be read (" + e + "); check that it exists and is UTF-8 text");
    }
    reader.problems.throwIfAny();
    reader.warnings.forEach(LOG::warn);
    return new HbaRules(reader.rules, reader.included);
  }

  private void readLines(String text) {
    var number = 0;
    for (var line : text.split("\r?\n", -1)) {
      number++;
      try {
        var fields = AccessLine.fields(line);
        if (!fields.isEmpty()) {
          rules.add(new Line(number, fields).rule());
        }
      } catch (InvalidValueException e) {
        problems.add(file, number, String.valueOf(e.getMessage()));
      }
    }
  }

  /** One line, its fields taken from left to right. */
  private final class Line {
    private final int number;
    private final List<List<AccessLine.Word>> fields;
    private int next;

    Line(int number, List<List<AccessLine.Word>> fields) {
      this.number = number;
      this.fields = fields;
    }

    HbaRule rule() throws InvalidValueException {
      var origin = origin();
      var databases = names("a database", true);
      var users = names("a user", false);
      var addresses = origin == HbaRule.Origin.LOCAL ? AddressRange.ALL : addresses();
      if (addresses.isBeyondMask()) {
        warn("the address has bits outside its mask, so no client matches");
      }
      var method = method(origin);
      @Nullable IdentMap map = null;
      while (next < fields.size()) {
        map = option(word("an option"), method);
      }
      return new HbaRule(number, origin, databases, users, addresses, method, map);
    }

    private void warn(String what) {
      warnings.add(file + ":" + number + ": " + what);
    }

    private HbaRule.Origin origin() throws InvalidValueException {
      var word = word("a type");
      if (word.quoted() || !ORIGINS.contains(word.text())) {
        throw new InvalidValueException(
            "unknown type \"" + word.text() + "\"; there are local, host, hostssl and hostnossl");
      }
      return HbaRule.Origin.valueOf(word.text().toUpperCase(Locale.ROOT));
    }

    private HbaRule.Names names(String what, boolean areDatabases) throws InvalidValueException {
      var collected = new Collected(areDatabases);
      collected.addAll(field(what), file, 0);
      return collected.names();
    }

    private AddressRange addresses() throws InvalidValueException {
      var word = word("an address");
      if (word.is("all")) {
        return AddressRange.ALL;
      }
      var slash = word.text().indexOf('/');
      return slash >= 0
          ? AddressRange.ofBits(word.text().substring(0, slash), word.text().substring(slash + 1))
          : AddressRange.ofMask(word.text(), word("the address's mask").text());
    }

    private AuthMethod method(HbaRule.Origin origin) throws InvalidValueException {
      var word = word("a method");
      if (OF_POSTGRESQL.contains(word.text())) {
        // Left out, as PgBouncer does, a later line might let in whom this one is about.
        warn("method " + word.text() + " is not supported, so clients that match are rejected");
        next = fields.size();
        return AuthMethod.REJECT;
      }
      var method = AuthMethod.named(word.text());
      if (method == null) {
        throw new InvalidValueException(
            "method \""
                + word.text()
                + "\" is not supported; there are trust, reject, password, md5, scram-sha-256, cert"
                + " and peer (in place of ldap or pam, scram-sha-256 with auth_query or cert)");
      }
      if (method == AuthMethod.PEER && origin != HbaRule.Origin.LOCAL) {
        throw new InvalidValueException("peer is only for lines that begin with local");
      }
      if (method == AuthMethod.CERT && origin == HbaRule.Origin.LOCAL) {
        throw new InvalidValueException("cert is not for lines that begin with local; use peer");
      }
      return method;
    }

    private IdentMap option(AccessLine.Word word, AuthMethod method) throws InvalidValueException {
      if (!word.startsWith(MAP) || !method.takesMap()) {
        throw new InvalidValueException(
            "option \"" + word.text() + "\" is not supported; there is map=, for cert and peer");
      }
      var map = maps.get(word.text().substring(MAP.length()));
      if (map == null) {
        throw new InvalidValueException(
            "\""
                + word.text()
                + "\" names a map that is not there; "
                + (hasMaps ? "add it to the auth_ident_file" : "set auth_ident_file"));
      }
      return map;
    }

    private AccessLine.Word word(String what) throws InvalidValueException {
      var field = field(what);
      if (field.size() != 1) {
        throw new InvalidValueException("expected " + what + ", found a list; write one");
      }
      return field.getFirst();
    }

    private List<AccessLine.Word> field(String what) throws InvalidValueException {
      if (next == fields.size()) {
        throw new InvalidValueException(
            "the line ends where "
                + what
                + " is expected; write type, database, user, address (not"
                + " for local) and method");
      }
      return fields.get(next++);
    }
  }

  /** Names of a field, and of the files that it names. */
  private final class Collected {
    private final boolean areDatabases;
    private final Set<String> names = new HashSet<>();
    private boolean all;
    private boolean sameUser;
    private boolean replication;

    Collected(boolean areDatabases) {
      this.areDatabases = areDatabases;
    }

    HbaRule.Names names() {
      return new HbaRule.Names(all, sameUser, replication, names);
    }

    void addAll(List<AccessLine.Word> words, Path from, int depth) throws InvalidValueException {
      for (var word : words) {
        add(word, from, depth);
      }
    }

    private void add(AccessLine.Word word, Path from, int depth) throws InvalidValueException {
      if (word.is("all")) {
        all = true;
      } else if (areDatabases && word.is("sameuser")) {
        sameUser = true;
      } else if (areDatabases && word.is("replication")) {
        replication = true;
      } else if (word.startsWith("@")) {
        include(word.text().substring(1), from, depth);
      } else if (word.startsWith("+") || word.startsWith("/") || isGroup(word)) {
        throw new InvalidValueException(
            "\""
                + word.text()
                + "\": groups and regular expressions are not supported; write the names, or put one"
                + " that begins so in double quotes");
      } else {
        names.add(word.text());
      }
    }

    private boolean isGroup(AccessLine.Word word) {
      return areDatabases && (word.is("samerole") || word.is("samegroup"));
    }

    private void include(String name, Path from, int depth) throws InvalidValueException {
      if (depth == DEEPEST_INCLUDE) {
        throw new InvalidValueException(
            "@" + name + ": files are nested too deep; does one include itself?");
      }
      try {
        var named = from.resolveSibling(name);
        included.add(named);
        for (var line : Files.readString(named, StandardCharsets.UTF_8).split("\r?\n", -1)) {
          for (var field : AccessLine.fields(line)) {
            addAll(field, named, depth + 1);
          }
        }
      } catch (IOException | InvalidPathException e) {
        var invalid =
            new InvalidValueException("@" + name + " cannot be read (" + e + "); does it exist?");
        invalid.initCause(e);
        throw invalid;
      }
    }
  }
}
