package dev.penstock.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Assertions;

/**
 * The law in the simulated world, with operator and poolers as they are: whatever is lost, late,
 * doubled, crashed or gone, it holds after every event, and when the faults are over all comes to
 * rest as the decision wants it.
 */
class SimulationTest {

  private static final int STEPS = 100_000;
  private static final long SEED = 82;

  /** Of a failing walk, as it was printed. */
  private static final String WALK = "penstock.simulation.walk";

  /** Of a campaign, as it was printed. */
  private static final String CAMPAIGN = "penstock.simulation.seed";

  /** How long to walk at least, such as PT1H. */
  private static final String DURATION = "penstock.simulation.duration";

  @Property(tries = 1)
  void nothingThatHappensBreaksTheLaw(@ForAll Random random) {
    Campaign campaign = new Campaign(new Rig());
    Long walk = Long.getLong(WALK);
    if (walk != null) {
      Walk again = Walk.of(walk);
      again.failure(new Rig()).ifPresent(_ -> Assertions.fail(campaign.describe(again)));
      return;
    }
    Duration duration = Duration.parse(System.getProperty(DURATION, "PT0S"));
    // The same walks in every build, so that none fails by chance; others in a long one.
    long seed = Long.getLong(CAMPAIGN, duration.isZero() ? SEED : random.nextLong());
    System.out.printf("walking from seed %d%n", seed);
    Optional<Walk> failed = campaign.firstToFail(seed, STEPS, duration);
    System.out.printf("%d steps in %d walks%n", campaign.steps(), campaign.walks());
    failed.ifPresent(found -> Assertions.fail(campaign.describe(found)));
  }
}
