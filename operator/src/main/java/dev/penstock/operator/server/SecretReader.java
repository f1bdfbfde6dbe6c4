package dev.penstock.operator.server;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the few Secrets that pools and servers name, and again when what is known is old: they
 * carry no label of ours by which to watch them, and watching every Secret of a cluster is not for
 * an operator of poolers. Thread-safe.
 */
public final class SecretReader {

  private record Read(Optional<Secret> secret, Instant at) {}

  private final KubernetesClient client;
  private final Clock clock;
  private final Duration freshness;
  private final Map<String, Read> read = new ConcurrentHashMap<>();

  /**
   * Has read nothing yet.
   *
   * @param freshness how old an answer may be
   */
  public SecretReader(KubernetesClient client, Clock clock, Duration freshness) {
    this.client = client;
    this.clock = clock;
    this.freshness = freshness;
  }

  /** A Secret as it is, or was a moment ago; empty if there is none. */
  public Optional<Secret> get(String namespace, String name) {
    Instant now = clock.instant();
    read.values().removeIf(old -> old.at().plus(freshness).isBefore(now));
    String key = namespace + "/" + name;
    Read known = read.get(key);
    if (known == null) {
      // Outside any lock of the map: one slow answer must not hold up the other pools.
      known = new Read(Optional.ofNullable(ask(namespace, name)), now);
      read.put(key, known);
    }
    return known.secret();
  }

  private @Nullable Secret ask(String namespace, String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }
}
