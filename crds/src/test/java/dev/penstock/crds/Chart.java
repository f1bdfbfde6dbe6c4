package dev.penstock.crds;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The Helm chart of the operator, rendered by helm itself. */
public final class Chart {

  /** Namespace that the chart is rendered for. */
  public static final String NAMESPACE = "penstock-system";

  /** Name of the release, and thereby of the operator's account. */
  public static final String RELEASE = "penstock";

  /** Only so that helm accepts the chart without a cluster to ask. */
  private static final String KUBERNETES = "1.34.0";

  private Chart() {}

  /**
   * All manifests but the CRD.
   *
   * @param values such as {@code replicas=2}, as for {@code helm --set}
   * @throws IllegalStateException if helm refuses, with what it says
   */
  public static String render(String... values) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "template",
                RELEASE,
                SourceTree.root().resolve("helm/penstock").toString(),
                "--namespace=" + NAMESPACE,
                "--kube-version=" + KUBERNETES));
    for (String value : values) {
      arguments.addAll(List.of("--set", value));
    }
    return ClusterPrograms.run(
        ClusterPrograms.directory().resolve("helm"), arguments.toArray(String[]::new));
  }

  /** The documents of a YAML text. */
  public static List<GenericKubernetesResource> resources(String yaml) {
    KubernetesSerialization serialization = new KubernetesSerialization();
    return Stream.of(yaml.split("(?m)^---.*$"))
        .filter(document -> document.lines().anyMatch(line -> line.startsWith("kind:")))
        .map(document -> serialization.unmarshal(document, GenericKubernetesResource.class))
        .toList();
  }
}
