package dev.penstock.operator.fleet;

import dev.penstock.contract.GrantRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The instances of all pools, to be heard and told. No call waits for an instance. */
public interface Instances {

  /** Listens to exactly these pods of a pool from now on. Idempotent. */
  void listenTo(FleetId fleet, Collection<Target> targets);

  /**
   * What is known of the processes in a pool's pods; none of a pod that has not answered yet.
   *
   * @param recorded incarnations that are known to run in a pod, or to have run there, by its UID
   */
  List<Sighting> sightings(FleetId fleet, Map<String, Set<String>> recorded);

  /**
   * Has a grant told to the process in a pod, until it has answered or is told another. Whoever is
   * no longer listened to is told nothing.
   *
   * @param uid of the pod
   */
  void tell(FleetId fleet, String uid, GrantRequest grant);
}
