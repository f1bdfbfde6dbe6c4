package dev.penstock.e2e.demo;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Every address that a pod of the operator has or had: its probe's sessions at the server belong to
 * the headroom, not to the fleet. Thread-safe.
 */
public final class OperatorAddresses implements Supplier<Set<String>>, AutoCloseable {

  private final Set<String> addresses = ConcurrentHashMap.newKeySet();
  private final SharedIndexInformer<Pod> pods;

  /** Begins to watch the operator's namespace; returns once the present pods are known. */
  public OperatorAddresses(KubernetesClient client, String namespace) {
    pods =
        client
            .pods()
            .inNamespace(namespace)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Pod pod) {
                    note(pod);
                  }

                  @Override
                  public void onUpdate(Pod before, Pod pod) {
                    note(pod);
                  }

                  @Override
                  public void onDelete(Pod pod, boolean finalStateUnknown) {
                    note(pod);
                  }
                });
  }

  private void note(Pod pod) {
    if (pod.getStatus() != null && pod.getStatus().getPodIP() != null) {
      addresses.add(pod.getStatus().getPodIP());
    }
  }

  @Override
  public Set<String> get() {
    return Set.copyOf(addresses);
  }

  @Override
  public void close() {
    pods.close();
  }
}
