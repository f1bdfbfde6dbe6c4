package dev.penstock.pooler.pool;

import dev.penstock.pooler.config.Settings;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a pool may log in to its server now. What concerns the server as a whole is the {@link
 * Upstream}'s; a refusal, or a lack of places, is the pool's own. Owned by the event loop.
 */
final class LoginGate {
  private static final Logger LOG = LoggerFactory.getLogger(LoginGate.class);

  private final PoolKey key;
  private final Supplier<Settings> settings;
  private final Backoff backoff;
  private @Nullable LoginFailure failure;

  LoginGate(PoolKey key, Supplier<Settings> settings, RandomGenerator random) {
    this.key = key;
    this.settings = settings;
    this.backoff = new Backoff(random);
  }

  void succeeded(Upstream upstream, long now) {
    upstream.answered(now);
    failure = null;
    backoff.succeeded();
  }

  void failed(Upstream upstream, LoginFailure seen, long now) {
    if (seen.kind() == LoginFailure.Kind.DOWN) {
      upstream.down(seen, now);
      return;
    }
    upstream.answered(now);
    LoginFailure before = failure;
    if (before == null || !before.equals(seen)) {
      LOG.warn("{}: server login failed: {} ({})", key, seen.message(), seen.sqlState());
    }
    failure = seen;
    if (seen.kind() == LoginFailure.Kind.REFUSED) {
      backoff.pause(now, settings.get().get(Settings.SERVER_LOGIN_RETRY).toNanos());
    } else {
      backoff.failed(now, upstream.longestPause());
    }
  }

  /**
   * How many logins may begin now.
   *
   * @param wanted how many would, were there no failures
   * @param connecting how many of the pool's are under way
   */
  int allowed(Upstream upstream, int wanted, int connecting, long now) {
    int most = upstream.mayBegin(now);
    if (failure != null) {
      most = connecting == 0 && backoff.isOver(now) ? Math.min(1, most) : 0;
    }
    return Math.min(wanted, most);
  }

  /** The refusal that is still believed; null when there is none. */
  @Nullable LoginFailure refusal(long now) {
    LoginFailure last = failure;
    return last != null && last.kind() == LoginFailure.Kind.REFUSED && !backoff.isOver(now)
        ? last
        : null;
  }

  /** The pool leads to another server now: what one has refused says nothing of the other. */
  void forget() {
    failure = null;
    backoff.succeeded();
  }

  /** Whether a failure is remembered that still has a say. */
  boolean remembers(long now) {
    return failure != null && !backoff.isOver(now);
  }
}
