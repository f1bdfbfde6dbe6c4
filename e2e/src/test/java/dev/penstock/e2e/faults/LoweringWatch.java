package dev.penstock.e2e.faults;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.InstanceState;
import dev.penstock.e2e.demo.Play;
import dev.penstock.e2e.demo.Stage;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sees a lower grant the moment it is written to the ledger of the pool's server. It may stand
 * there for milliseconds, and the status of the pool does not follow that fast. Thread-safe.
 */
final class LoweringWatch implements ResourceEventHandler<DatabaseServer>, AutoCloseable {

  private final CountDownLatch written = new CountDownLatch(1);
  private final SharedIndexInformer<DatabaseServer> servers;

  /** Sees what is written from now on. */
  LoweringWatch(Stage stage) {
    servers =
        stage
            .client()
            .resources(DatabaseServer.class)
            .inNamespace(Stage.NAMESPACE)
            .withName(Stage.POOL)
            .inform(this);
  }

  /** Waits until it is written, if it is not yet. */
  void await() throws InterruptedException, TimeoutException {
    if (!written.await(Play.BOUND.toSeconds(), TimeUnit.SECONDS)) {
      throw new TimeoutException("no lower grant was written");
    }
  }

  @Override
  public void onAdd(DatabaseServer server) {}

  @Override
  public void onUpdate(DatabaseServer before, DatabaseServer server) {
    if (server.getStatus().ledger().stream()
        .anyMatch(line -> line.state() == InstanceState.Lowering)) {
      written.countDown();
    }
  }

  @Override
  public void onDelete(DatabaseServer server, boolean isFinalStateUnknown) {}

  @Override
  public void close() {
    servers.close();
  }
}
