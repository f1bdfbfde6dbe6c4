package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServer;
import java.util.Optional;

/** The DatabaseServers at the API server. Thread-safe. */
interface ServerResources {

  /** Reads one as it is now, past every cache; empty if there is none. */
  Optional<DatabaseServer> get(ServerId id);

  /**
   * Writes the status of one, if the resource still has the version that it names.
   *
   * @return the resource as it was written; empty if it has another version by now, or exists no
   *     longer: nothing was written
   */
  Optional<DatabaseServer> updateStatus(DatabaseServer server);
}
