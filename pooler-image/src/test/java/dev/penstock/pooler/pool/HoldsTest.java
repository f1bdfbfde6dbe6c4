package dev.penstock.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HoldsTest extends PoolsHarness {
  private final Holds holds = pools.holds();

  @Test
  void whoWaitsForAPauseIsToldWhenItIsTakenBack() {
    acquire(pool("a", 1));
    servers.getFirst().logIn();
    var paused = holds.pause("db");
    assertThat(paused).isNotDone();

    holds.resume("db");

    assertThat(paused).isCancelled();
  }

  @Test
  void whoWaitsForConnectionsToGoGoesOnWaitingWhateverIsResumed() {
    acquire(pool("a", 1));
    servers.getFirst().logIn();
    var gone = holds.gone(_ -> true);

    holds.resumeAll();

    assertThat(gone).isNotDone();
    servers.getFirst().slot.gone();
    assertThat(gone).isCompleted();
  }

  @Test
  void aPauseOfOneDatabaseOutlastsOneOfAll() {
    var _ = holds.pause("db");
    var _ = holds.pause();

    holds.resume();

    assertThat(holds.isPaused()).isFalse();
    assertThat(holds.isPaused("db")).isTrue();
    holds.resumeAll();
    assertThat(holds.isAnyPaused()).isFalse();
  }

  @Test
  void afterALongSuspensionServersAreCheckedBeforeTheyAreLent() {
    Pool pool = pool("a", 1);
    acquire(pool);
    servers.getFirst().logIn();
    servers.getFirst().slot.released();
    assertThat(holds.suspend()).isCompleted();
    FakeClient waiting = acquire(pool);
    FakeClient second = acquire(pool);
    pass(Duration.ofSeconds(60));

    holds.resume();

    assertThat(waiting.served).isNull();
    assertThat(servers.getFirst().checked).isTrue();
    assertThat(servers).hasSize(1);
    servers.getFirst().slot.released();
    assertThat(waiting.slot()).isEqualTo(servers.getFirst().slot);
    waiting.slot().released();
    assertThat(second.served).isNotNull();
  }

  @Test
  void aDatabaseThatIsNoMoreIsNeitherPausedNorDisabledWhenItComesBack() {
    var _ = holds.pause("db");
    holds.disable("db", true);

    pools.databasesAre(_ -> false);

    assertThat(holds.isAnyPaused()).isFalse();
    assertThat(holds.isDisabled("db")).isFalse();
  }
}
