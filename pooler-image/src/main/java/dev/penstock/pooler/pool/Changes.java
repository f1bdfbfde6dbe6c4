package dev.penstock.pooler.pool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notices the changes that {@link Grantable#onChange} promises to tell. */
final class Changes {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private boolean waiting;
  private boolean within = true;
  private int load;
  private int grant;
  private boolean draining;

  /** Thread-safe; all else belongs to the event loop. */
  void add(Runnable listener) {
    listeners.add(listener);
  }

  void look(boolean nowWaiting, int active, int held, int nowGrant, boolean nowDraining) {
    boolean nowWithin = held <= nowGrant;
    int nowLoad = load(active, nowGrant);
    if (nowWaiting == waiting
        && nowWithin == within
        && nowLoad == load
        && nowGrant == grant
        && nowDraining == draining) {
      return;
    }
    waiting = nowWaiting;
    within = nowWithin;
    load = nowLoad;
    grant = nowGrant;
    draining = nowDraining;
    listeners.forEach(Runnable::run);
  }

  /** 0 below half of the grant, 1 from half on, 2 when all of it is in use. */
  private static int load(int active, int grant) {
    if (active >= grant) {
      return 2;
    }
    return active * 2L >= grant ? 1 : 0;
  }
}
