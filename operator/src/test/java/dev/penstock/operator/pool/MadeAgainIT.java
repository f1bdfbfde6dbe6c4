package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.desired.Names;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pool deleted, and one of the same name made the moment it is gone, as GitOps tools do. */
class MadeAgainIT {

  private static final int TIMES = 20;

  @RegisterExtension
  static final OperatedNamespace operated = new OperatedNamespace("made-again", 100);

  private static final PoolWorld world = operated.world();

  @Test
  void aPoolOfANameThatJustWentIsLookedAt() {
    ConnectionPool pool = world.pool("again", 1, "127.0.7.1", operated.port());
    for (int time = 0; time < TIMES; time++) {
      operated.awaitCondition("again", "Applied", "True/Applied");
      operated.client().resource(pool).delete();
      ConnectionPool next = madeAsSoonAsItIsGone();
      collectGarbageOf(pool);
      pool = next;
    }
    operated.awaitCondition("again", "Applied", "True/Applied");
    operated.client().resource(pool).delete();
    eventually().until(() -> !world.exists("again"));
  }

  /** There is no garbage collector here. */
  private static void collectGarbageOf(ConnectionPool pool) {
    KubernetesClient client = operated.client();
    Watches.CHILDREN.stream()
        .flatMap(
            kind ->
                client
                    .resources(kind)
                    .inNamespace(operated.namespace())
                    .withLabel(Names.POOL_LABEL, "again")
                    .list()
                    .getItems()
                    .stream())
        .filter(child -> child.hasOwnerReferenceFor(pool))
        .forEach(child -> client.resource(child).delete());
  }

  private static ConnectionPool madeAsSoonAsItIsGone() {
    while (true) {
      try {
        return world.pool("again", 1, "127.0.7.1", operated.port());
      } catch (KubernetesClientException taken) {
        if (taken.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw taken;
        }
      }
    }
  }
}
