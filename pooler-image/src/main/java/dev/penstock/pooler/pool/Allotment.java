package dev.penstock.pooler.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which pool may open a connection under the grant, and which must give one up. The pool
 * whose client has waited longest goes first, each pool one connection in turn; when there is no
 * room, the idle connection used longest ago makes place, and when none is idle, a busy pool that
 * has more than its share gives one up at the end of a transaction.
 */
final class Allotment {
  /** An idle connection told to end is expected to be gone within this time. */
  private static final long PROMPT_NANOS = 1_000_000_000L;

  private final Pools pools;
  private final Tally total;
  private int grant;
  private boolean dispatching;
  private boolean again;

  Allotment(Pools pools, Tally total, int grant) {
    this.pools = pools;
    this.total = total;
    this.grant = grant;
  }

  int grant() {
    return grant;
  }

  void grant(int connections) {
    grant = connections;
    while (total.open() > grant) {
      Slot stalest = stalest(_ -> true);
      if (stalest == null) {
        break;
      }
      pools.close(stalest, "grant lowered");
    }
    dispatch();
  }

  @Nullable String reasonToClose(Slot slot) {
    if (total.open() > grant) {
      return "grant lowered";
    }
    return slot.state() == Slot.State.ACTIVE && yields(slot.pool())
        ? "makes room for another pool"
        : null;
  }

  /** Whether a pool that has waiting clients of its own must let another one have a place. */
  private boolean yields(Pool busy) {
    if (pools.waiting() == busy.waiting() || total.held() < grant || comingRoom() > 0) {
      return false;
    }
    long now = pools.now();
    for (Pool other : pools.all()) {
      if (other != busy
          && other.wanted(now) > 0
          && other.hasRoom(now)
          && !other.places().databaseIsFull()
          && !other.places().userIsFull()
          && other.oldestWait(now) - busy.oldestWait(now) < 0
          && (other.tally().open() == 0 || other.tally().open() + 1 < busy.tally().open())) {
        return true;
      }
    }
    return false;
  }

  /** Opens what may be opened and closes what must make place. */
  void dispatch() {
    if (dispatching) {
      again = true;
      return;
    }
    dispatching = true;
    try {
      do {
        again = false;
        allot();
      } while (again);
    } finally {
      dispatching = false;
    }
  }

  private void allot() {
    if (pools.isDraining()) {
      return;
    }
    long now = pools.now();
    List<Pool> wanting = new ArrayList<>();
    for (Pool pool : pools.all()) {
      if (pool.wanted(now) > 0) {
        wanting.add(pool);
      }
    }
    if (wanting.size() > 1) {
      wanting.sort(Comparator.comparingLong(pool -> pool.oldestWait(now) - now));
    }
    int coming = comingRoom();
    while (!wanting.isEmpty()) {
      List<Pool> unsated = new ArrayList<>();
      for (Pool pool : wanting) {
        if (pool.wanted(now) <= 0 || !pool.hasRoom(now)) {
          continue;
        }
        Places places = pool.places();
        if (places.databaseIsFull() || places.userIsFull()) {
          if (!places.awaitsClose()) {
            makeRoom(
                other ->
                    places.databaseIsFull()
                        ? places.sharesDatabase(other.places())
                        : places.sharesUser(other.places()));
          }
        } else if (total.held() < grant) {
          pool.open();
          unsated.add(pool);
        } else if (coming > 0) {
          coming--;
        } else {
          makeRoom(other -> other != pool);
        }
      }
      wanting = unsated;
    }
  }

  private void makeRoom(Predicate<Pool> among) {
    Slot stalest = stalest(among);
    if (stalest != null) {
      pools.close(stalest, "makes room for another pool");
    }
  }

  /** Opens what {@code min_pool_size} asks for, as long as no one else wants the room. */
  void fillUp() {
    long now = pools.now();
    for (Pool pool : new ArrayList<>(pools.all())) {
      while (pools.waiting() == 0 && total.held() < grant && pool.belowMinimum(now)) {
        pool.open();
      }
    }
  }

  /** Places under the grant that connections already told to end will leave at once. */
  private int comingRoom() {
    if (total.closing() == 0) {
      return 0;
    }
    long now = pools.now();
    int soon = 0;
    for (Slot slot : pools.slots()) {
      if (slot.closesSoon(now, PROMPT_NANOS)) {
        soon++;
      }
    }
    return Math.max(0, grant - (total.held() - soon));
  }

  private @Nullable Slot stalest(Predicate<Pool> among) {
    Slot stalest = null;
    for (Pool pool : pools.all()) {
      Slot candidate = pool.stalest();
      if (candidate != null
          && among.test(pool)
          && (stalest == null || candidate.since() - stalest.since() < 0)) {
        stalest = candidate;
      }
    }
    return stalest;
  }
}
