package dev.penstock.operator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.ServerSpec;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.server.ServerFacts;
import dev.penstock.operator.server.ServerView;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PoolBudgetTest {

  private static final ServerView ANSWERED =
      new ServerView(new ServerFacts(100, 3, 0, Instant.EPOCH), null);

  private static ServerSpec server(String maxConnections) {
    String yaml =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: ConnectionPool
        spec:
          server: {host: db, maxConnections: %s, credentialsSecretRef: {name: probe}}
        """
            .formatted(maxConnections);
    return new KubernetesSerialization().unmarshal(yaml, ConnectionPool.class).getSpec().server();
  }

  private static PoolBudget budget(String maxConnections, ServerView view) {
    return PoolBudget.of(server(maxConnections), null, view, ConnectionPoolStatus.EMPTY);
  }

  @Test
  void aNumberCountsUpToWhatTheServerAllows() {
    assertThat(budget("auto", ANSWERED).budget()).contains(new Budget(82));
    assertThat(budget("50", ANSWERED).budget()).contains(new Budget(39));
    assertThat(budget("500", ANSWERED).budget()).contains(new Budget(82));
  }

  @Test
  void aNumberAloneIsNoBudgetBeforeTheServerSaysWhatItReserves() {
    PoolBudget unknown = budget("50", ServerView.UNKNOWN);
    assertThat(unknown.budget()).isEmpty();
    assertThat(unknown.problem()).contains("has not said yet");
  }
}
