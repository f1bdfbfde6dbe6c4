package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServer;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Resources that describe the same server each for itself: each would spend its whole budget, so
 * only the oldest may. Pure.
 */
final class SameServer {

  private static final Comparator<DatabaseServer> OLDEST =
      Comparator.comparing((DatabaseServer server) -> server.getMetadata().getCreationTimestamp())
          .thenComparing(server -> server.getMetadata().getUid());

  private static final Pattern SERVICE = Pattern.compile("^([^.]+[.][^.]+)[.]svc([.].+)?$");

  private SameServer() {}

  /** The oldest other one with the same host and port that is older than {@code server}. */
  static Optional<DatabaseServer> olderThan(DatabaseServer server, Stream<DatabaseServer> all) {
    return others(server, all).filter(other -> OLDEST.compare(other, server) < 0).min(OLDEST);
  }

  /**
   * Connections that may still be held by way of the others: they get nothing, and what they were
   * granted before that was known comes back only as they let go of it.
   */
  static long spokenForByOthers(DatabaseServer server, Stream<DatabaseServer> all) {
    return others(server, all)
        .filter(other -> other.getStatus() != null)
        .mapToLong(other -> LedgerLines.read(other.getStatus()).committed())
        .sum();
  }

  private static Stream<DatabaseServer> others(DatabaseServer server, Stream<DatabaseServer> all) {
    String address = address(server);
    return all.filter(
        other ->
            other.getSpec().server().port() == server.getSpec().server().port()
                && !other.getMetadata().getUid().equals(server.getMetadata().getUid())
                && address(other).equals(address));
  }

  /** A short name means another Service in another namespace; a Service has several full ones. */
  static String address(DatabaseServer server) {
    String host = server.getSpec().server().host().toLowerCase(Locale.ROOT);
    host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    // Whatever the cluster's domain is called.
    host = SERVICE.matcher(host).replaceFirst("$1");
    boolean isShort = !host.contains(".") && !host.contains(":");
    String full = isShort ? host + "." + server.getMetadata().getNamespace() : host;
    return full + ":" + server.getSpec().server().port();
  }
}
