package dev.penstock.pooler.pool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection that counts against the grant, from before {@code connect()} until the server has
 * closed its end. Owned by the event loop.
 *
 * <pre>
 *   CONNECTING ──loggedIn──▶ IDLE ◀──released── ACTIVE
 *       │                     │ ╰──── served ─────▲ │
 *       │ loginFailed         │ closing           │ │ closing
 *       ▼                     ▼                     ▼
 *     CLOSING ◀───────────────┴─────────────────────╯
 *       │ gone: the server's end of stream was read
 *       ▼
 *      GONE   (reached from any state when the server closes first)
 *       ▲
 *       │ after a set time
 *      LOST   (reached from any state when the connection ends without a word of the server)
 * </pre>
 */
public final class Slot {

  /** Where a connection stands. */
  public enum State {
    CONNECTING,
    IDLE,
    ACTIVE,
    CLOSING,
    LOST,
    GONE
  }

  private final Pool pool;
  private final Upstream upstream;
  private final long id;
  private final long opened;
  private final long endOfLife;
  private State state = State.CONNECTING;
  private @Nullable Backend backend;
  private long since;
  private boolean checking;
  private boolean closesSoon;
  private @Nullable String outdated;

  /**
   * @param id no other connection of the process has it
   * @param endOfLife by the clock of the pools in nanoseconds
   */
  Slot(Pool pool, Upstream upstream, long id, long now, long endOfLife) {
    this.pool = pool;
    this.upstream = upstream;
    this.id = id;
    this.opened = now;
    this.since = now;
    this.endOfLife = endOfLife;
  }

  /** The pool it belongs to. */
  public Pool pool() {
    return pool;
  }

  /** Its number, among all connections of the process. */
  public long id() {
    return id;
  }

  /** When it was begun, by the clock of the pools in nanoseconds. */
  public long opened() {
    return opened;
  }

  /** The server that it leads to. */
  Upstream upstream() {
    return upstream;
  }

  /** Whether it will be closed as soon as it is free, because others are to take its place. */
  public boolean isOutdated() {
    return outdated != null;
  }

  /** Why it is {@link #isOutdated}; null when it is not. */
  @Nullable String outdated() {
    return outdated;
  }

  /** It is to be closed as soon as it is free. */
  void outdate(String reason) {
    outdated = reason;
  }

  /** Where it stands. */
  public State state() {
    return state;
  }

  /** The connection itself. */
  public Backend backend() {
    return Objects.requireNonNull(backend, "no connection attached to the slot");
  }

  /** Gives the slot its connection. */
  public void attach(Backend connection) {
    backend = connection;
  }

  /** The login is complete; {@code welcome} is what the session began with. */
  public void loggedIn(Welcome welcome) {
    pool.loggedIn(this, welcome);
  }

  /** The login came to nothing. The connection is closing or gone when this is called. */
  public void loginFailed(LoginFailure failure) {
    pool.loginFailed(this, failure);
  }

  /** The connection is clean, and no one's. */
  public void released() {
    endCheck();
    pool.released(this);
  }

  /** The connection has begun to end by itself; it still counts. */
  public void closing() {
    if (isOpen()) {
      move(State.CLOSING);
    }
  }

  /** The server has closed its end: the connection counts no longer. */
  public void gone() {
    if (state != State.GONE) {
      move(State.GONE);
      pool.freed();
    }
  }

  /**
   * The connection has ended, but nothing proves that the server knows: it goes on counting for a
   * set time.
   */
  public void lost() {
    if (state != State.LOST && state != State.GONE) {
      move(State.LOST);
      pool.freed();
    }
  }

  /** Whether it may still be used, or will be. */
  boolean isOpen() {
    return state != State.CLOSING && state != State.LOST && state != State.GONE;
  }

  void move(State next) {
    State before = state;
    if (next != State.ACTIVE) {
      endCheck();
    }
    state = next;
    since = pool.now();
    pool.moved(this, before, next);
  }

  /** Ends a connection that is in the middle of nothing. */
  void end(String reason) {
    closesSoon = state != State.CONNECTING;
    move(State.CLOSING);
    backend().terminate(reason);
  }

  void check() {
    checking = true;
    backend().check();
  }

  private void endCheck() {
    if (checking) {
      checking = false;
      pool.checked();
    }
  }

  /** Whether the server is expected to close its end at once, since it was doing nothing. */
  boolean closesSoon(long now, long patience) {
    return closesSoon && state == State.CLOSING && now - since < patience;
  }

  /** When it came to where it stands, by the clock of the pools. */
  public long since() {
    return since;
  }

  boolean isOverdue(long now) {
    return now - endOfLife >= 0;
  }
}
