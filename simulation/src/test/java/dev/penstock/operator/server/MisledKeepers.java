package dev.penstock.operator.server;

import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.probe.Answers;
import dev.penstock.operator.probe.ProbeTarget;
import dev.penstock.operator.probe.ServerFacts;
import dev.penstock.operator.probe.ServerView;
import dev.penstock.simulation.OperatorHost;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Operators that break one rule of the law each, by what they believe of the server and of pods.
 */
public final class MisledKeepers {

  private MisledKeepers() {}

  /** Takes every end for one that the server has confirmed. */
  public static OperatorHost.Keeper forgetsBeforeItIsConfirmed(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Answers answers(Answers real) {
        return new Passing.ToAnswers(real) {
          @Override
          public OptionalInt connectionsFrom(
              String key, ProbeTarget target, String address, Instant since) {
            return OptionalInt.of(0);
          }
        };
      }
    };
  }

  /** Believes what the server said of an address before the end that it is asked about. */
  public static OperatorHost.Keeper believesAnswersFromBeforeTheEnd(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Answers answers(Answers real) {
        return new Passing.ToAnswers(real) {
          @Override
          public OptionalInt connectionsFrom(
              String key, ProbeTarget target, String address, Instant since) {
            return super.connectionsFrom(key, target, address, Instant.EPOCH);
          }
        };
      }
    };
  }

  /** Takes a pod that is no more for a process that is no more. */
  public static OperatorHost.Keeper takesAVanishedPodForAnEnd(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Pods pods(Pods real) {
        return new Passing.ToPods(real) {
          @Override
          public Optional<PodFacts> departed(String uid) {
            return super.departed(uid).map(pod -> ended(pod, true));
          }
        };
      }
    };
  }

  /** Goes on raising up to the most that the server ever allowed. */
  public static OperatorHost.Keeper raisesOverTheBudget(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Answers answers(Answers real) {
        return new Passing.ToAnswers(real) {
          private int most;

          @Override
          public ServerView view(String key, ProbeTarget target) {
            ServerView view = super.view(key, target);
            ServerFacts facts = view.facts();
            if (facts == null) {
              return view;
            }
            most = Math.max(most, facts.maxConnections());
            return new ServerView(
                new ServerFacts(most, facts.superuserReserved(), facts.reserved(), facts.askedAt()),
                view.failure());
          }
        };
      }
    };
  }

  /** Takes what a pod's status says of an end for that of whoever runs there now. */
  public static OperatorHost.Keeper takesAnEarlierEndForALaterOne(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Pods pods(Pods real) {
        return new Passing.ToPods(real) {
          @Override
          public Collection<PodFacts> of(FleetId pool) {
            return super.of(pool).stream().map(MisledKeepers::timeless).toList();
          }

          @Override
          public Optional<PodFacts> departed(String uid) {
            return super.departed(uid).map(MisledKeepers::timeless);
          }
        };
      }
    };
  }

  private static PodFacts timeless(PodFacts pod) {
    return pod.life() instanceof PodFacts.Life.Ended(boolean clean, _) ? ended(pod, clean) : pod;
  }

  /** As if it had ended after all that ever happens. */
  private static PodFacts ended(PodFacts pod, boolean clean) {
    return new PodFacts(
        pod.pool(),
        pod.uid(),
        pod.name(),
        pod.address(),
        pod.port(),
        pod.createdAt(),
        pod.deleting(),
        pod.ready(),
        pod.served(),
        new PodFacts.Life.Ended(clean, Instant.MAX));
  }
}
