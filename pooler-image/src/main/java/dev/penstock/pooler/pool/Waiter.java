package dev.penstock.pooler.pool;

/** A client that waits for its pool. All methods are called on the event loop. */
public interface Waiter {

  /** A server connection is the client's from now on. */
  void serve(Slot slot);

  /** The pool has seen a server: what its sessions begin with is known. */
  void welcome(Welcome welcome);

  /** The wait is over, in vain. */
  void refuse(Refusal refusal);

  /** When the wait began, by the clock of the pools in nanoseconds. */
  long waitingSince();
}
