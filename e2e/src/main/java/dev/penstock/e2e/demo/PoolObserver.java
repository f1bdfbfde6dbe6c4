package dev.penstock.e2e.demo;

import dev.penstock.crds.ConnectionPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Watches one pool and its pods, and wakes whoever waits for a state of them. Thread-safe. */
public final class PoolObserver implements AutoCloseable {

  private final SharedIndexInformer<ConnectionPool> pools;
  private final SharedIndexInformer<Pod> pods;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<PoolView> history = new ArrayList<>();
  private int highestBounds;

  /** Starts to watch; returns once the present state is known. */
  public PoolObserver(KubernetesClient client, String namespace, String pool) {
    pools =
        client
            .resources(ConnectionPool.class)
            .inNamespace(namespace)
            .withName(pool)
            .inform(new Waker<>());
    pods =
        client
            .pods()
            .inNamespace(namespace)
            .withLabel("penstock.dev/pool", pool)
            .inform(new Waker<>());
  }

  /** The pool now; empty while it does not exist. */
  public Optional<PoolView> view() {
    return pools.getStore().list().stream()
        .findFirst()
        .map(pool -> PoolView.of(pool, pods.getStore().list()));
  }

  /**
   * Waits for a state.
   *
   * @return the state and how long it took
   * @throws TimeoutException when it was not reached in time; the message says what was there
   *     instead
   */
  public Reached await(String what, Predicate<PoolView> state, Duration atMost)
      throws TimeoutException, InterruptedException {
    long start = System.nanoTime();
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (true) {
        Optional<PoolView> view = view();
        // The caches are ahead of who is told of them.
        view.ifPresent(seen -> highestBounds = Math.max(highestBounds, seen.bounds()));
        if (view.isPresent() && state.test(view.get())) {
          return new Reached(view.get(), Duration.ofNanos(System.nanoTime() - start));
        }
        if (left <= 0) {
          throw new TimeoutException(
              what + ": not reached within " + atMost.toSeconds() + " s; there is " + words(view));
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The largest sum of the ledger that was ever seen. */
  public int highestBounds() {
    lock.lock();
    try {
      return highestBounds;
    } finally {
      lock.unlock();
    }
  }

  /** Every state of the pool that was seen, in the order of time; its pods are left out. */
  public List<PoolView> history() {
    lock.lock();
    try {
      return List.copyOf(history);
    } finally {
      lock.unlock();
    }
  }

  private static String words(Optional<PoolView> view) {
    return view.map(PoolView::toString).orElse("no such pool");
  }

  @Override
  public void close() {
    pools.close();
    pods.close();
  }

  /**
   * A state that was waited for.
   *
   * @param view the state
   * @param after how long it took
   */
  public record Reached(PoolView view, Duration after) {}

  private final class Waker<T extends HasMetadata> implements ResourceEventHandler<T> {

    @Override
    public void onAdd(T resource) {
      wake(resource);
    }

    @Override
    public void onUpdate(T before, T resource) {
      wake(resource);
    }

    @Override
    public void onDelete(T resource, boolean finalStateUnknown) {
      wake(resource);
    }

    private void wake(T resource) {
      lock.lock();
      try {
        if (resource instanceof ConnectionPool pool) {
          PoolView view = PoolView.of(pool, List.of());
          highestBounds = Math.max(highestBounds, view.bounds());
          history.add(view);
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
