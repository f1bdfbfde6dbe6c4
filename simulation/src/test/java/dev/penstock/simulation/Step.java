package dev.penstock.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Something that happens in the world, and after it a little time passes.
 *
 * @param salt what is left to chance in it depends on this number alone, so that steps can be taken
 *     out of a walk without changing the others
 */
record Step(Kind kind, long salt) {

  /** What may happen, and how often beside the others. */
  enum Kind {
    TIME_PASSES(30, world -> world.time().run(world.chance().upTo(Duration.ofSeconds(3)))),
    MUCH_TIME_PASSES(2, world -> world.time().run(Duration.ofSeconds(world.chance().below(60)))),
    CLIENTS_COME_OR_GO(12, onNode((world, node) -> node.clients(world.chance().below(10)))),
    LOAD_SWINGS(
        2,
        world -> {
          boolean odd = world.chance().percent(50);
          for (Node node : world.cluster().nodes()) {
            node.clients(node.isOdd() == odd ? 9 : 0);
          }
        }),
    SCALE_OUT(
        5,
        world -> {
          if (world.cluster().nodes().size() < World.MOST_PODS) {
            world.chance().oneOf(world.tenants().staying()).ifPresent(world.cluster()::create);
          }
        }),
    SCALE_IN(4, onNode((world, node) -> node.delete())),
    POOL_DELETED(
        1,
        world ->
            world.chance().oneOf(world.tenants().staying()).ifPresent(world.tenants()::delete)),
    POOL_CREATED(
        3,
        world ->
            world
                .chance()
                .oneOf(world.tenants().missing())
                .ifPresent(pool -> world.tenants().add(pool, world.chance().between(0, 2)))),
    DELETED_BY_FORCE(2, onNode((world, node) -> node.deleteByForce())),
    KILLED(3, onNode((world, node) -> node.crash())),
    RESTARTED(2, onNode((world, node) -> node.restart())),
    NODE_LOST(1, onNode((world, node) -> node.lose())),
    KUBELET_CUT_OFF(2, onNode((world, node) -> node.cutOff(true))),
    KUBELET_BACK(3, onNode((world, node) -> node.cutOff(false))),
    PARTITION(
        3,
        onNode(
            (world, node) ->
                world
                    .operator()
                    .ifPresent(
                        host -> {
                          if (world.chance().percent(70)) {
                            world.network().cut(host.name(), node.address);
                          }
                          if (world.chance().percent(70)) {
                            world.network().cut(node.address, host.name());
                          }
                        }))),
    NETWORK_SUFFERS(
        4,
        world ->
            world
                .network()
                .weather(
                    world.chance().below(40),
                    world.chance().below(40),
                    world.chance().upTo(Duration.ofSeconds(8)))),
    NETWORK_MENDED(4, world -> world.network().mend()),
    OPERATOR_CRASHES(
        3, world -> world.operator().ifPresent(host -> host.crashAfter(world.chance().below(25)))),
    OPERATOR_STARTS(
        4,
        world -> {
          if (world.operators().size() < World.MOST_OPERATORS) {
            var _ = world.startOperator();
          }
        }),
    WATCH_LAGS(2, world -> world.operator().ifPresent(host -> host.watchLags(true))),
    WATCH_CATCHES_UP(3, world -> world.operator().ifPresent(host -> host.watchLags(false))),
    CLOCK_JUMPS(
        2,
        world ->
            world.operator().ifPresent(host -> host.skew(world.chance().aroundZero(World.SKEW)))),
    API_FAILS(2, world -> world.api().failing(world.chance().below(60))),
    API_RECOVERS(3, world -> world.api().failing(0)),
    ANOTHER_WRITES(3, world -> world.api().touch()),
    DATABASE_RESTARTS(
        1, world -> world.database().restart(world.chance().between(World.LEAST_CONNECTIONS, 60))),
    DATABASE_OUT_OF_REACH(1, world -> world.database().reachable(false)),
    DATABASE_BACK(3, world -> world.database().reachable(true));

    private final int weight;

    /** Without a state of its own. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<World> what;

    Kind(int weight, Consumer<World> what) {
      this.weight = weight;
      this.what = what;
    }

    void take(World world) {
      what.accept(world);
    }

    int weight() {
      return weight;
    }

    private interface OnNode {
      void happens(World world, Node node);
    }

    private static Consumer<World> onNode(OnNode what) {
      return world -> {
        Optional<Node> node = world.chance().oneOf(world.cluster().nodes());
        node.ifPresent(chosen -> what.happens(world, chosen));
      };
    }
  }
}
