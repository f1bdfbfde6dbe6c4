package dev.penstock.operator.server;

import dev.penstock.contract.Incarnation;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.Target;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

  private static final String READY = "Ready";

  /** What is known of the process in the pod. */
  public sealed interface Life {
    /**
     * It may be running, or not have started yet.
     *
     * @param since when it started, by the clock of its node; 1970 if that is not said
     */
    record Running(Instant since) implements Life {}

    /**
     * It has ended, and no other had taken its place when the kubelet said so: a new one starts at
     * once, and its kubelet may be late or cut off.
     *
     * @param clean whether it said itself that it has closed everything: exit code 0, and no other
     *     has run there before it
     * @param at when, by the clock of its node; 1970 if that is not said
     */
    record Ended(boolean clean, Instant at) implements Life {

      /** Whether that is the end of a process or of one after it, and not only of one before it. */
      boolean isOf(Incarnation process) {
        return process.startedAt().filter(startedAt -> startedAt.isBefore(at)).isPresent();
      }
    }
  }

  static PodFacts of(FleetId pool, Pod pod) {
    String created = pod.getMetadata().getCreationTimestamp();
    return new PodFacts(
        pool,
        pod.getMetadata().getUid(),
        pod.getMetadata().getName(),
        pod.getStatus() == null ? null : pod.getStatus().getPodIP(),
        fleetPort(pod).map(ContainerPort::getContainerPort).orElse(0),
        created == null ? Instant.EPOCH : Instant.parse(created),
        pod.getMetadata().getDeletionTimestamp() != null,
        isReady(pod),
        hasServed(pod),
        life(pod));
  }

  /** As much of a pod as facts are told by, for a watch's cache. */
  static Pod trimmed(Pod pod) {
    ObjectMeta whole = pod.getMetadata();
    PodBuilder trimmed =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(whole.getNamespace())
            .withName(whole.getName())
            .withUid(whole.getUid())
            .withResourceVersion(whole.getResourceVersion())
            .withCreationTimestamp(whole.getCreationTimestamp())
            .withDeletionTimestamp(whole.getDeletionTimestamp())
            .withLabels(Names.poolLabel(whole))
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withPorts(fleetPort(pod).stream().toList())
            .endContainer()
            .endSpec();
    if (pod.getStatus() != null) {
      trimmed
          .withNewStatus()
          .withPodIP(pod.getStatus().getPodIP())
          .withConditions(
              pod.getStatus().getConditions().stream()
                  .filter(condition -> READY.equals(condition.getType()))
                  .toList())
          .withContainerStatuses(
              pod.getStatus().getContainerStatuses().stream()
                  .map(
                      container ->
                          new ContainerStatusBuilder()
                              .withState(container.getState())
                              .withLastState(container.getLastState())
                              .withRestartCount(container.getRestartCount())
                              .build())
                  .toList())
          .endStatus();
    }
    return trimmed.build();
  }

  /** Where to speak to its process; empty if there is none to speak to. */
  Optional<Target> target() {
    return address == null || port == 0 || !(life instanceof Life.Running)
        ? Optional.empty()
        : Optional.of(new Target(uid, name, address, port));
  }

  private static Optional<ContainerPort> fleetPort(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .map(Container::getPorts)
        .flatMap(List::stream)
        .filter(port -> FLEET_PORT.equals(port.getName()))
        .findFirst();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    READY.equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  /** An instance is ready only with a grant; one that ceases to be was so since it started. */
  private static boolean hasServed(Pod pod) {
    if (pod.getStatus() == null) {
      return false;
    }
    Optional<Instant> started = startedAt(pod);
    return isReady(pod)
        || pod.getStatus().getConditions().stream()
            .filter(condition -> READY.equals(condition.getType()))
            .map(PodCondition::getLastTransitionTime)
            .filter(Objects::nonNull)
            .anyMatch(at -> started.filter(Instant.parse(at)::isAfter).isPresent());
  }

  private static Optional<Instant> startedAt(Pod pod) {
    return statuses(pod).stream()
        .map(ContainerStatus::getState)
        .filter(state -> state != null && state.getRunning() != null)
        .map(state -> state.getRunning().getStartedAt())
        .filter(Objects::nonNull)
        .findFirst()
        .map(Instant::parse);
  }

  private static List<ContainerStatus> statuses(Pod pod) {
    return pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
  }

  private static Life life(Pod pod) {
    List<ContainerStatus> statuses = statuses(pod);
    // A phase alone proves nothing: a lost node's pods are marked Failed without anyone having seen
    // their processes end.
    if (statuses.isEmpty() || !statuses.stream().allMatch(PodFacts::hasEnded)) {
      return new Life.Running(startedAt(pod).orElse(Instant.EPOCH));
    }
    return new Life.Ended(
        statuses.stream().allMatch(PodFacts::endedCleanly),
        statuses.stream().map(PodFacts::finishedAt).min(Instant::compareTo).orElse(Instant.EPOCH));
  }

  private static boolean hasEnded(ContainerStatus status) {
    return end(status).isPresent();
  }

  private static Optional<ContainerStateTerminated> end(ContainerStatus status) {
    ContainerState now = status.getState();
    // One that waits to be restarted has its end in the state before.
    ContainerState ended = now == null || now.getWaiting() == null ? now : status.getLastState();
    return Optional.ofNullable(ended).map(ContainerState::getTerminated);
  }

  private static Instant finishedAt(ContainerStatus status) {
    return end(status)
        .map(ContainerStateTerminated::getFinishedAt)
        .map(Instant::parse)
        .orElse(Instant.EPOCH);
  }

  /** An exit code says nothing of the processes before that one. */
  private static boolean endedCleanly(ContainerStatus status) {
    return status.getState().getTerminated() != null
        && status.getState().getTerminated().getExitCode() == 0
        && (status.getRestartCount() == null || status.getRestartCount() == 0);
  }
}
