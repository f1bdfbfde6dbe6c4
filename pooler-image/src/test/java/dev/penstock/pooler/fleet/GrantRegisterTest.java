package dev.penstock.pooler.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.Incarnation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrantRegisterTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final FakePools pools = new FakePools();
  private final GrantRegister register = new GrantRegister(pools, Incarnation.draw(Instant.now()));

  @AfterEach
  void stop() {
    pools.close();
  }

  @Test
  void startsWithNothingAndAnIdentityOfItsOwn() throws Exception {
    var report = register.report();

    assertThat(report.round()).isZero();
    assertThat(report.grant()).isZero();
    assertThat(report.incarnation()).matches("[0-9a-f]{12}-[0-9a-f]{20}");
    assertThat(new GrantRegister(pools, Incarnation.draw(Instant.now())).report().incarnation())
        .isNotEqualTo(report.incarnation());
  }

  @Test
  void putsAGrantInForceAndSaysSo() throws Exception {
    var outcome = register.accept(grant(3, 7));

    assertThat(outcome.accepted()).isTrue();
    assertThat(outcome.report().round()).isEqualTo(3);
    assertThat(outcome.report().grant()).isEqualTo(7);
    assertThat(pools.grants()).containsExactly(7);
  }

  @Test
  void takesTheSameGrantTwiceAndRefusesOlderOnesAndOthersOfTheRound() throws Exception {
    register.accept(grant(3, 7));
    var sequence = register.report().sequence();

    assertThat(register.accept(grant(3, 7)).accepted()).isTrue();
    assertThat(register.accept(grant(2, 9)).accepted()).isFalse();
    var other = register.accept(grant(3, 9));
    assertThat(other.accepted()).isFalse();
    assertThat(other.report().grant()).isEqualTo(7);
    assertThat(other.report().sequence()).isEqualTo(sequence);
    assertThat(pools.grants()).containsOnly(7);
  }

  @Test
  void refusesWhatIsMeantForTheProcessBeforeIt() throws Exception {
    assertThat(register.accept(new GrantRequest(9, 5, List.of(), "another")).accepted()).isFalse();
    assertThat(pools.grants()).isEmpty();

    var own = register.report().incarnation();
    assertThat(register.accept(new GrantRequest(9, 5, List.of(), own)).accepted()).isTrue();
  }

  @Test
  void manyGrantsAtOnceReachThePoolsInTheOrderOfTheirRounds() throws Exception {
    var accepted = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.rangeClosed(1, 200)
              .mapToObj(round -> threads.submit(() -> register.accept(grant(round, round))))
              .toList();
      for (var outcome : all) {
        if (outcome.get().accepted()) {
          accepted++;
        }
      }
    }

    assertThat(pools.grants()).isSorted().hasSize(accepted).endsWith(200);
    assertThat(register.report().round()).isEqualTo(200);
    assertThat(register.report().grant()).isEqualTo(200);
  }

  @Test
  void aRoundIsNotReportedBeforeItIsInForce() throws Exception {
    register.accept(grant(1, 9));
    var release = new CompletableFuture<Void>();
    pools.holdUp(release);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var accepting = threads.submit(() -> register.accept(grant(2, 3)));
      assertThat(register.round()).isEqualTo(1);
      release.complete(null);
      assertThat(accepting.get().report().round()).isEqualTo(2);
    }
  }

  @Test
  void aReportThatIsAwaitedComesWithTheChange() throws Exception {
    var sequence = register.report().sequence();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var awaited = threads.submit(() -> register.reportAfter(sequence, LONG));
      pools.use(1, 4, false);

      assertThat(awaited.get().waiting()).isEqualTo(4);
      assertThat(awaited.get().sequence()).isGreaterThan(sequence);
    }
  }

  @Test
  void aReportComesAtOnceForASequenceThatIsNotTheNewest() throws Exception {
    register.accept(grant(1, 1));

    assertThat(register.reportAfter(0, LONG).sequence()).isEqualTo(1);
    assertThat(register.reportAfter(-1, LONG).sequence()).isEqualTo(1);
    assertThat(register.reportAfter(99, LONG).sequence()).isEqualTo(1);
  }

  @Test
  void aReportComesAlsoWhenNothingChanges() throws Exception {
    assertThat(register.reportAfter(0, Duration.ofMillis(10)).sequence()).isZero();
  }

  private static GrantRequest grant(long round, int grant) {
    return new GrantRequest(round, grant, List.of());
  }
}
