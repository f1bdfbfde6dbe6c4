package dev.penstock.operator.server;

import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the few Secrets that pools and servers name, again only when they have changed, and has
 * looked at who named them. They carry no label of ours by which to watch them, so the versions of
 * all are watched and the contents of none ({@link SecretWatch}). Thread-safe.
 */
public final class SecretReader implements AutoCloseable {

  /** How long what nobody asks for any more is kept; everyone asks much more often. */
  private static final Duration MEMORY = Duration.ofMinutes(15);

  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

  /** Stands for the version of a Secret that is not there. */
  private static final String ABSENT = "";

  private final KubernetesClient client;
  private final Set<String> namespaces;
  private final Clock clock;
  private final Duration freshness;
  private final Consumer<Asker> news;
  private final Map<String, Known> secrets = new ConcurrentHashMap<>();
  private volatile Instant sweptAt;
  private @Nullable SecretWatch watch;

  /** Who names a Secret. */
  public sealed interface Asker {

    /** A pool. */
    record Pool(FleetId id) implements Asker {}

    /** A server. */
    record Server(ServerId id) implements Asker {}
  }

  private record Read(Optional<Secret> secret, String version, Instant at) {}

  /** What is known of a Secret; each field is replaced as a whole. */
  private static final class Known {
    private final Set<Asker> askers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Read read;
    private volatile Instant askedAt;

    Known(Instant now) {
      askedAt = now;
    }
  }

  /**
   * Has read nothing yet; begins to watch when it is asked first.
   *
   * @param namespaces to watch; all if empty
   * @param freshness how old an answer may be while nothing can be watched
   * @param news told who named a Secret that has changed; must not block
   */
  public SecretReader(
      KubernetesClient client,
      Set<String> namespaces,
      Clock clock,
      Duration freshness,
      Consumer<Asker> news) {
    this.client = client;
    this.namespaces = Set.copyOf(namespaces);
    this.clock = clock;
    this.freshness = freshness;
    this.news = news;
    this.sweptAt = clock.instant();
  }

  /** The Secrets, as one asks for them who is to be looked at when one of them changes. */
  public Secrets askedBy(Asker asker) {
    return (namespace, name) -> get(asker, namespace, name);
  }

  private Optional<Secret> get(Asker asker, String namespace, String name) {
    SecretWatch versions = watch();
    Instant now = clock.instant();
    sweep(now);
    Known known = secrets.computeIfAbsent(SecretWatch.key(namespace, name), _ -> new Known(now));
    known.askers.add(asker);
    known.askedAt = now;
    Read read = known.read;
    if (read == null || !isCurrent(read, versions, namespace, name, now)) {
      // Outside any lock: one slow answer must not hold up the other pools.
      read = read(namespace, name, now);
      known.read = read;
    }
    return read.secret();
  }

  private boolean isCurrent(
      Read read, SecretWatch versions, String namespace, String name, Instant now) {
    return versions.isUpToDate(namespace)
        ? read.version().equals(versions.version(namespace, name).orElse(ABSENT))
        : now.isBefore(read.at().plus(freshness));
  }

  private Read read(String namespace, String name, Instant now) {
    Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
    return secret == null
        ? new Read(Optional.empty(), ABSENT, now)
        : new Read(Optional.of(contentOf(secret)), secret.getMetadata().getResourceVersion(), now);
  }

  /** Without annotations, one of which may hold all that was ever applied. */
  private static Secret contentOf(Secret secret) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(secret.getMetadata().getNamespace())
        .withName(secret.getMetadata().getName())
        .endMetadata()
        .withType(secret.getType())
        .withData(secret.getData())
        .build();
  }

  private synchronized SecretWatch watch() {
    if (watch == null) {
      watch = new SecretWatch(client, namespaces, this::changed);
    }
    return watch;
  }

  private void changed(String key) {
    Known known = secrets.get(key);
    if (known != null) {
      known.askers.forEach(news);
    }
  }

  private void sweep(Instant now) {
    if (now.isAfter(sweptAt.plus(BETWEEN_SWEEPS))) {
      sweptAt = now;
      secrets.values().removeIf(known -> known.askedAt.plus(MEMORY).isBefore(now));
    }
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
