package dev.penstock.bench.scale;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Has the nodes follow every Deployment of the operator's. Thread-safe. */
final class World implements AutoCloseable {

  /** What a controller manager does at once, more or less. */
  private static final int WORKERS = 8;

  private final Nodes nodes;
  private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
  private final Map<String, Deployment> latest = new ConcurrentHashMap<>();
  private final Map<String, Long> seenAt = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final SharedIndexInformer<Deployment> informer;

  World(KubernetesClient client, Nodes nodes) {
    this.nodes = nodes;
    informer =
        client
            .apps()
            .deployments()
            .inNamespace(Cluster.NAMESPACE)
            .withLabelSelector(Nodes.selector())
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Deployment deployment) {
                    follow(deployment);
                  }

                  @Override
                  public void onUpdate(Deployment before, Deployment after) {
                    follow(after);
                  }

                  @Override
                  public void onDelete(Deployment deployment, boolean isUnknown) {
                    failed(new IllegalStateException(deployment.getMetadata().getName() + " gone"));
                  }
                });
  }

  private void follow(Deployment deployment) {
    String pool = deployment.getMetadata().getName();
    latest.put(pool, deployment);
    seenAt.put(pool, System.nanoTime());
    workers.execute(
        () -> {
          try {
            nodes.follow(Objects.requireNonNull(latest.get(pool)));
          } catch (Exception broken) {
            failed(broken);
          }
        });
  }

  /** When the Deployment of a pool was last seen to change, by {@link System#nanoTime}. */
  long seenAt(String pool) {
    return Objects.requireNonNull(seenAt.get(pool));
  }

  private void failed(Throwable why) {
    failure.compareAndSet(null, why);
  }

  /**
   * Throws if something went wrong on another thread.
   *
   * @throws IllegalStateException with what it was
   */
  void assertWhole() {
    Throwable why = failure.get();
    if (why != null) {
      throw new IllegalStateException("the simulated world broke", why);
    }
  }

  @Override
  public void close() {
    informer.close();
    workers.shutdownNow();
  }
}
