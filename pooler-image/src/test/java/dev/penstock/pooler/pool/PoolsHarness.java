package dev.penstock.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.config.PoolMode;
import dev.penstock.pooler.config.PoolSettings;
import dev.penstock.pooler.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Pools with servers, clients and a clock of the test's own. */
abstract class PoolsHarness {
  static final Welcome WELCOME = new Welcome(Map.of("server_version", "18"));

  long nanos = 1_000_000_000_000L;
  final List<FakeServer> servers = new ArrayList<>();
  final Pools pools = pools(Settings.defaults());

  /** What the pools take for chance: 0 leaves every pause as long as it is. */
  double chance;

  private Pools pools(Settings settings) {
    RandomGenerator random =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            throw new UnsupportedOperationException("only fractions are asked for");
          }

          @Override
          public double nextDouble() {
            return chance;
          }
        };
    return new Pools(
        settings, new FakeNetwork(), Runnable::run, () -> nanos, random, Integer.MAX_VALUE);
  }

  /** Every database name leads to the server of its first letter. */
  private final class FakeNetwork implements ServerConnector {
    @Override
    public void connect(Slot slot) {
      FakeServer server = new FakeServer(slot);
      slot.attach(server);
      servers.add(server);
    }

    @Override
    public String server(PoolKey key) {
      return key.database().substring(0, 1);
    }
  }

  /** A server connection that does what the test says. */
  static final class FakeServer implements Backend {
    final Slot slot;
    boolean checked;

    FakeServer(Slot slot) {
      this.slot = slot;
    }

    @Override
    public void terminate(String reason) {
      slot.closing();
    }

    @Override
    public void check() {
      checked = true;
    }

    void logIn() {
      slot.loggedIn(WELCOME);
    }

    void fail(String sqlState, LoginFailure.Kind kind) {
      slot.loginFailed(new LoginFailure(sqlState, "no", kind));
      slot.gone();
    }
  }

  /** A client that notes what it is told. */
  final class FakeClient implements Waiter {
    final long since = nanos;
    @Nullable Slot served;
    @Nullable Refusal refused;
    boolean welcomed;

    Slot slot() {
      return Objects.requireNonNull(served, "not served");
    }

    Refusal refusal() {
      return Objects.requireNonNull(refused, "not refused");
    }

    @Override
    public void serve(Slot slot) {
      served = slot;
    }

    @Override
    public void welcome(Welcome welcome) {
      welcomed = true;
    }

    @Override
    public void refuse(Refusal refusal) {
      refused = refusal;
    }

    @Override
    public long waitingSince() {
      return since;
    }
  }

  static PoolSettings settings(int size) {
    return new PoolSettings(
        PoolMode.TRANSACTION,
        size,
        0,
        0,
        0,
        0,
        Duration.ofHours(1),
        Duration.ZERO,
        Duration.ofMinutes(2),
        Duration.ZERO,
        Duration.ZERO);
  }

  Pool pool(String user, int size) {
    return pools.pool(new PoolKey("db", user), settings(size));
  }

  FakeClient acquire(Pool pool) {
    FakeClient client = new FakeClient();
    pool.acquire(client);
    return client;
  }

  void pass(Duration time) {
    nanos += time.toNanos();
    pools.tick();
  }

  void grant(int connections) {
    assertThat(pools.grant(connections).join().grant()).isEqualTo(connections);
  }

  Usage usage() {
    return pools.usage().join();
  }

  List<FakeServer> in(Slot.State state) {
    return servers.stream().filter(server -> server.slot.state() == state).toList();
  }
}
