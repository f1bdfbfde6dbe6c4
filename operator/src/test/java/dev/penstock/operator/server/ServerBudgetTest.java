package dev.penstock.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.ServerSpec;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.probe.ServerFacts;
import dev.penstock.operator.probe.ServerView;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServerBudgetTest {

  private static final ServerView ANSWERED =
      new ServerView(new ServerFacts(100, 3, 0, Instant.EPOCH), null);

  private static ServerSpec server(String maxConnections) {
    String yaml =
        """
        apiVersion: penstock.dev/v1alpha1
        kind: DatabaseServer
        spec:
          server: {host: db, maxConnections: %s, credentialsSecretRef: {name: probe}}
        """
            .formatted(maxConnections);
    return new KubernetesSerialization().unmarshal(yaml, DatabaseServer.class).getSpec().server();
  }

  private static ServerBudget budget(String maxConnections, ServerView view) {
    return ServerBudget.of(server(maxConnections), view, DatabaseServerStatus.EMPTY);
  }

  @Test
  void aNumberCountsUpToWhatTheServerAllows() {
    assertThat(budget("auto", ANSWERED).budget()).contains(new Budget(82));
    assertThat(budget("50", ANSWERED).budget()).contains(new Budget(39));
    assertThat(budget("500", ANSWERED).budget()).contains(new Budget(82));
  }

  @Test
  void aNumberAloneIsNoBudgetBeforeTheServerSaysWhatItReserves() {
    ServerBudget unknown = budget("50", ServerView.UNKNOWN);
    assertThat(unknown.budget()).isEmpty();
    assertThat(unknown.problem()).contains("has not said yet");
  }
}
