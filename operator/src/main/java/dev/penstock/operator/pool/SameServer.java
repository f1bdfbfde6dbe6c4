package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pools that describe the same server each for itself: they would each spend its whole budget, so
 * only the oldest may. Pure.
 */
final class SameServer {

  private static final Comparator<ConnectionPool> OLDEST =
      Comparator.comparing((ConnectionPool pool) -> pool.getMetadata().getCreationTimestamp())
          .thenComparing(pool -> pool.getMetadata().getUid());

  private SameServer() {}

  /** The oldest other pool that names the same host and port and is older than {@code pool}. */
  static Optional<ConnectionPool> olderThan(ConnectionPool pool, Stream<ConnectionPool> all) {
    return all.filter(
            other ->
                !other.getMetadata().getUid().equals(pool.getMetadata().getUid())
                    && server(other).equals(server(pool))
                    && OLDEST.compare(other, pool) < 0)
        .min(OLDEST);
  }

  /**
   * Connections that the younger pools at the same server may still hold: they get nothing, and
   * what they were granted before that was known comes back only as they let go of it.
   */
  static long spokenForByOthers(ConnectionPool pool, Stream<ConnectionPool> all) {
    return all.filter(
            other ->
                !other.getMetadata().getUid().equals(pool.getMetadata().getUid())
                    && other.getStatus() != null
                    && server(other).equals(server(pool)))
        .mapToLong(other -> LedgerLines.read(other.getStatus()).committed())
        .sum();
  }

  /** A short name means another Service in another namespace; a Service has several full ones. */
  static String server(ConnectionPool pool) {
    String host = pool.getSpec().server().host().toLowerCase(Locale.ROOT);
    host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    // Whatever the cluster's domain is called.
    host = host.replaceFirst("^([^.]+[.][^.]+)[.]svc([.].+)?$", "$1");
    boolean isShort = !host.contains(".") && !host.contains(":");
    String full = isShort ? host + "." + pool.getMetadata().getNamespace() : host;
    return full + ":" + pool.getSpec().server().port();
  }
}
