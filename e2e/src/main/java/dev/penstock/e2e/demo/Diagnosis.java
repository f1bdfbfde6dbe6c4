package dev.penstock.e2e.demo;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;

/** What a person would look at first when something went wrong. */
public final class Diagnosis {

  private static final int LINES = 40;
  private static final int EVENTS = 30;

  private final KubernetesClient client;
  private final PrintStream out;

  public Diagnosis(KubernetesClient client, PrintStream out) {
    this.client = client;
    this.out = out;
  }

  /**
   * Prints the status of all pools and servers, and each namespace's events, pods and the ends of
   * its logs.
   */
  public void print(List<String> namespaces) {
    print(ConnectionPool.class);
    print(DatabaseServer.class);
    for (String namespace : namespaces) {
      out.println("--- events in " + namespace);
      client.v1().events().inNamespace(namespace).list().getItems().stream()
          .sorted(Comparator.comparing(event -> event.getMetadata().getCreationTimestamp()))
          .skip(skipped(client.v1().events().inNamespace(namespace).list().getItems()))
          .forEach(this::print);
      for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
        print(pod);
      }
    }
  }

  private void print(Class<? extends CustomResource<?, ?>> kind) {
    for (CustomResource<?, ?> resource :
        client.resources(kind).inAnyNamespace().list().getItems()) {
      out.printf("--- %s %s%n", kind.getSimpleName(), resource.getMetadata().getName());
      if (resource.getMetadata().getDeletionTimestamp() != null) {
        out.println("deleted at " + resource.getMetadata().getDeletionTimestamp());
      }
      out.println(Serialization.asYaml(resource.getStatus()));
    }
  }

  private static long skipped(List<Event> events) {
    return Math.max(0, events.size() - EVENTS);
  }

  private void print(Event event) {
    out.printf(
        "%s %s/%s %s: %s%n",
        event.getMetadata().getCreationTimestamp(),
        event.getInvolvedObject().getKind(),
        event.getInvolvedObject().getName(),
        event.getReason(),
        event.getMessage());
  }

  private void print(Pod pod) {
    String name = pod.getMetadata().getName();
    int restarts =
        pod.getStatus().getContainerStatuses().stream()
            .mapToInt(container -> container.getRestartCount())
            .sum();
    out.printf(
        "--- pod %s: %s, %d restarts; the end of its log:%n",
        name, pod.getStatus().getPhase(), restarts);
    try {
      out.println(
          client
              .pods()
              .inNamespace(pod.getMetadata().getNamespace())
              .withName(name)
              .tailingLines(LINES)
              .getLog());
      if (restarts > 0) {
        out.println("--- and of the container before:");
        out.println(
            client
                .pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(name)
                .terminated()
                .tailingLines(LINES)
                .getLog());
      }
    } catch (KubernetesClientException e) {
      out.println("no log: " + e.getMessage());
    }
  }
}
