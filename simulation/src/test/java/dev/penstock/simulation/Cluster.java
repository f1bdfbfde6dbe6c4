package dev.penstock.simulation;

import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pods: as they are, and as the API server says they are. The history of what it said is what
 * watches deliver, each in its own time.
 */
public final class Cluster {

  /** What the API server said of a pod: as it is now, or as it was when it was removed. */
  public record Notice(FleetId fleet, Pod pod, String state, boolean removed) {}

  private static final Duration SYNC = Duration.ofSeconds(1);
  private static final int PORT = 7433;

  private final World world;
  private final Timeline time;
  private final Chance chance;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Instance> listening = new LinkedHashMap<>();
  private final Map<String, String> identities = new HashMap<>();
  private final List<Notice> history = new ArrayList<>();
  private final List<Instance> everStarted = new ArrayList<>();
  private int born;

  Cluster(World world) {
    this.world = world;
    this.time = world.time();
    this.chance = world.chance();
  }

  private enum Container {
    CREATING,
    RUNNING,
    WAITING,
    TERMINATED
  }

  /** A pod on a node of its own, with the kubelet that looks after it. */
  final class Node {
    final FleetId fleet;
    final String uid;
    final String name;
    final String address;
    final Instant createdAt = world.wallClock();
    private Container container = Container.CREATING;
    private int exitCode = 137;
    private Instant startedAt = createdAt;
    private Instant readyChangedAt = createdAt;
    private boolean ready;
    private boolean deleting;
    private boolean removed;
    private boolean cutOff;
    private boolean lost;
    private @Nullable Instance process;
    private int processes;
    private String lastIncarnation = "";

    private Node(FleetId fleet, int number) {
      this.fleet = fleet;
      this.uid = "%s%03d".formatted(fleet.pool(), number);
      this.name = "pod-" + uid;
      this.address = "10.0.0." + number;
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

    private void start() {
      if (deleting || removed || lost) {
        return;
      }
      String incarnation = world.rig().incarnation(chance.name(), lastIncarnation);
      lastIncarnation = incarnation;
      Instance started = new Instance(world, uid + "#" + everStarted.size(), incarnation, address);
      process = started;
      processes++;
      everStarted.add(started);
      identities.put(started.process(), uid + "/" + incarnation);
      listening.put(address, started);
      container = Container.RUNNING;
      startedAt = world.wallClock();
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
          readyChangedAt = world.wallClock();
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
      ready = false;
      readyChangedAt = world.wallClock();
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
      if (!removed) {
        if (cutOff) {
          time.after(SYNC, this::remove);
          return;
        }
        removed = true;
        nodes.remove(uid);
        history.add(new Notice(fleet, manifest(), state(), true));
        world.podsChanged();
      }
    }

    private void publish() {
      if (!removed && !cutOff) {
        history.add(new Notice(fleet, manifest(), state(), false));
        world.podsChanged();
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

    private Pod manifest() {
      ContainerStateBuilder state = new ContainerStateBuilder();
      ContainerStateBuilder before = new ContainerStateBuilder();
      switch (container) {
        case CREATING -> state.withNewWaiting().withReason("ContainerCreating").endWaiting();
        case RUNNING -> state.withNewRunning().withStartedAt(startedAt.toString()).endRunning();
        case TERMINATED -> state.withNewTerminated().withExitCode(exitCode).endTerminated();
        case WAITING -> {
          state.withNewWaiting().withReason("CrashLoopBackOff").endWaiting();
          before.withNewTerminated().withExitCode(exitCode).endTerminated();
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

  Collection<Node> nodes() {
    return nodes.values();
  }

  /** Whoever listens at an address. */
  Optional<Instance> at(String address) {
    return Optional.ofNullable(listening.get(address)).filter(Instance::isAlive);
  }

  /** What the ledger calls a process. */
  String identity(String process) {
    return identities.getOrDefault(process, process);
  }

  /** All processes that have ever run, the dead included. */
  List<Instance> everStarted() {
    return everStarted;
  }

  /** What the API server has said up to now, the oldest first. */
  public List<Notice> history() {
    return history;
  }

  /** A pod as the API server has it now. */
  public Optional<Pod> read(String name) {
    for (int i = history.size() - 1; i >= 0; i--) {
      Notice notice = history.get(i);
      if (notice.pod().getMetadata().getName().equals(name)) {
        return notice.removed() ? Optional.empty() : Optional.of(notice.pod());
      }
    }
    return Optional.empty();
  }

  void create(FleetId fleet) {
    Node node = new Node(fleet, born++);
    nodes.put(node.uid, node);
    node.publish();
    time.after(chance.upTo(Duration.ofSeconds(3)), node::start);
    time.after(SYNC, node::sync);
  }

  /** As a Deployment scales in. */
  void delete(Node node) {
    if (!node.deleting) {
      node.deleting = true;
      node.publish();
      time.after(chance.upTo(Duration.ofMillis(500)), () -> node.terminate());
    }
  }

  /** As {@code kubectl delete --force}: the pod is no more, its process lives on for a while. */
  void deleteByForce(Node node) {
    node.removed = true;
    nodes.remove(node.uid);
    history.add(new Notice(node.fleet, node.manifest(), node.state(), true));
    world.podsChanged();
    time.after(
        chance.upTo(World.KUBELET_NOTICES),
        () ->
            node.process()
                .ifPresent(
                    left -> {
                      if (chance.percent(50)) {
                        node.terminate();
                      } else {
                        // It serves on until the last moment.
                        time.after(World.GRACE, left::kill);
                      }
                    }));
  }

  /** As {@code kill -9}. */
  void crash(Node node) {
    node.process().ifPresent(Instance::kill);
  }

  /** As a failed liveness probe: the container is ended in order, and started again. */
  void restart(Node node) {
    if (!node.deleting) {
      node.terminate();
    }
  }

  /** The machine is gone with all that ran there; the API server learns of it from others. */
  void lose(Node node) {
    crash(node);
    node.lost = true;
    time.after(
        Duration.ofSeconds(5).plus(chance.upTo(Duration.ofSeconds(30))),
        () -> {
          if (!node.removed) {
            node.removed = true;
            nodes.remove(node.uid);
            history.add(new Notice(node.fleet, node.manifest(), node.state(), true));
            world.podsChanged();
          }
        });
  }

  /** What the kubelet sees reaches the API server no more, or again. */
  void cutOff(Node node, boolean cut) {
    node.cutOff = cut;
    if (!cut && !node.lost) {
      node.publish();
    }
  }

  void mend() {
    List.copyOf(nodes.values()).forEach(node -> cutOff(node, false));
  }
}
