package dev.penstock.operator.desired;

import dev.penstock.crds.ConnectionPool;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the children of a pool are called, and how they are labelled. The name of a pool has at most
 * 50 characters (a rule of the resource), so that every name here is a valid one of at most 63.
 */
public final class Names {

  /** Label of everything that belongs to a pool; its value is the name of the pool. */
  public static final String POOL_LABEL = "penstock.dev/pool";

  /** Label by which the operator finds its own children; its value is {@value #MANAGER}. */
  public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

  /** Value of {@link #MANAGED_BY_LABEL}. */
  public static final String MANAGER = "penstock";

  private static final String NAME_LABEL = "app.kubernetes.io/name";
  private static final String APPLICATION = "penstock-pooler";

  private static final int LONGEST = 63;
  private static final int HASH = 8;

  private final ConnectionPool pool;
  private final String name;

  private Names(ConnectionPool pool) {
    this.pool = pool;
    this.name = pool.getMetadata().getName();
  }

  /** The names of a pool's children. */
  public static Names of(ConnectionPool pool) {
    return new Names(pool);
  }

  /**
   * What the labels of a resource say of the pool that it belongs to: {@link #POOL_LABEL} alone, or
   * nothing.
   */
  public static Map<String, String> poolLabel(ObjectMeta metadata) {
    String pool = metadata.getLabels() == null ? null : metadata.getLabels().get(POOL_LABEL);
    return pool == null ? Map.of() : Map.of(POOL_LABEL, pool);
  }

  /** The Service that clients connect to: called as the pool. */
  public String service() {
    return name;
  }

  /** The Deployment. */
  public String deployment() {
    return name;
  }

  /** The ConfigMap with {@code pgbouncer.ini}. */
  public String configMap() {
    return name + "-pooler";
  }

  /** The Secret with the authentication file. */
  public String authSecret() {
    return name + "-pooler-auth";
  }

  /** The Secret with the instances' certificate, which the operator issues. */
  public String fleetSecret() {
    return name + "-pooler-fleet";
  }

  /** The Secret with the authorities of a server that is described in another namespace. */
  public String serverAuthoritySecret() {
    return name + "-pooler-server-ca";
  }

  /** The DatabaseServer of a pool that has its server to itself: called as the pool. */
  public String server() {
    return name;
  }

  /** The PodDisruptionBudget. */
  public String disruptionBudget() {
    return name;
  }

  /** The HorizontalPodAutoscaler. */
  public String autoscaler() {
    return name;
  }

  /**
   * The ConfigMap with the settings for a workload: called as pool, kind and workload, and where
   * that is too long with a hash of it at the end.
   */
  public String workload(String kind, String workload) {
    String whole = name + "-" + kind.toLowerCase(Locale.ROOT) + "-" + workload;
    if (whole.length() <= LONGEST) {
      return whole;
    }
    String hash = Checksum.of(whole).substring(0, HASH);
    String head = whole.substring(0, LONGEST - HASH - 1).replaceFirst("[-.]+$", "");
    return head + "-" + hash;
  }

  /** Labels that select the pods; they never change. */
  public Map<String, String> selectorLabels() {
    Map<String, String> labels = new TreeMap<>();
    labels.put(NAME_LABEL, APPLICATION);
    labels.put(POOL_LABEL, name);
    return labels;
  }

  /** The same as a label selector, for {@code status.selector}. */
  public String selector() {
    return selectorLabels().entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  /** Labels of every child. */
  public Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>(selectorLabels());
    labels.put("app.kubernetes.io/component", "pooler");
    labels.put("app.kubernetes.io/instance", name);
    labels.put(MANAGED_BY_LABEL, MANAGER);
    return labels;
  }

  /** Makes the pool the owner of a child: deleted with it, and watched for it. */
  public OwnerReference owner() {
    return new OwnerReferenceBuilder()
        .withApiVersion(pool.getApiVersion())
        .withKind(pool.getKind())
        .withName(name)
        .withUid(pool.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  /** Metadata of a child of that name. */
  public ObjectMeta metadata(String child) {
    return new ObjectMetaBuilder()
        .withName(child)
        .withNamespace(pool.getMetadata().getNamespace())
        .withLabels(new LinkedHashMap<>(labels()))
        .withOwnerReferences(owner())
        .build();
  }
}
