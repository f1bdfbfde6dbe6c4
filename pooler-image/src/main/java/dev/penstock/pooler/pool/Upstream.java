package dev.penstock.pooler.pool;

import dev.penstock.pooler.config.Settings;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database server, as all pools that lead to it see it: how many logins are under way, and
 * whether it is down. While it is down one login at a time tries it; once it has answered, all who
 * wait are served, a set number of logins at a time. Owned by the event loop.
 */
final class Upstream {
  private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

  private final String name;
  private final Supplier<Settings> settings;
  private final Tally tally = new Tally();
  private final Backoff outage;
  private long downSince;

  /**
   * @param name host and port, for the log
   * @param settings those in force
   */
  Upstream(String name, Supplier<Settings> settings, RandomGenerator random) {
    this.name = name;
    this.settings = settings;
    this.outage = new Backoff(random);
  }

  /** The connections to it. */
  Tally tally() {
    return tally;
  }

  /** The longest pause between attempts, in nanoseconds. */
  long longestPause() {
    return Math.min(
        settings.get().get(Settings.SERVER_LOGIN_RETRY).toNanos(),
        settings.get().get(Settings.PENSTOCK_SERVER_PROBE_INTERVAL).toNanos());
  }

  /** How many logins may begin now. */
  int mayBegin(long now) {
    if (outage.isFailing()) {
      return tally.connecting() == 0 && outage.isOver(now) ? 1 : 0;
    }
    int mostLogins = settings.get().get(Settings.PENSTOCK_MAX_SERVER_LOGINS);
    return mostLogins == 0 ? Integer.MAX_VALUE : Math.max(0, mostLogins - tally.connecting());
  }

  /** It could not be reached, or said that it is starting up or shutting down. */
  void down(LoginFailure failure, long now) {
    if (!outage.isFailing()) {
      downSince = now;
      LOG.warn("{} is down, clients wait for it: {}", name, failure.message());
    }
    outage.failed(now, longestPause());
  }

  /** It has let someone in, or refused to. */
  void answered(long now) {
    if (outage.isFailing()) {
      LOG.info("{} is back after {} ms", name, (now - downSince) / 1_000_000);
    }
    outage.succeeded();
  }
}
