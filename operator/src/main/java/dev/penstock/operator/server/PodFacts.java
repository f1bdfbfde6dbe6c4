package dev.penstock.operator.server;

import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.Target;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a pod.
 *
 * @param pool the pool it belongs to
 * @param uid of the pod
 * @param name of the pod
 * @param address its IP address; null while it has none
 * @param port of its mutual-TLS port; 0 without one
 * @param createdAt when it was created
 * @param deleting whether its deletion has begun
 * @param ready whether it serves clients
 * @param served whether its process is or was ready, and so has been granted something
 * @param life what its process does
 */
public record PodFacts(
    FleetId pool,
    String uid,
    String name,
    @Nullable String address,
    int port,
    Instant createdAt,
    boolean deleting,
    boolean ready,
    boolean served,
    Life life) {

  /** Name of the container port that the operator speaks to. */
  private static final String FLEET_PORT = "fleet";

  /** What is known of the process in the pod. */
  public sealed interface Life {
    /** It may be running, or not have started yet. */
    record Running() implements Life {}

    /**
     * It has ended, and no other has taken its place.
     *
     * @param clean whether it said itself that it has closed everything: exit code 0, and no other
     *     has run there before it
     */
    record Ended(boolean clean) implements Life {}
  }

  static PodFacts of(FleetId pool, Pod pod) {
    String created = pod.getMetadata().getCreationTimestamp();
    return new PodFacts(
        pool,
        pod.getMetadata().getUid(),
        pod.getMetadata().getName(),
        pod.getStatus() == null ? null : pod.getStatus().getPodIP(),
        port(pod).orElse(0),
        created == null ? Instant.EPOCH : Instant.parse(created),
        pod.getMetadata().getDeletionTimestamp() != null,
        isReady(pod),
        hasServed(pod),
        life(pod));
  }

  /** Where to speak to its process; empty if there is none to speak to. */
  Optional<Target> target() {
    return address == null || port == 0 || !(life instanceof Life.Running)
        ? Optional.empty()
        : Optional.of(new Target(uid, name, address, port));
  }

  private static OptionalInt port(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .map(Container::getPorts)
        .flatMap(List::stream)
        .filter(port -> FLEET_PORT.equals(port.getName()))
        .mapToInt(ContainerPort::getContainerPort)
        .findFirst();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  /** An instance is ready only with a grant; one that ceases to be was so since it started. */
  private static boolean hasServed(Pod pod) {
    if (pod.getStatus() == null) {
      return false;
    }
    String started =
        pod.getStatus().getContainerStatuses().stream()
            .map(ContainerStatus::getState)
            .filter(state -> state != null && state.getRunning() != null)
            .map(state -> state.getRunning().getStartedAt())
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return isReady(pod)
        || pod.getStatus().getConditions().stream()
            .filter(condition -> "Ready".equals(condition.getType()))
            .map(PodCondition::getLastTransitionTime)
            .filter(Objects::nonNull)
            .anyMatch(at -> started != null && Instant.parse(at).isAfter(Instant.parse(started)));
  }

  private static Life life(Pod pod) {
    List<ContainerStatus> statuses =
        pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
    // A phase alone proves nothing: a lost node's pods are marked Failed without anyone having seen
    // their processes end.
    if (statuses.isEmpty() || !statuses.stream().allMatch(PodFacts::hasEnded)) {
      return new Life.Running();
    }
    return new Life.Ended(statuses.stream().allMatch(PodFacts::endedCleanly));
  }

  private static boolean hasEnded(ContainerStatus status) {
    ContainerState now = status.getState();
    ContainerState before = status.getLastState();
    boolean waitsToRestart =
        now != null && now.getWaiting() != null && before != null && before.getTerminated() != null;
    return waitsToRestart || (now != null && now.getTerminated() != null);
  }

  /** An exit code says nothing of the processes before that one. */
  private static boolean endedCleanly(ContainerStatus status) {
    return status.getState().getTerminated() != null
        && status.getState().getTerminated().getExitCode() == 0
        && (status.getRestartCount() == null || status.getRestartCount() == 0);
  }
}
