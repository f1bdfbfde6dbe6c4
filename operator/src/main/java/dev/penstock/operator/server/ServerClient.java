package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/** A real API server. Thread-safe. */
final class ServerClient implements ServerResources {

  private final KubernetesClient client;

  ServerClient(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Optional<DatabaseServer> get(ServerId id) {
    return Optional.ofNullable(
        client
            .resources(DatabaseServer.class)
            .inNamespace(id.namespace())
            .withName(id.name())
            .get());
  }

  @Override
  public Optional<DatabaseServer> updateStatus(DatabaseServer server) {
    try {
      return Optional.of(client.resource(server).updateStatus());
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT
          || refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      throw refused;
    }
  }
}
