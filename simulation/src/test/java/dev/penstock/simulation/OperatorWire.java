package dev.penstock.simulation;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import dev.penstock.operator.fleet.Conversation;
import dev.penstock.operator.fleet.FleetSettings;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The way of an operator to the fleet's port at an address. */
final class OperatorWire implements Conversation.Wire {

  private final OperatorHost host;
  private final String address;

  OperatorWire(OperatorHost host, String address) {
    this.host = host;
    this.address = address;
  }

  @Override
  public void report(long after, Consumer<InstanceReport> answered, Runnable failed) {
    call(
        FleetSettings.DEFAULT.silence(),
        answered,
        failed,
        (instance, answer) -> instance.report(after, answer));
  }

  @Override
  public void grant(GrantRequest request, Consumer<InstanceReport> answered, Runnable failed) {
    call(
        FleetSettings.DEFAULT.grant(),
        answered,
        failed,
        (instance, answer) -> answer.accept(instance.grant(request)));
  }

  private void call(
      Duration timeout,
      Consumer<InstanceReport> answered,
      Runnable failed,
      BiConsumer<Instance, Consumer<InstanceReport>> request) {
    Call call = new Call(answered, failed);
    Network network = host.world().network();
    host.later(timeout, call::fail);
    network.send(
        host.name(),
        address,
        () ->
            host.world()
                .cluster()
                .at(address)
                .ifPresentOrElse(
                    instance ->
                        request.accept(
                            instance,
                            report ->
                                network.send(address, host.name(), () -> call.answer(report))),
                    () -> network.send(address, host.name(), call::fail)));
  }

  @Override
  public void later(Duration delay, Runnable what) {
    host.later(delay, what);
  }

  @Override
  public long nanoTime() {
    return host.world().time().now();
  }

  /** A request of which one answer, or one failure, is taken. */
  private final class Call {
    private final Consumer<InstanceReport> answered;
    private final Runnable failed;
    private boolean over;

    Call(Consumer<InstanceReport> answered, Runnable failed) {
      this.answered = answered;
      this.failed = failed;
    }

    void answer(InstanceReport report) {
      if (host.isAlive() && !over) {
        over = true;
        answered.accept(report);
      }
    }

    void fail() {
      if (host.isAlive() && !over) {
        over = true;
        failed.run();
      }
    }
  }
}
