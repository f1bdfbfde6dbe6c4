package dev.penstock.operator.fleet;

import dev.penstock.contract.InstanceReport;
import java.util.Set;

/**
 * What is known of the process in a pod.
 *
 * @param uid of the pod
 * @param report the last one
 * @param demand the most connections it could have used at once, of late: in use and waited for
 * @param silent whether it has ceased to answer since
 * @param ended incarnations of processes that ran in the pod before it: they do no more
 */
public record Sighting(
    String uid, InstanceReport report, int demand, boolean silent, Set<String> ended) {

  public Sighting {
    ended = Set.copyOf(ended);
  }

  /** The identity of the process: pod UID and incarnation. */
  public String instance() {
    return uid + "/" + report.incarnation();
  }
}
