package dev.penstock.simulation;

import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pods: as they are, and as the API server says they are. The history of what it said is what
 * watches deliver, each in its own time.
 */
public final class Cluster {

  /** What the API server said of a pod: as it is now, or as it was when it was removed. */
  public record Notice(FleetId fleet, Pod pod, String state, boolean removed) {}

  private final World world;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Instance> listening = new LinkedHashMap<>();
  private final Map<String, String> identities = new HashMap<>();
  private final List<Notice> history = new ArrayList<>();
  private final List<Instance> everStarted = new ArrayList<>();
  private int born;

  Cluster(World world) {
    this.world = world;
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
    Node node = new Node(world, fleet, born++);
    nodes.put(node.uid, node);
    node.begin();
  }

  /** A process begins in a pod. */
  Instance start(Node node, String incarnation) {
    var started =
        new Instance(world, node.uid + "#" + everStarted.size(), incarnation, node.address);
    everStarted.add(started);
    identities.put(started.process(), node.uid + "/" + incarnation);
    listening.put(node.address, started);
    return started;
  }

  /** The API server says something new of a pod. */
  void say(Notice notice) {
    if (notice.removed()) {
      nodes.remove(notice.pod().getMetadata().getUid());
    }
    history.add(notice);
    world.podsChanged();
  }

  void mend() {
    List.copyOf(nodes.values()).forEach(node -> node.cutOff(false));
  }
}
