package dev.penstock.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The conditions of a resource, built afresh in each reconciliation; the time of a transition moves
 * only when the status does. Not thread-safe.
 */
public final class Conditions {

  private final List<Condition> before;
  private final long generation;
  private final Instant now;
  private final Map<ConditionType, Condition> next = new EnumMap<>(ConditionType.class);

  /**
   * A change that people should hear of.
   *
   * @param warning whether something needs attention; else it is well again
   * @param reason of the condition
   * @param message of the condition, with the remedy
   */
  public record Change(boolean warning, String reason, String message) {}

  /**
   * None yet.
   *
   * @param before the conditions written last
   * @param generation of the spec that is being answered
   */
  public Conditions(List<Condition> before, long generation, Instant now) {
    this.before = before;
    this.generation = generation;
    this.now = now;
  }

  /** Says what holds of one type. */
  public void set(ConditionType type, ConditionStatus status, String reason, String message) {
    String since =
        earlier(type)
            .filter(condition -> condition.getStatus().equals(status.name()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    next.put(
        type,
        new ConditionBuilder()
            .withType(type.name())
            .withStatus(status.name())
            .withReason(reason)
            .withMessage(message)
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .build());
  }

  /** Says what holds of one type. */
  public void set(ConditionType type, Verdict verdict) {
    set(type, verdict.status(), verdict.reason(), verdict.message());
  }

  /** Those that were set, in the order of their types. */
  public List<Condition> list() {
    return List.copyOf(next.values());
  }

  /** What has become bad, or well again, since the conditions before. */
  public List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    next.forEach(
        (type, condition) -> {
          boolean isGood = isGood(type, condition);
          boolean isNews =
              isGood
                  ? earlier(type).map(old -> !isGood(type, old)).orElse(false)
                  : earlier(type).map(old -> saysOther(old, condition)).orElse(true);
          if (isNews && !isNoise(type, condition, isGood)) {
            changes.add(new Change(!isGood, condition.getReason(), condition.getMessage()));
          }
        });
    return List.copyOf(changes);
  }

  private static boolean isGood(ConditionType type, Condition condition) {
    return condition.getStatus().equals(type.healthy().name());
  }

  private static boolean saysOther(Condition old, Condition condition) {
    return !old.getStatus().equals(condition.getStatus())
        || !old.getReason().equals(condition.getReason())
        || !old.getMessage().equals(condition.getMessage());
  }

  /**
   * That something takes its time is no news; where it has a cause, the cause speaks for itself.
   */
  private static boolean isNoise(ConditionType type, Condition condition, boolean isGood) {
    return type == ConditionType.Progressing
        || (!isGood
            && (type == ConditionType.Ready
                || condition.getStatus().equals(ConditionStatus.Unknown.name())));
  }

  private Optional<Condition> earlier(ConditionType type) {
    return before.stream().filter(old -> type.name().equals(old.getType())).findFirst();
  }
}
