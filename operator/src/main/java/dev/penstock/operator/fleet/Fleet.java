package dev.penstock.operator.fleet;

import dev.penstock.contract.GrantRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All instances of all pools: who is listened to, and what they said last.
 *
 * <p>Thread-safe; no call waits for an instance.
 */
public final class Fleet implements AutoCloseable {

  private final FleetSettings settings;
  private final Consumer<FleetId> onChange;
  private final Map<FleetId, Members> fleets = new ConcurrentHashMap<>();

  /** The pods of one pool, and how they are spoken to. */
  private record Members(
      FleetIdentity identity, HttpClient http, Map<String, InstanceWatch> watches) {
    void close() {
      watches.values().forEach(InstanceWatch::close);
      http.shutdownNow();
    }
  }

  /**
   * A fleet of nobody.
   *
   * @param onChange called, on a thread that must not be held up, when something new is known of a
   *     pool's instances
   */
  public Fleet(FleetSettings settings, Consumer<FleetId> onChange) {
    this.settings = settings;
    this.onChange = onChange;
  }

  /**
   * Listens to exactly these pods of a pool from now on. Idempotent.
   *
   * @throws IllegalArgumentException if the certificates cannot be used
   */
  public void listenTo(FleetId fleet, FleetIdentity identity, Collection<Target> targets) {
    fleets.compute(fleet, (_, members) -> changed(fleet, identity, targets, members));
  }

  private Members changed(
      FleetId fleet,
      FleetIdentity identity,
      Collection<Target> targets,
      @Nullable Members members) {
    Members kept = members;
    if (kept != null && !kept.identity().equals(identity)) {
      kept.close();
      kept = null;
    }
    HttpClient http = kept == null ? client(fleet, identity) : kept.http();
    Map<String, Target> wanted =
        targets.stream().collect(Collectors.toMap(Target::uid, Function.identity()));
    Map<String, InstanceWatch> watches = new LinkedHashMap<>();
    if (kept != null) {
      kept.watches()
          .forEach(
              (uid, watch) -> {
                if (watch.target().equals(wanted.get(uid))) {
                  watches.put(uid, watch);
                } else {
                  watch.close();
                }
              });
    }
    wanted.forEach((uid, target) -> watches.computeIfAbsent(uid, _ -> watch(fleet, http, target)));
    return new Members(identity, http, Map.copyOf(watches));
  }

  private InstanceWatch watch(FleetId fleet, HttpClient http, Target target) {
    InstanceClient client =
        new InstanceClient(
            http,
            target.address(),
            new InstanceClient.Timeouts(settings.longPoll(), settings.grant()));
    InstanceWatch watch =
        new InstanceWatch(target, client, settings, System::nanoTime, () -> onChange.accept(fleet));
    watch.start();
    return watch;
  }

  private HttpClient client(FleetId fleet, FleetIdentity identity) {
    try {
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .sslContext(FleetTls.context(fleet, identity))
          .connectTimeout(settings.grant())
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();
    } catch (GeneralSecurityException | IOException unusable) {
      throw new IllegalArgumentException(
          "the certificates of " + fleet + " cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  /** What is known of the processes in a pool's pods; none of a pod that has not answered yet. */
  public List<Sighting> sightings(FleetId fleet) {
    Members members = fleets.get(fleet);
    return members == null
        ? List.of()
        : members.watches().values().stream().flatMap(watch -> watch.sighting().stream()).toList();
  }

  /**
   * Has a grant told to the process in a pod, until it has answered or is told another. Whoever is
   * no longer listened to is told nothing.
   *
   * @param uid of the pod
   */
  public void tell(FleetId fleet, String uid, GrantRequest grant) {
    Members members = fleets.get(fleet);
    InstanceWatch watch = members == null ? null : members.watches().get(uid);
    if (watch != null) {
      watch.tell(grant);
    }
  }

  /** Listens to no pod of a pool any more. */
  public void leave(FleetId fleet) {
    Members members = fleets.remove(fleet);
    if (members != null) {
      members.close();
    }
  }

  @Override
  public void close() {
    List.copyOf(fleets.keySet()).forEach(this::leave);
  }
}
