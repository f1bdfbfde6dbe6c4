package dev.penstock.simulation;

import dev.penstock.pooler.pool.Backend;
import dev.penstock.pooler.pool.LoginFailure;
import dev.penstock.pooler.pool.Slot;
import dev.penstock.pooler.pool.Welcome;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection of an instance to the database, as {@code ServerConnection} behaves: before it is
 * connected it can be dropped, during the login it is ended by an end of stream, later by
 * Terminate; each time it counts until the server's end of stream has been read.
 */
final class SimulatedConnection implements Backend {

  private static final Welcome WELCOME = new Welcome(Map.of("server_version", "18"));
  private static final LoginFailure UNREACHABLE =
      new LoginFailure("08001", "unreachable", LoginFailure.Kind.DOWN);
  private static final LoginFailure TOO_MANY =
      new LoginFailure("53300", "sorry, too many clients already", LoginFailure.Kind.NO_PLACE);

  private final Instance instance;
  private final Slot slot;
  private final Timeline time;
  private final Chance chance;
  private Database.@Nullable Session session;
  private boolean closing;
  private boolean gone;

  SimulatedConnection(Instance instance, Slot slot, Timeline time, Chance chance) {
    this.instance = instance;
    this.slot = slot;
    this.time = time;
    this.chance = chance;
  }

  void begin(Database database) {
    later(Duration.ofMillis(chance.percent(5) ? 2000 : 20), () -> connect(database));
  }

  private void connect(Database database) {
    if (closing) {
      return;
    }
    switch (database.accept(instance.process(), instance.address(), this::ended)) {
      case Database.Outcome.Accepted(var opened) -> {
        session = opened;
        later(Duration.ofMillis(chance.percent(5) ? 1000 : 20), this::logIn);
      }
      case Database.Outcome.Refused _ -> fail(TOO_MANY);
      case Database.Outcome.Unreachable _ -> fail(UNREACHABLE);
    }
  }

  private void logIn() {
    if (!closing && !gone) {
      slot.loggedIn(WELCOME);
    }
  }

  private void fail(LoginFailure failure) {
    slot.loginFailed(failure);
    terminate("login failed");
  }

  @Override
  public void terminate(String reason) {
    if (closing) {
      return;
    }
    closing = true;
    slot.closing();
    if (session == null) {
      instance.forget(this);
      slot.gone();
    } else {
      session.terminate();
    }
  }

  @Override
  public void check() {
    later(Duration.ofMillis(10), this::checked);
  }

  private void checked() {
    if (!closing && !gone && slot.state() == Slot.State.ACTIVE) {
      slot.released();
    }
  }

  /** The server has closed its end. */
  private void ended() {
    if (instance.isAlive() && !gone) {
      gone = true;
      instance.forget(this);
      slot.gone();
    }
  }

  /** The process is no more; what is left of it is the server's to notice. */
  void abandon() {
    closing = true;
    if (session != null) {
      session.abandon();
    }
  }

  private void later(Duration longest, Runnable what) {
    time.after(
        chance.upTo(longest),
        () -> {
          if (instance.isAlive()) {
            what.run();
          }
        });
  }
}
