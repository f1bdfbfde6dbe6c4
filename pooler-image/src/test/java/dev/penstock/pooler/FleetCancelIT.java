package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cancel requests that arrive at any of ten instances, as a Service would spread them. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FleetCancelIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();
  private static final int SIZE = 10;
  private static final int HOME = 3;
  private static final int ELSEWHERE = 7;
  private static final int FLOOD = 2_000;
  private static final int CANCEL_REQUEST = 1234 << 16 | 5678;
  private static final String ANSWERED =
      "penstock_pool_cancels_forwarded_total{outcome=\"answered\"}";
  private static final String FAILED = "penstock_pool_cancels_forwarded_total{outcome=\"failed\"}";
  private static final String DROPPED =
      "penstock_pool_cancels_forwarded_total{outcome=\"dropped\"}";
  private static final String MATCHED = "penstock_pool_cancels_received_total{outcome=\"matched\"}";
  private static final String UNMATCHED =
      "penstock_pool_cancels_received_total{outcome=\"unmatched\"}";

  @TempDir private Path directory;
  private PoolerFleet fleet;

  /** A session with its key, in a query that does not end. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Session(RawClient client, byte[] key) implements AutoCloseable {
    void sleep(int number) {
      client.query("select pg_sleep(" + (600 + number) + ")");
      Awaitility.await().until(() -> sleepers(600 + number) == 1);
    }

    void assertCancelled() {
      assertThat(client.until('E').getLast().field('C')).isEqualTo("57014");
      assertThat(client.next().text()).isEqualTo("I");
      assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
    }

    @Override
    public void close() {
      client.close();
    }
  }

  @BeforeEach
  void start() {
    fleet = new PoolerFleet(POSTGRES, directory, SIZE);
  }

  @AfterEach
  void stop() {
    fleet.close();
    // What still sleeps would be the next test's.
    POSTGRES.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = '"
            + PostgresFixture.USER
            + "'");
    Awaitility.await().until(() -> POSTGRES.backends(PostgresFixture.USER) == 0);
  }

  private static int sleepers(int seconds) {
    return POSTGRES.number(
        "select count(*) from pg_stat_activity where state = 'active' and query = 'select pg_sleep("
            + seconds
            + ")'");
  }

  private Session session(int instance) {
    RawClient client = fleet.client(instance);
    byte[] key =
        client.trusted(PostgresFixture.USER).stream()
            .filter(message -> message.type() == 'K')
            .findFirst()
            .orElseThrow()
            .text()
            .getBytes(StandardCharsets.ISO_8859_1);
    return new Session(client, key);
  }

  /** Asks as libpq does: whatever the key, the connection is closed without a word. */
  private void cancel(int instance, byte[] key) {
    try (RawClient canceller = fleet.client(instance)) {
      canceller.startup(CANCEL_REQUEST, key);
      assertThat(canceller.readByte()).isEqualTo(-1);
    }
  }

  private static byte[] changed(byte[] key, int index) {
    byte[] other = key.clone();
    other[index] ^= 1;
    return other;
  }

  @Test
  void eachOfTenInstancesReachesTheSessionAndNoOther() {
    List<Session> others = new ArrayList<>();
    try (Session session = session(HOME)) {
      for (int number = 0; number < SIZE; number++) {
        others.add(session(number));
        others.getLast().sleep(number);
      }
      for (int number = 0; number < SIZE; number++) {
        session.sleep(100 + number);

        cancel(number, session.key());

        session.assertCancelled();
      }
      for (int number = 0; number < SIZE; number++) {
        assertThat(sleepers(600 + number)).isEqualTo(1);
      }
      assertThat(fleet.metric(HOME, MATCHED)).isEqualTo(SIZE - 1);
      assertThat(fleet.metric(ELSEWHERE, ANSWERED)).isEqualTo(1);
    } finally {
      others.forEach(Session::close);
    }
  }

  @Test
  void aKeyThatIsNotTheSessionsDoesNothingAndTellsNothing() {
    try (Session session = session(HOME)) {
      session.sleep(0);

      for (int number : new int[] {HOME, ELSEWHERE}) {
        cancel(number, changed(session.key(), 7));
        cancel(number, changed(session.key(), 4));
        cancel(number, changed(session.key(), 3));
        // Another instance's number, which no one has.
        cancel(number, changed(session.key(), 1));
        cancel(number, new byte[8]);
      }

      assertThat(fleet.metric(HOME, UNMATCHED)).isEqualTo(3);
      assertThat(fleet.metric(HOME, MATCHED)).isZero();
      assertThat(sleepers(600)).isEqualTo(1);
      cancel(ELSEWHERE, session.key());
      session.assertCancelled();
    }
  }

  @Test
  void theKeyOfASessionThatHasEndedIsNoKeyToTheNext() {
    byte[] stale;
    try (Session ended = session(HOME)) {
      stale = ended.key();
      assertThat(ended.client().query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
    }
    Awaitility.await().until(() -> fleet.report(fleet.pooler(HOME)).clients() == 0);
    try (Session next = session(HOME)) {
      // The very server connection that the other had.
      next.sleep(0);
      assertThat(POSTGRES.backends(PostgresFixture.USER)).isEqualTo(1);

      cancel(ELSEWHERE, stale);
      cancel(HOME, stale);

      assertThat(fleet.metric(HOME, UNMATCHED)).isEqualTo(1);
      assertThat(sleepers(600)).isEqualTo(1);
    }
  }

  @Test
  void aSessionWithNothingToCancelIsLeftAlone() {
    try (Session idle = session(HOME)) {
      cancel(ELSEWHERE, idle.key());

      assertThat(fleet.metric(HOME, MATCHED)).isEqualTo(1);
      assertThat(idle.client().query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void anInstanceThatDrainsIsStillAsked() throws Exception {
    try (Session session = session(HOME)) {
      session.sleep(0);
      CompletableFuture<Void> drained = fleet.pooler(HOME).drain();
      Awaitility.await().until(() -> fleet.report(fleet.pooler(HOME)).draining());
      assertThat(drained).isNotDone();

      cancel(ELSEWHERE, session.key());

      assertThat(session.client().until('E').getLast().field('C')).isEqualTo("57014");
      assertThat(session.client().until('E').getLast().field('C')).isEqualTo("57P01");
      session.client().disconnect();
      drained.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void anInstanceThatVanishedIsNoErrorToTheClient() throws Exception {
    try (Session session = session(HOME)) {
      fleet.pooler(HOME).close();

      cancel(ELSEWHERE, session.key());

      Awaitility.await().untilAsserted(() -> assertThat(fleet.metric(ELSEWHERE, FAILED)).isOne());
      fleet.withoutPeers(ELSEWHERE);
      cancel(ELSEWHERE, session.key());
      assertThat(fleet.metric(ELSEWHERE, FAILED)).isOne();
    }
  }

  @Test
  void aFloodOfForgedRequestsIsBoundedAndTheTrueOneStillArrives() {
    try (Session session = session(HOME)) {
      session.sleep(0);
      long began = System.nanoTime();
      for (int number = 0; number < FLOOD; number++) {
        byte[] forged = session.key().clone();
        forged[4] ^= (byte) (1 + (number >> 8));
        forged[5] = (byte) number;
        cancel(ELSEWHERE, forged);
      }
      long received = fleet.metric(HOME, UNMATCHED);
      long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds() + 1;

      assertThat(received).isBetween(1L, 100 + 20 * seconds);
      assertThat(fleet.metric(ELSEWHERE, DROPPED)).isGreaterThan(FLOOD - 100 - 20 * seconds - 1);
      assertThat(sleepers(600)).isEqualTo(1);
      Awaitility.await()
          .until(
              () -> {
                cancel(ELSEWHERE, session.key());
                return sleepers(600) == 0;
              });
      session.assertCancelled();
    }
  }
}
