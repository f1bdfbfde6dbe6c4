package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The resource as it is at the API server, and its status written by compare-and-set on the
 * resource version. Thread-safe for different servers.
 */
final class LedgerStore {

  private final ServerResources resources;
  private final OwnWrites<ServerId, DatabaseServer> own = new OwnWrites<>();

  /** What was written last, kept when another has written since. */
  private final Map<ServerId, DatabaseServer> remembered = new ConcurrentHashMap<>();

  LedgerStore(ServerResources resources) {
    this.resources = resources;
  }

  /**
   * The latest that can be known of a server that was seen in a cache. If it is out of date all the
   * same, the next {@link #write} fails and nothing has happened.
   *
   * @return empty if it exists no longer
   */
  Optional<DatabaseServer> latest(ServerId id, DatabaseServer seen) {
    Optional<DatabaseServer> known = own.notOlderThan(id, seen);
    if (known.isPresent()) {
      return known;
    }
    Optional<DatabaseServer> read = resources.get(id);
    read.ifPresent(server -> own.put(id, server));
    return read;
  }

  /**
   * Writes a status over that of {@code base}, if the resource is still as {@code base} says.
   *
   * @return false if it is not: what was computed is void
   */
  boolean write(ServerId id, DatabaseServer base, DatabaseServerStatus status) {
    DatabaseServer next = new DatabaseServer();
    next.setMetadata(base.getMetadata());
    next.setSpec(base.getSpec());
    next.setStatus(status);
    // Whatever goes wrong on the way: what is there is then read again.
    own.remove(id);
    Optional<DatabaseServer> result = resources.updateStatus(next);
    result.ifPresent(
        server -> {
          own.put(id, server);
          remembered.put(id, server);
        });
    return result.isPresent();
  }

  /**
   * The status of a server, with what is missing from its ledger: somebody may have emptied it, or
   * put an older one back, while instances hold what was granted.
   */
  DatabaseServerStatus known(ServerId id, DatabaseServer server) {
    DatabaseServerStatus status =
        Optional.ofNullable(server.getStatus()).orElse(DatabaseServerStatus.EMPTY);
    DatabaseServer last = remembered.get(id);
    return last == null
            || last.getStatus() == null
            || !last.getMetadata().getUid().equals(server.getMetadata().getUid())
        ? status
        : LedgerLines.restored(status, last.getStatus());
  }

  void forget(ServerId id) {
    own.remove(id);
    remembered.remove(id);
  }
}
