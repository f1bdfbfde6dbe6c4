package dev.penstock.e2e.demo;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ways from here to ports of pods: straight to the pod's address where there is a route, else
 * through the API server. Thread-safe.
 */
public final class Reach implements AutoCloseable {

  private static final int CONNECT_MILLIS = 2000;

  private final KubernetesClient client;
  private final List<LocalPortForward> forwards = new ArrayList<>();

  public Reach(KubernetesClient client) {
    this.client = client;
  }

  /** Where a port of a pod can be reached, as long as this is open. */
  public InetSocketAddress to(Pod pod, int port) {
    InetSocketAddress direct =
        new InetSocketAddress(InetAddress.ofLiteral(pod.getStatus().getPodIP()), port);
    return answers(direct) ? direct : forward(pod, port);
  }

  /**
   * Where a Service can be reached: its own address where there is a route, else a port of one of
   * its pods.
   */
  public InetSocketAddress toService(String namespace, String name, int port, Pod oneOfItsPods) {
    String address =
        client.services().inNamespace(namespace).withName(name).require().getSpec().getClusterIP();
    InetSocketAddress direct = new InetSocketAddress(InetAddress.ofLiteral(address), port);
    return answers(direct) ? direct : forward(oneOfItsPods, containerPort(oneOfItsPods));
  }

  private static int containerPort(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .flatMap(container -> container.getPorts().stream())
        .filter(port -> "postgres".equals(port.getName()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    pod.getMetadata().getName() + " has no port named postgres"))
        .getContainerPort();
  }

  private static boolean answers(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private synchronized InetSocketAddress forward(Pod pod, int port) {
    LocalPortForward forward =
        client
            .pods()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(pod.getMetadata().getName())
            .portForward(port);
    forwards.add(forward);
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), forward.getLocalPort());
  }

  @Override
  public synchronized void close() {
    for (LocalPortForward forward : forwards) {
      try {
        forward.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
