package dev.penstock.operator.fleet;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the two threads of an {@link InstanceWatch} do, in simulated time: one long poll after the
 * other, and a grant told until it is answered. What is believed of what is heard is the real
 * {@link Hearing}.
 */
public final class Conversation {

  /** The way to one pod, and time. Of an operator that is no more nothing is called back. */
  public interface Wire {

    /** Asks for a report that follows {@code after}. */
    void report(long after, Consumer<InstanceReport> answered, Runnable failed);

    /** Tells a grant. */
    void grant(GrantRequest request, Consumer<InstanceReport> answered, Runnable failed);

    /** Has something happen in a while. */
    void later(Duration delay, Runnable what);

    /** The operator's monotonic clock. */
    long nanoTime();
  }

  private final Target target;
  private final FleetSettings settings;
  private final Wire wire;
  private final Runnable onChange;
  private final Hearing hearing;
  private long after = InstanceClient.NOTHING_SEEN;
  private @Nullable GrantRequest wanted;
  private @Nullable GrantRequest told;
  private boolean telling;
  private boolean closed;

  /** Begins to listen. */
  public Conversation(Target target, FleetSettings settings, Wire wire, Runnable onChange) {
    this.target = target;
    this.settings = settings;
    this.wire = wire;
    this.onChange = onChange;
    this.hearing = new Hearing(target.uid(), settings);
    listen();
  }

  /** To whom it is. */
  public Target target() {
    return target;
  }

  /** What is known. */
  public Optional<Sighting> sighting(Collection<String> recorded) {
    return hearing.sighting(recorded, wire.nanoTime());
  }

  /** Tells a grant until it is answered or another one replaces it. */
  public void tell(GrantRequest grant) {
    wanted = grant;
    deliver();
  }

  /** Says and hears nothing any more. */
  public void close() {
    closed = true;
  }

  private void listen() {
    if (closed) {
      return;
    }
    long asked = wire.nanoTime();
    wire.report(
        after,
        report -> {
          after = report.sequence();
          accept(report, asked);
          wire.later(settings.pause(), this::listen);
        },
        () -> {
          after = InstanceClient.NOTHING_SEEN;
          failed();
          wire.later(settings.shortestRetry(), this::listen);
        });
  }

  private void deliver() {
    GrantRequest next = wanted;
    if (closed || telling || next == null || next.equals(told)) {
      return;
    }
    telling = true;
    long asked = wire.nanoTime();
    wire.grant(
        next,
        report -> {
          telling = false;
          told = next;
          accept(report, asked);
          deliver();
        },
        () -> {
          failed();
          wire.later(
              settings.shortestRetry(),
              () -> {
                telling = false;
                deliver();
              });
        });
  }

  private void accept(InstanceReport report, long asked) {
    if (!closed && hearing.accept(report, asked, wire.nanoTime())) {
      onChange.run();
    }
  }

  private void failed() {
    if (!closed && hearing.failed()) {
      onChange.run();
    }
  }
}
