package dev.penstock.bench.scale;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests of the operator that the API server has answered so far, by verb and resource, from its
 * own {@code apiserver_request_total}. That does not say who asked: left out is what only others
 * ask for (the world, and the API server itself), and watches, which are counted when they end.
 *
 * @param counts by "VERB resource" or "VERB resource/subresource"
 */
record ApiRequests(Map<String, Long> counts) {

  private static final Pattern SAMPLE =
      Pattern.compile("apiserver_request_total\\{([^}]*)} ([0-9.e+]+)");

  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

  private static final Set<String> RESOURCES =
      Set.of(
          "connectionpools",
          "databaseservers",
          "secrets",
          "configmaps",
          "services",
          "deployments",
          "poddisruptionbudgets",
          "horizontalpodautoscalers",
          "events",
          "pods");

  /** The world changes replicas, and makes, updates and removes pods; it reads none of them. */
  private static final Set<String> OF_THE_WORLD =
      Set.of("PATCH connectionpools", "POST pods", "PUT pods/status", "DELETE pods");

  private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "APPLY", "DELETE");

  static ApiRequests now(KubernetesClient client) {
    Map<String, Long> counts = new TreeMap<>();
    for (String line : client.raw("/metrics").lines().toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(sample.group(1));
        while (label.find()) {
          labels.put(label.group(1), label.group(2));
        }
        String resource = labels.getOrDefault("resource", "");
        String subresource = labels.getOrDefault("subresource", "");
        String name =
            labels.getOrDefault("verb", "")
                + " "
                + resource
                + (subresource.isEmpty() ? "" : "/" + subresource);
        if (RESOURCES.contains(resource)
            && !OF_THE_WORLD.contains(name)
            && !name.startsWith("WATCH")) {
          counts.merge(name, (long) Double.parseDouble(sample.group(2)), Long::sum);
        }
      }
    }
    return new ApiRequests(counts);
  }

  /** What came after {@code before}, and nothing that did not. */
  ApiRequests since(ApiRequests before) {
    Map<String, Long> difference = new TreeMap<>();
    counts.forEach(
        (name, count) -> {
          long more = count - before.counts().getOrDefault(name, 0L);
          if (more > 0) {
            difference.put(name, more);
          }
        });
    return new ApiRequests(difference);
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Writes of the status of a resource. */
  long statusWrites(String resource) {
    return writes("/status", resource);
  }

  /** All writes. */
  long writes() {
    return writes("", "");
  }

  private long writes(String end, String resource) {
    return counts.entrySet().stream()
        .filter(
            entry ->
                WRITES.contains(entry.getKey().substring(0, entry.getKey().indexOf(' ')))
                    && entry.getKey().contains(resource)
                    && entry.getKey().endsWith(end))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
