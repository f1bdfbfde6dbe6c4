package dev.penstock.operator.status;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps writes of a status apart that only bring figures up to date: what is not written yet is
 * written when its time has come. Thread-safe for different resources.
 *
 * @param <K> names a resource
 */
public final class StatusPace<K> {

  private final Clock clock;
  private final Duration inTurn;
  private final Duration atLeisure;
  private final Map<K, Past> pasts = new ConcurrentHashMap<>();

  /**
   * What has come of a resource so far.
   *
   * @param writtenAt when anything was written last
   * @param movedAt when something was written last that could not wait: it has figures of its own
   *     settle
   * @param openSince since when figures have not been written that nobody waits for
   */
  private record Past(Instant writtenAt, Instant movedAt, @Nullable Instant openSince) {
    private static final Past NONE = new Past(Instant.EPOCH, Instant.EPOCH, null);
  }

  /** What came of a status. */
  public sealed interface Turn {

    /**
     * What is due is written.
     *
     * @param again when the rest is; empty if nothing is left
     */
    record Settled(Optional<Duration> again) implements Turn {}

    /** The resource has another version by now: what was computed is void. */
    record Overtaken() implements Turn {}
  }

  /**
   * Has written nothing yet.
   *
   * @param inTurn least time between a write and one {@link Urgency#IN_TURN}
   * @param atLeisure how long figures wait {@link Urgency#AT_LEISURE}, so that those which pass are
   *     never written; and how long after a write {@link Urgency#AT_ONCE} they are those that it
   *     moved, and come in turn
   */
  public StatusPace(Clock clock, Duration inTurn, Duration atLeisure) {
    this.clock = clock;
    this.inTurn = inTurn;
    this.atLeisure = atLeisure;
  }

  /**
   * Writes a status, if its turn has come.
   *
   * @param write writes, and returns false if the resource has another version by now
   */
  public Turn write(K resource, Urgency urgency, BooleanSupplier write) {
    Instant now = clock.instant();
    Past past = pasts.getOrDefault(resource, Past.NONE);
    Instant openSince = past.openSince() == null ? now : past.openSince();
    if (urgency == Urgency.NEVER) {
      pasts.computeIfPresent(resource, (_, was) -> new Past(was.writtenAt(), was.movedAt(), null));
      return new Turn.Settled(Optional.empty());
    }
    Instant due = due(urgency, past, openSince, now);
    if (due.isAfter(now)) {
      pasts.put(resource, new Past(past.writtenAt(), past.movedAt(), openSince));
      return new Turn.Settled(Optional.of(Duration.between(now, due)));
    }
    if (!write.getAsBoolean()) {
      return new Turn.Overtaken();
    }
    pasts.put(resource, new Past(now, urgency == Urgency.AT_ONCE ? now : past.movedAt(), null));
    return new Turn.Settled(Optional.empty());
  }

  private Instant due(Urgency urgency, Past past, Instant openSince, Instant now) {
    return switch (urgency) {
      case AT_LEISURE ->
          past.movedAt().plus(atLeisure).isAfter(now)
              ? past.writtenAt().plus(inTurn)
              : openSince.plus(atLeisure);
      case IN_TURN -> past.writtenAt().plus(inTurn);
      case AT_ONCE, NEVER -> now;
    };
  }

  /** Forgets a resource that is gone. */
  public void forget(K resource) {
    pasts.remove(resource);
  }
}
