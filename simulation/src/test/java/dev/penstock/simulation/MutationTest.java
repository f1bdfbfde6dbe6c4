package dev.penstock.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import dev.penstock.operator.server.MisledKeepers;
import dev.penstock.operator.server.MutantKeepers;
import dev.penstock.pooler.pool.Backend;
import dev.penstock.pooler.pool.Grantable;
import dev.penstock.pooler.pool.Slot;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * One rule of the law is broken on purpose in each: the simulation finds it, or it would not find
 * the same mistake made by accident.
 */
class MutationTest {

  private static final long SEED = 20301;
  private static final int ENOUGH = 50_000;

  private static void isFound(Rig mutant) {
    Campaign campaign = new Campaign(mutant);
    Optional<Walk> failed = campaign.firstToFail(SEED, ENOUGH, Duration.ZERO);
    System.out.printf("found after %d steps%n", campaign.steps());
    assertThat(failed).as("a walk in which the broken rule shows").isPresent();
    assertThat(failed.orElseThrow().failure(mutant).orElseThrow().what())
        .as("the law itself is seen to be broken")
        .doesNotContain("never at rest");
  }

  private static Rig operator(Function<OperatorHost, OperatorHost.Keeper> keeper) {
    return new Rig() {
      @Override
      public OperatorHost.Keeper keeper(OperatorHost host) {
        return keeper.apply(host);
      }
    };
  }

  /** How an instance takes a grant. */
  private interface Register {
    InstanceReport grant(InstancePort real, Grantable pools, GrantRequest request);
  }

  private static Rig instance(Register register) {
    return new Rig() {
      @Override
      InstancePort port(Grantable pools, String incarnation) {
        InstancePort real = super.port(pools, incarnation);
        return new InstancePort() {
          @Override
          public InstanceReport grant(GrantRequest request) {
            return register.grant(real, pools, request);
          }

          @Override
          public InstanceReport report() {
            return real.report();
          }
        };
      }
    };
  }

  @Test
  void anOperatorThatTellsBeforeItWrites() {
    isFound(operator(MutantKeepers::tellsBeforeItWrites));
  }

  @Test
  void anOperatorThatWritesWithoutComparing() {
    isFound(operator(MutantKeepers::writesWithoutComparing));
  }

  @Test
  void anOperatorThatReusesBeforeItIsAcknowledged() {
    isFound(operator(MutantKeepers::reusesBeforeItIsAcknowledged));
  }

  @Test
  void anOperatorThatDoesNotLookAtWhatIsHeld() {
    isFound(operator(MutantKeepers::doesNotLookAtWhatIsHeld));
  }

  @Test
  void anOperatorThatForgetsBeforeItIsConfirmed() {
    isFound(operator(MisledKeepers::forgetsBeforeItIsConfirmed));
  }

  @Test
  void anOperatorThatBelievesAnswersFromBeforeTheEnd() {
    isFound(operator(MisledKeepers::believesAnswersFromBeforeTheEnd));
  }

  @Test
  void anOperatorThatTakesAVanishedPodForAnEnd() {
    isFound(operator(MisledKeepers::takesAVanishedPodForAnEnd));
  }

  @Test
  void anOperatorThatRaisesOverTheBudget() {
    isFound(operator(MisledKeepers::raisesOverTheBudget));
  }

  @Test
  void anOperatorThatTakesAnEarlierEndForALaterOne() {
    isFound(operator(MisledKeepers::takesAnEarlierEndForALaterOne));
  }

  @Test
  void anOperatorThatForgetsWithThePool() {
    isFound(operator(MutantKeepers::forgetsWithThePool));
  }

  @Test
  void anInstanceThatAcceptsAnOlderRound() {
    isFound(
        instance(
            (real, pools, request) -> {
              InstanceReport report = real.grant(request);
              if (request.round() < report.round()
                  && report.incarnation().equals(request.incarnation())) {
                pools.grant(request.grant()).join();
              }
              return real.report();
            }));
  }

  @Test
  void anInstanceThatStartsWithAGrant() {
    isFound(
        new Rig() {
          @Override
          int grantAtStart() {
            return 2;
          }
        });
  }

  @Test
  void aProcessThatCallsItselfAsTheOneBeforeIt() {
    isFound(
        new Rig() {
          @Override
          String incarnation(String drawn, String before) {
            return before.isEmpty() ? drawn : before;
          }
        });
  }

  @Test
  void anInstanceThatTakesAGrantMeantForAnother() {
    isFound(
        instance(
            (real, _, request) ->
                real.grant(new GrantRequest(request.round(), request.grant(), request.peers()))));
  }

  @Test
  void aPoolThatDoesNotCountAClosingConnection() {
    isFound(
        new Rig() {
          @Override
          Backend connection(Slot slot, Backend real) {
            return new Backend() {
              @Override
              public void terminate(String reason) {
                real.terminate(reason);
                slot.gone();
              }

              @Override
              public void check() {
                real.check();
              }
            };
          }
        });
  }
}
