package dev.penstock.e2e.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code kubectl get connectionpools} shows: the API server prints the columns, not kubectl.
 */
public final class Columns {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

  private Columns() {}

  /**
   * The line of one pool.
   *
   * @return the cells by the names of their columns, those that only {@code -o wide} shows left
   *     out; empty when there is no such pool
   */
  public static Optional<Map<String, String>> of(
      KubernetesClient client, String namespace, String pool) {
    String url =
        client.getMasterUrl()
            + "apis/penstock.dev/v1alpha1/namespaces/%s/connectionpools".formatted(namespace);
    HttpResponse<String> response =
        client
            .getHttpClient()
            .sendAsync(
                client
                    .getHttpClient()
                    .newHttpRequestBuilder()
                    .uri(url)
                    .header("Accept", TABLE)
                    .build(),
                String.class)
            .join();
    if (!response.isSuccessful()) {
      throw new IllegalStateException(url + " answered " + response.code());
    }
    return parse(response.body(), pool);
  }

  private static Optional<Map<String, String>> parse(String body, String pool) {
    try {
      JsonNode table = JSON.readTree(body);
      for (JsonNode row : table.path("rows")) {
        if (row.path("object").path("metadata").path("name").asText().equals(pool)) {
          Map<String, String> cells = new LinkedHashMap<>();
          for (int i = 0; i < row.path("cells").size(); i++) {
            JsonNode column = table.path("columnDefinitions").path(i);
            if (column.path("priority").asInt() == 0) {
              cells.put(column.path("name").asText(), row.path("cells").path(i).asText());
            }
          }
          return Optional.of(cells);
        }
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the API server's table cannot be read: " + body, e);
    }
  }
}
