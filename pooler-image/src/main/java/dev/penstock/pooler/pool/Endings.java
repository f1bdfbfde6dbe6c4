package dev.penstock.pooler.pool;

import dev.penstock.pooler.config.Settings;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections on their way out: one that the server does not close is warned of, and one whose end
 * was not seen counts no longer after a set time. Owned by the event loop.
 */
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
  private static final long LONG_CLOSE_NANOS = 60_000_000_000L;

  private final Collection<Slot> slots;
  private final Supplier<Settings> settings;
  private final Set<Slot> warned = new HashSet<>();

  /**
   * @param slots all there are, as they are at any time
   * @param settings those in force
   */
  Endings(Collection<Slot> slots, Supplier<Settings> settings) {
    this.slots = slots;
    this.settings = settings;
  }

  void tick(long now) {
    for (Slot slot : slots) {
      if (slot.state() == Slot.State.CLOSING
          && now - slot.since() >= LONG_CLOSE_NANOS
          && warned.add(slot)) {
        LOG.warn(
            "{}: a server connection told to end has not been closed by the server for {} s; it"
                + " still counts against the grant",
            slot.pool().key(),
            LONG_CLOSE_NANOS / 1_000_000_000L);
      }
    }
    long lostNanos = settings.get().get(Settings.PENSTOCK_LOST_SERVER_TIMEOUT).toNanos();
    List<Slot> forgotten =
        slots.stream()
            .filter(slot -> slot.state() == Slot.State.LOST && now - slot.since() >= lostNanos)
            .toList();
    forgotten.forEach(Slot::gone);
  }

  /** The connection is no more. */
  void gone(Slot slot) {
    warned.remove(slot);
  }
}
