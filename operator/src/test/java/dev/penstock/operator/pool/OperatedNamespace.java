package dev.penstock.operator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ApiServerFixture;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A namespace that an operator watches, with a PostgreSQL that answers at every loopback address,
 * for the tests of one class.
 */
final class OperatedNamespace implements BeforeAllCallback, AfterAllCallback {

  private final String namespace;
  private final int maxConnections;
  private final KubernetesClient client = ApiServerFixture.shared().client();
  private final PoolWorld world;
  private @Nullable EmbeddedPostgres postgres;
  private @Nullable RunningOperator operator;

  /**
   * @param maxConnections of the server: 3 of them are reserved, and 15% are headroom
   */
  OperatedNamespace(String namespace, int maxConnections) {
    this.namespace = namespace;
    this.maxConnections = maxConnections;
    this.world = new PoolWorld(client, namespace);
  }

  @Override
  public void beforeAll(ExtensionContext context)
      throws IOException, InterruptedException, SQLException {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("max_connections", Integer.toString(maxConnections))
            .setServerConfig("listen_addresses", "*")
            .start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create role probe login in role pg_monitor");
    }
    RunningOperator.prepare(client, namespace);
    world.secret("probe", "probe");
    world.secret("app", "app");
    startOperator();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    stopOperator();
    if (postgres != null) {
      postgres.close();
    }
    client.close();
  }

  void startOperator() {
    operator = new RunningOperator(namespace);
  }

  /** Ends the operator, if one runs. */
  void stopOperator() {
    if (operator != null) {
      operator.close();
      operator = null;
    }
  }

  /** What the operator that runs has asked of the API server so far, without watches. */
  List<String> requests() {
    return Objects.requireNonNull(operator).requests();
  }

  String namespace() {
    return namespace;
  }

  KubernetesClient client() {
    return client;
  }

  PoolWorld world() {
    return world;
  }

  /** The port of the PostgreSQL, at every address of the loopback interface. */
  int port() {
    return Objects.requireNonNull(postgres).getPort();
  }

  /** Waits for what a test expects; for long, because the machine may be busy. */
  static ConditionFactory eventually() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  /** Waits for a condition to have that status and reason, as in {@code False/UnknownHost}. */
  void awaitCondition(String pool, String type, String condition) {
    eventually().untilAsserted(() -> assertThat(world.condition(pool, type)).isEqualTo(condition));
  }

  /** Waits for a warning with that reason whose message has all those words. */
  void awaitWarning(String pool, String reason, String... words) {
    eventually()
        .untilAsserted(
            () ->
                assertThat(world.events(pool))
                    .anySatisfy(
                        event -> {
                          assertThat(event.getReason()).isEqualTo(reason);
                          assertThat(event.getType()).isEqualTo("Warning");
                          assertThat(event.getMessage()).contains(words);
                        }));
  }
}
