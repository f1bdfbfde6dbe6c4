package dev.penstock.e2e.demo;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Manifests as {@code kubectl apply} takes them. */
public final class Manifests {

  private Manifests() {}

  /**
   * Reads a manifest beside this class.
   *
   * @param values what its {@code ${NAME}} stand for
   * @throws IOException when it cannot be read
   */
  static List<HasMetadata> resource(
      KubernetesClient client, String name, Map<String, String> values) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            Manifests.class.getResourceAsStream(name), name + " is not in the jar")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("${" + value.getKey() + "}", value.getValue());
      }
      return parse(client, text);
    }
  }

  /**
   * Reads a manifest of the checkout.
   *
   * @throws IOException when it cannot be read
   */
  public static List<HasMetadata> file(KubernetesClient client, Path file) throws IOException {
    return parse(client, Files.readString(file));
  }

  /** Reads a manifest, of one or many documents. */
  public static List<HasMetadata> parse(KubernetesClient client, String yaml) {
    return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  /** Applies manifests in their order. */
  public static void apply(KubernetesClient client, String namespace, List<HasMetadata> items) {
    for (HasMetadata item : items) {
      client.resource(item).inNamespace(namespace).forceConflicts().serverSideApply();
    }
  }
}
