package dev.penstock.operator.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The law in a simulated world, checked after every step of any interleaving. */
class LawTest {

  @Provide
  Arbitrary<List<World.Step>> steps() {
    return Arbitraries.of(World.Step.class).list().ofMinSize(50).ofMaxSize(400);
  }

  @Property(tries = 1500)
  void noInterleavingBreaksTheLaw(@ForAll("steps") List<World.Step> steps, @ForAll long seed) {
    World world = new World(seed);
    for (World.Step step : steps) {
      world.take(step);
      world.checkLaw();
    }
  }

  @Property(tries = 500)
  void onceTheWorldIsAtRestTheWholeBudgetIsGivenOut(
      @ForAll("steps") List<World.Step> steps, @ForAll long seed) {
    World world = new World(seed);
    for (World.Step step : steps) {
      world.take(step);
    }
    world.settle();
    assertThat(world.grantedAtRest()).isEqualTo(world.budgetAtRest());
  }
}
