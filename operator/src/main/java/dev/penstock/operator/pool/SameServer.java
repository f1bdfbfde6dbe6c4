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

  /** A short name means another Service in another namespace; a Service has several full ones. */
  static String server(ConnectionPool pool) {
    String host = pool.getSpec().server().host().toLowerCase(Locale.ROOT);
    host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    host = host.replaceFirst("[.]svc([.]cluster[.]local)?$", "");
    boolean isShort = !host.contains(".") && !host.contains(":");
    String full = isShort ? host + "." + pool.getMetadata().getNamespace() : host;
    return full + ":" + pool.getSpec().server().port();
  }
}
