package dev.penstock.pooler.config;

import java.util.function.Supplier;

/** A value that a reload replaces: who uses it asks for it each time. Thread-safe. */
public final class Replaceable<T> implements Supplier<T> {
  private volatile T current;

  public Replaceable(T first) {
    current = first;
  }

  @Override
  public T get() {
    return current;
  }

  /** From now on it is this. */
  public void replace(T next) {
    current = next;
  }
}
