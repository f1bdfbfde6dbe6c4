package dev.penstock.pooler.prepared;

import java.util.Arrays;

/**
 * What makes two statements the same: the body of a Parse after the name, which is its text and the
 * types of its parameters. Nobody changes it.
 */
final class Definition {
  private final byte[] tail;
  private final int hash;

  Definition(byte[] tail) {
    this.tail = tail;
    this.hash = Arrays.hashCode(tail);
  }

  /** Not copied. */
  byte[] tail() {
    return tail;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Definition definition
        && hash == definition.hash
        && Arrays.equals(tail, definition.tail);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Without the text, which may hold what is secret. */
  @Override
  public String toString() {
    return "Definition[" + tail.length + " bytes]";
  }
}
