package dev.penstock.operator.server;

import io.javaoperatorsdk.operator.api.reconciler.Constants;
import java.util.Collection;
import java.util.List;

/**
 * Where one watch looks: a namespace, or all of them. A watch of several would give the same cache
 * to each.
 *
 * @param watched the namespace, or the SDK's word for all
 */
public record PerNamespace(String watched) {

  /** One for each namespace, or one for all if there is none. */
  public static List<PerNamespace> of(Collection<String> namespaces) {
    return namespaces.isEmpty()
        ? List.of(new PerNamespace(Constants.WATCH_ALL_NAMESPACES))
        : namespaces.stream().sorted().map(PerNamespace::new).toList();
  }

  /** A name for the watch that no other has. */
  public String named(String kind) {
    return watched.equals(Constants.WATCH_ALL_NAMESPACES) ? kind : kind + "/" + watched;
  }
}
