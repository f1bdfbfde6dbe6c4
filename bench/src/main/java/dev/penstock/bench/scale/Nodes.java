package dev.penstock.bench.scale;

import dev.penstock.operator.desired.Names;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * In place of the controller manager and the kubelets: makes the pods that a Deployment asks for,
 * runs an instance in each, and tells the API server what became of it. Thread-safe; one pool is
 * worked on by one thread at a time.
 */
final class Nodes {

  private static final String CONTAINER = "pooler";

  private final KubernetesClient client;
  private final Listener listener;
  private final int demand;
  private final Map<String, Fleet> fleets = new ConcurrentHashMap<>();
  private final AtomicInteger addresses = new AtomicInteger();

  /** The pods of one pool, guarded by itself. */
  private static final class Fleet {
    final Deque<Running> pods = new ArrayDeque<>();
    @Nullable SslContext tls;
  }

  /**
   * An instance in its pod.
   *
   * @param calledAt when the API server was first told that it runs, by {@link System#nanoTime}
   */
  record Running(Pod pod, String address, SimulatedInstance instance, long calledAt) {}

  /**
   * Nodes without pods.
   *
   * @param demand connections that the clients of each instance use
   */
  Nodes(KubernetesClient client, Listener listener, int demand) {
    this.client = client;
    this.listener = listener;
    this.demand = demand;
  }

  /** Makes and removes pods until there are as many as a Deployment says. */
  void follow(Deployment deployment) throws SSLException {
    String pool = deployment.getMetadata().getName();
    Fleet fleet = fleets.computeIfAbsent(pool, _ -> new Fleet());
    synchronized (fleet) {
      while (fleet.pods.size() < deployment.getSpec().getReplicas()) {
        fleet.pods.addLast(start(deployment, fleet));
      }
      while (fleet.pods.size() > deployment.getSpec().getReplicas()) {
        stop(fleet.pods.removeLast());
      }
    }
  }

  /** How many pods a pool has. */
  int size(String pool) {
    Fleet fleet = fleets.computeIfAbsent(pool, _ -> new Fleet());
    synchronized (fleet) {
      return fleet.pods.size();
    }
  }

  /** The pod of a pool that was made last. */
  Running youngest(String pool) {
    Fleet fleet = fleets.computeIfAbsent(pool, _ -> new Fleet());
    synchronized (fleet) {
      return fleet.pods.getLast();
    }
  }

  /** How many instances have been granted something, of all that run. */
  long granted() {
    return fleets.values().stream().mapToLong(Nodes::granted).sum();
  }

  private static long granted(Fleet fleet) {
    synchronized (fleet) {
      return fleet.pods.stream().filter(pod -> pod.instance().firstGrant().isDone()).count();
    }
  }

  private Running start(Deployment deployment, Fleet fleet) throws SSLException {
    SslContext tls = fleet.tls;
    if (tls == null) {
      tls = tls(deployment.getMetadata().getName());
      fleet.tls = tls;
    }
    int number = addresses.incrementAndGet();
    String address =
        "127.%d.%d.%d".formatted(1 + (number >> 16), (number >> 8) & 255, number & 255);
    SimulatedInstance instance = listener.start(address, tls, demand);
    Pod pod =
        client
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName(deployment.getMetadata().getName() + "-" + number)
                    .withNamespace(Cluster.NAMESPACE)
                    .withLabels(deployment.getSpec().getTemplate().getMetadata().getLabels())
                    .endMetadata()
                    .withNewSpec()
                    .addNewContainer()
                    .withName(CONTAINER)
                    .withImage(Cluster.IMAGE)
                    .addNewPort()
                    .withName("fleet")
                    .withContainerPort(listener.port())
                    .endPort()
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    long called = System.nanoTime();
    update(pod, status("Running", address, false));
    return new Running(pod, address, instance, called);
  }

  /** Says that a pod serves, as its kubelet would once it has been granted something. */
  void ready(Running running) {
    update(running.pod(), status("Running", running.address(), true));
  }

  /** Drains it, and lets its process end with exit code 0. */
  private void stop(Running running) {
    running.instance().drain();
    PodStatus ended = status("Succeeded", running.address(), false);
    ended
        .getContainerStatuses()
        .getFirst()
        .setState(
            new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(0)
                .withFinishedAt(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .endTerminated()
                .build());
    update(running.pod(), ended);
    listener.end(running.address());
    Objects.requireNonNull(client.resource(running.pod()).delete());
  }

  private void update(Pod pod, PodStatus status) {
    Pod told = new PodBuilder(pod).editMetadata().withResourceVersion(null).endMetadata().build();
    told.setStatus(status);
    Objects.requireNonNull(client.resource(told).updateStatus());
  }

  private static PodStatus status(String phase, String address, boolean ready) {
    return new PodStatusBuilder()
        .withPhase(phase)
        .withPodIP(address)
        .addNewPodIP(address)
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .addNewContainerStatus()
        .withName(CONTAINER)
        .withReady(ready)
        .withRestartCount(0)
        .withImage(Cluster.IMAGE)
        .withImageID("none")
        .withState(
            new ContainerStateBuilder()
                .withNewRunning()
                .withStartedAt(Instant.now().toString())
                .endRunning()
                .build())
        .endContainerStatus()
        .build();
  }

  /** Mutual TLS with the certificates that the operator has issued for the pods of a pool. */
  private SslContext tls(String pool) throws SSLException {
    String name = pool + "-pooler-fleet";
    Secret secret =
        Objects.requireNonNull(
            client.secrets().inNamespace(Cluster.NAMESPACE).withName(name).get(),
            () -> "no Secret " + name + " when the Deployment of its pool was made");
    return SslContextBuilder.forServer(stream(secret, "tls.crt"), stream(secret, "tls.key"))
        .trustManager(stream(secret, "ca.crt"))
        .clientAuth(ClientAuth.REQUIRE)
        .sslProvider(SslProvider.JDK)
        .build();
  }

  private static InputStream stream(Secret secret, String key) {
    return new ByteArrayInputStream(
        Base64.getDecoder().decode(Objects.requireNonNull(secret.getData().get(key))));
  }

  /** The label selector of everything that the operator makes. */
  static String selector() {
    return Names.MANAGED_BY_LABEL + "=" + Names.MANAGER;
  }
}
