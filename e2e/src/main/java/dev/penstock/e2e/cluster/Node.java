package dev.penstock.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The one node of the own cluster, for tests that do harm to it: processes are killed and stopped,
 * and pods are cut off from others. Thread-safe.
 */
public final class Node {

  private static final String TABLE = "inet penstock_fault";

  private final OwnCluster cluster;
  private final Consumer<String> progress;

  private Node(OwnCluster cluster, Consumer<String> progress) {
    this.cluster = cluster;
    this.progress = progress;
  }

  /**
   * The node of a cluster.
   *
   * @throws ClusterException unless the cluster is the own one: nobody else's node is hurt
   */
  public static Node of(Cluster cluster, Consumer<String> progress) {
    if (cluster instanceof OwnCluster own) {
      return new Node(own, progress);
    }
    throw new ClusterException(
        "this test kills processes and cuts networks on the node, and does that only in the"
            + " cluster of e2e/cluster: unset PENSTOCK_E2E_USE_KUBECONFIG, or stop the Docker"
            + " engine that a k3s was started in");
  }

  /**
   * The first process of a pod's only container.
   *
   * @throws ClusterException if it does not run
   */
  public ProcessHandle process(Pod pod) {
    String id =
        pod.getStatus().getContainerStatuses().getFirst().getContainerID().replaceFirst(".*/", "");
    return handle(cluster.tool("container", id));
  }

  /** The node's agent, without which no container is started or ended. */
  public ProcessHandle kubelet() {
    return handle(cluster.tool("pid", "kubelet"));
  }

  private static ProcessHandle handle(List<String> output) {
    long pid = Long.parseLong(output.getLast());
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new ClusterException("the process " + pid + " has ended"));
  }

  /** Sends a signal, such as {@code INT} or {@code STOP}. */
  public void signal(String name, ProcessHandle process) {
    Command.of("kill", "-" + name, Long.toString(process.pid())).run(progress);
  }

  /** Holds a process up, so that it does nothing and answers nothing. */
  public Harm hold(ProcessHandle process) {
    signal("STOP", process);
    return () -> signal("CONT", process);
  }

  /**
   * Drops every packet between a pod and others, in both directions. What is connected stays so,
   * and hears nothing.
   *
   * @param pod whose network it is
   * @param others addresses, or ranges such as {@code 198.18.0.0/16}
   */
  public Harm cut(Pod pod, String... others) {
    return drop(
        pod,
        "chain from { type filter hook input priority -300; ip saddr %1$s drop; };"
            + " chain to { type filter hook output priority -300; ip daddr %1$s drop; };",
        others);
  }

  /**
   * Drops every packet from others to a pod: it is heard over what is connected, and hears nothing.
   */
  public Harm deafen(Pod pod, String... others) {
    return drop(
        pod, "chain from { type filter hook input priority -300; ip saddr %1$s drop; };", others);
  }

  private Harm drop(Pod pod, String chains, String... others) {
    long pid = process(pod).pid();
    Process holder = enter(pid, "cat");
    String set = Arrays.stream(others).collect(Collectors.joining(", ", "{ ", " }"));
    nft(pid, "table " + TABLE + " { " + chains.formatted(set) + " }");
    return () -> {
      nft(holder.pid(), "delete table " + TABLE);
      holder.destroy();
    };
  }

  /**
   * Runs a program in a process's network. {@code cat} keeps that network within reach when the
   * process has ended, and ends with this one at the latest.
   */
  private static Process enter(long pid, String program) {
    try {
      return new ProcessBuilder("nsenter", network(pid), program).start();
    } catch (IOException e) {
      throw new ClusterException("cannot enter the network of a pod: " + e.getMessage(), e);
    }
  }

  private void nft(long pid, String rules) {
    Command.of("nsenter", network(pid), "nft", rules).run(progress);
  }

  private static String network(long pid) {
    return "--net=/proc/" + pid + "/ns/net";
  }

  /** Harm that can be undone. */
  @FunctionalInterface
  public interface Harm extends AutoCloseable {

    /** Undoes it; once only. */
    @Override
    void close();
  }
}
