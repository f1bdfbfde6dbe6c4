package dev.penstock.e2e.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.e2e.client.Stats;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** The Deployment of the demo's clients, as seen through the API server's proxy. */
public final class Clients {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int PORT = 8080;

  private final KubernetesClient client;
  private final String namespace;

  Clients(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
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
        .withLabel("app.kubernetes.io/name", "demo-client")
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
