package dev.penstock.operator.server;

import dev.penstock.operator.fleet.FleetId;
import java.util.Collection;
import java.util.Optional;

/** The pods of all pools. Thread-safe. */
interface Pods {

  /** Those of a pool, from a watch's cache. */
  Collection<PodFacts> of(FleetId pool);

  /** Reads one as it is now, past the watch, which sees only those that have the pool's labels. */
  Optional<PodFacts> read(FleetId pool, String name);

  /** The last that was seen of a pod which is no longer there. */
  Optional<PodFacts> departed(String uid);
}
