package dev.penstock.operator.fleet;

import dev.penstock.contract.GrantRequest;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * All instances of all pools: who is listened to, and what they said last.
 *
 * <p>Thread-safe; no call waits for an instance.
 */
public final class Fleet implements Instances, AutoCloseable {

  private final FleetSettings settings;
  private final Consumer<FleetId> onChange;
  private final FleetLoop loop;
  private final Map<FleetId, Members> fleets = new ConcurrentHashMap<>();

  /** The pods of one pool, and how they are spoken to. */
  private record Members(
      FleetIdentity identity, SSLContext tls, Map<String, InstanceWatch> watches) {
    void close() {
      watches.values().forEach(InstanceWatch::close);
    }
  }

  /**
   * A fleet of nobody.
   *
   * @param onChange called, on the event loop that speaks with all instances and must not be held
   *     up, when something new is known of a pool's instances
   */
  public Fleet(FleetSettings settings, Consumer<FleetId> onChange) {
    this.settings = settings;
    this.onChange = onChange;
    this.loop = new FleetLoop(settings);
  }

  /**
   * Makes known how the instances of a pool are to be spoken to. When that changes, no one is
   * listened to until the next {@link #listenTo}, which {@code onChange} asks for. Idempotent.
   *
   * @throws IllegalArgumentException if the certificates cannot be used
   */
  public void identify(FleetId fleet, FleetIdentity identity) {
    Members before = fleets.get(fleet);
    if (before != null && before.identity().equals(identity)) {
      return;
    }
    Members after = new Members(identity, tls(fleet, identity), Map.of());
    Members replaced = fleets.put(fleet, after);
    if (replaced != null) {
      replaced.close();
    }
    onChange.accept(fleet);
  }

  @Override
  public void listenTo(FleetId fleet, Collection<Target> targets) {
    fleets.computeIfPresent(fleet, (_, members) -> changed(fleet, targets, members));
  }

  private Members changed(FleetId fleet, Collection<Target> targets, Members kept) {
    Map<String, Target> wanted =
        targets.stream().collect(Collectors.toMap(Target::uid, Function.identity()));
    Map<String, InstanceWatch> watches = new LinkedHashMap<>();
    kept.watches()
        .forEach(
            (uid, watch) -> {
              if (watch.target().equals(wanted.get(uid))) {
                watches.put(uid, watch);
              } else {
                watch.close();
              }
            });
    wanted.forEach(
        (uid, target) -> watches.computeIfAbsent(uid, _ -> watch(fleet, kept.tls(), target)));
    return new Members(kept.identity(), kept.tls(), Map.copyOf(watches));
  }

  private InstanceWatch watch(FleetId fleet, SSLContext tls, Target target) {
    InstanceWatch watch =
        new InstanceWatch(
            target,
            new InstanceClient(loop, tls, target, settings),
            settings,
            loop.loop(),
            System::nanoTime,
            () -> onChange.accept(fleet));
    watch.start();
    return watch;
  }

  private static SSLContext tls(FleetId fleet, FleetIdentity identity) {
    try {
      return FleetTls.context(fleet, identity);
    } catch (GeneralSecurityException | IOException unusable) {
      throw new IllegalArgumentException(
          "the certificates of " + fleet + " cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  @Override
  public List<Sighting> sightings(FleetId fleet, Map<String, Set<String>> recorded) {
    Members members = fleets.get(fleet);
    return members == null
        ? List.of()
        : members.watches().entrySet().stream()
            .flatMap(
                watch ->
                    watch
                        .getValue()
                        .sighting(recorded.getOrDefault(watch.getKey(), Set.of()))
                        .stream())
            .toList();
  }

  @Override
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
    loop.close();
  }
}
