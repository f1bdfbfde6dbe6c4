package dev.penstock.e2e.cluster;

/** The cluster, or a program that works on it, did not do what was asked; the message says why. */
public final class ClusterException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ClusterException(String message) {
    super(message);
  }

  ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
