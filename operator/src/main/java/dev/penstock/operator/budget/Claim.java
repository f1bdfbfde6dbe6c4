package dev.penstock.operator.budget;

/**
 * What one instance has and wants, as the decision sees it.
 *
 * @param id the instance: pod UID and incarnation
 * @param order its age: a lower number is older; ties are broken by {@code id}
 * @param demand connections it could use now: those linked to a client and the clients that wait,
 *     with a short memory, at least 0
 * @param waiting clients that wait for a connection now, at least 0
 * @param granted the grant last decided for it, 0 for a new one
 * @param state how it takes part
 */
public record Claim(String id, long order, int demand, int waiting, int granted, State state) {

  public Claim {
    if (demand < 0 || waiting < 0 || granted < 0) {
      throw new IllegalArgumentException(
          "demand, waiting and granted are at least 0, were %d, %d and %d of %s"
              .formatted(demand, waiting, granted, id));
    }
  }

  /** What it keeps whatever is decided: all it has if silent, what it uses if it leaves. */
  int kept() {
    return switch (state) {
      case SERVING -> 0;
      case DRAINING -> Math.min(granted, demand);
      case SILENT -> granted;
    };
  }

  boolean isServing() {
    return state == State.SERVING;
  }

  /** What it can use, its floor included. */
  int usable() {
    return Math.max(Decision.FLOOR, demand);
  }

  /** How an instance takes part in the sharing. */
  public enum State {
    /** Serves: has a floor, and a share by demand. */
    SERVING,
    /** Is on its way out: keeps at most what it demands, and is never raised. */
    DRAINING,
    /** Cannot be heard: it stands still with what it has, and so does its share. */
    SILENT
  }
}
