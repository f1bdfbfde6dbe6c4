package dev.penstock.simulation;

import dev.penstock.contract.Incarnation;
import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pod on a node of its own, with the kubelet that looks after it. */
final class Node {

  private static final Duration SYNC = Duration.ofSeconds(1);
  private static final int PORT = 7433;

  /** How far the clock of a node may be from the true time: nothing depends on it. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private enum Container {
    CREATING,
    RUNNING,
    WAITING,
    TERMINATED
  }

  private final World world;
  private final Timeline time;
  private final Chance chance;
  final FleetId fleet;
  final String uid;
  final String name;
  final String address;
  private final Instant createdAt;
  private final Duration skew;
  private Container container = Container.CREATING;
  private int exitCode = 137;
  private Instant finishedAt;
  private Instant startedAt;
  private Instant readyChangedAt;
  private boolean ready;
  private boolean deleting;
  private boolean removed;
  private boolean cutOff;
  private boolean lost;
  private @Nullable Instance process;
  private int processes;
  private String lastIncarnation = "";

  Node(World world, FleetId fleet, int number) {
    this.world = world;
    this.time = world.time();
    this.chance = world.chance();
    this.fleet = fleet;
    this.uid = "%s%03d".formatted(fleet.pool(), number);
    this.name = "pod-" + uid;
    this.address = "10.0.0." + number;
    this.createdAt = world.wallClock();
    this.skew = chance.aroundZero(SKEW);
    this.startedAt = createdAt;
    this.finishedAt = createdAt;
    this.readyChangedAt = createdAt;
  }

  /** The pod is there, and its process will be. */
  void begin() {
    publish();
    time.after(chance.upTo(Duration.ofSeconds(3)), this::start);
    time.after(SYNC, this::sync);
  }

  Optional<Instance> process() {
    return Optional.ofNullable(process).filter(Instance::isAlive);
  }

  boolean isOdd() {
    return Math.floorMod(uid.hashCode(), 2) == 1;
  }

  void clients(int wanted) {
    process().ifPresent(instance -> instance.clients(wanted));
  }

  /** As a Deployment scales in. */
  void delete() {
    if (!deleting) {
      deleting = true;
      publish();
      time.after(chance.upTo(Duration.ofMillis(500)), this::terminate);
    }
  }

  /** As {@code kubectl delete --force}: the pod is no more, its process lives on for a while. */
  void deleteByForce() {
    vanish();
    time.after(
        chance.upTo(World.KUBELET_NOTICES),
        () ->
            process()
                .ifPresent(
                    left -> {
                      if (chance.percent(50)) {
                        terminate();
                      } else {
                        // It serves on until the last moment.
                        time.after(World.GRACE, left::kill);
                      }
                    }));
  }

  /** As {@code kill -9}. */
  void crash() {
    process().ifPresent(Instance::kill);
  }

  /** As a failed liveness probe: the container is ended in order, and started again. */
  void restart() {
    if (!deleting) {
      terminate();
    }
  }

  /** The machine is gone with all that ran there; the API server learns of it from others. */
  void lose() {
    crash();
    lost = true;
    time.after(Duration.ofSeconds(5).plus(chance.upTo(Duration.ofSeconds(30))), this::vanish);
  }

  /** What the kubelet sees reaches the API server no more, or again. */
  void cutOff(boolean cut) {
    cutOff = cut;
    if (!cut && !lost) {
      publish();
    }
  }

  private Instant clock() {
    return world.wallClock().plus(skew);
  }

  private void start() {
    if (deleting || removed || lost) {
      return;
    }
    String drawn = Incarnation.of(clock(), chance.name()).id();
    String incarnation = world.rig().incarnation(drawn, lastIncarnation);
    lastIncarnation = incarnation;
    Instance started = world.cluster().start(this, incarnation);
    process = started;
    processes++;
    container = Container.RUNNING;
    startedAt = clock();
    ready = false;
    readyChangedAt = startedAt;
    started.clients(chance.between(0, 6));
    publish();
  }

  private void sync() {
    if (lost || (removed && process().isEmpty())) {
      return;
    }
    boolean runs = process().isPresent();
    if (container == Container.RUNNING && !runs) {
      exited(process == null ? 0 : process.exitCode());
    } else if (container == Container.RUNNING && !removed) {
      boolean nowReady = process().filter(Instance::isReady).isPresent();
      if (nowReady != ready) {
        ready = nowReady;
        readyChangedAt = clock();
        publish();
      }
    }
    time.after(SYNC, this::sync);
  }

  private void exited(int code) {
    if (container != Container.RUNNING || lost) {
      return;
    }
    exitCode = code;
    finishedAt = clock();
    ready = false;
    readyChangedAt = finishedAt;
    if (deleting || removed) {
      container = Container.TERMINATED;
      publish();
      time.after(chance.upTo(Duration.ofSeconds(2)), this::remove);
    } else {
      container = chance.percent(50) ? Container.WAITING : Container.TERMINATED;
      publish();
      time.after(chance.upTo(Duration.ofSeconds(10)), this::start);
    }
  }

  private void remove() {
    if (cutOff && !removed) {
      time.after(SYNC, this::remove);
    } else {
      vanish();
    }
  }

  private void vanish() {
    if (!removed) {
      removed = true;
      world.cluster().say(new Cluster.Notice(fleet, manifest(), state(), true));
    }
  }

  private void publish() {
    if (!removed && !cutOff) {
      world.cluster().say(new Cluster.Notice(fleet, manifest(), state(), false));
    }
  }

  /** SIGTERM now, SIGKILL when the grace period is over. */
  private void terminate() {
    process()
        .ifPresentOrElse(
            ending -> {
              ending.drain();
              time.after(World.GRACE, ending::kill);
            },
            () -> {
              if (deleting && container != Container.RUNNING) {
                container = Container.TERMINATED;
                publish();
                time.after(chance.upTo(Duration.ofSeconds(2)), this::remove);
              }
            });
  }

  private String state() {
    return container + (deleting ? ", deleting" : "") + (ready ? ", ready" : "");
  }

  private ContainerStateTerminated end() {
    // As all times at the API server: in whole seconds.
    return new ContainerStateTerminatedBuilder()
        .withExitCode(exitCode)
        .withFinishedAt(finishedAt.truncatedTo(ChronoUnit.SECONDS).toString())
        .build();
  }

  private Pod manifest() {
    ContainerStateBuilder state = new ContainerStateBuilder();
    ContainerStateBuilder before = new ContainerStateBuilder();
    switch (container) {
      case CREATING -> state.withNewWaiting().withReason("ContainerCreating").endWaiting();
      case RUNNING -> state.withNewRunning().withStartedAt(startedAt.toString()).endRunning();
      case TERMINATED -> state.withTerminated(end());
      case WAITING -> {
        state.withNewWaiting().withReason("CrashLoopBackOff").endWaiting();
        before.withTerminated(end());
      }
    }
    return new PodBuilder()
        .withNewMetadata()
        .withUid(uid)
        .withName(name)
        .withNamespace(fleet.namespace())
        .withCreationTimestamp(createdAt.toString())
        .withDeletionTimestamp(deleting ? createdAt.toString() : null)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("pooler")
        .addNewPort()
        .withName("fleet")
        .withContainerPort(PORT)
        .endPort()
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPodIP(container == Container.CREATING ? null : address)
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .withLastTransitionTime(readyChangedAt.toString())
        .endCondition()
        .addNewContainerStatus()
        .withRestartCount(Math.max(0, processes - 1))
        .withState(state.build())
        .withLastState(before.build())
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
