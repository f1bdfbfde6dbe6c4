package dev.penstock.e2e.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.e2e.client.Stats;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Deployment of clients. Their counters are read through the API server's proxy. Thread-safe. */
public final class Clients {

  private static final int SECONDS = 120;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int PORT = 8080;

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  public Clients(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  /** Starts them, and waits until they run. */
  public void start(Load load) throws IOException {
    Manifests.apply(
        client,
        namespace,
        Manifests.resource(
            client,
            "client.yaml",
            Map.of(
                "NAME", name,
                "REPLICAS", Integer.toString(load.replicas()),
                "CONNECTIONS", Integer.toString(load.connections()),
                "THINK_MILLIS", Long.toString(load.think().toMillis()),
                "HOLD_MILLIS", Long.toString(load.longest().toMillis()),
                "SECRET", load.secret(),
                "URL", load.url())));
    deployment().waitUntilReady(SECONDS, TimeUnit.SECONDS);
  }

  /** Ends them, counters and all, and waits until they are gone. */
  public void remove() throws InterruptedException, ExecutionException, TimeoutException {
    deployment().withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    client
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/name", name)
        .informOnCondition(List::isEmpty)
        .get(SECONDS, TimeUnit.SECONDS);
    // What is applied to it while it goes would go with it.
    deployment().waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
  }

  private RollableScalableResource<Deployment> deployment() {
    return client.apps().deployments().inNamespace(namespace).withName(name);
  }

  /** The counters of all clients together. */
  public Stats stats() {
    return ask("stats", "GET");
  }

  /** Has every client end its work; {@link Stats#working} says when they have. */
  public Stats finish() {
    return ask("finish", "POST");
  }

  /** How often a client's container was started anew, and lost its counters with it. */
  public int restarts() {
    return pods().stream()
        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
        .mapToInt(container -> container.getRestartCount())
        .sum();
  }

  private Stats ask(String what, String method) {
    return pods().stream()
        .map(pod -> parse(client.raw(path(pod, what), method, null)))
        .reduce(Stats.NONE, Stats::plus);
  }

  private List<Pod> pods() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/name", name)
        .list()
        .getItems();
  }

  private static String path(Pod pod, String what) {
    return "/api/v1/namespaces/%s/pods/%s:%d/proxy/%s"
        .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), PORT, what);
  }

  private static Stats parse(String json) {
    try {
      return JSON.readValue(json, Stats.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a client's counters cannot be read: " + json, e);
    }
  }
}
