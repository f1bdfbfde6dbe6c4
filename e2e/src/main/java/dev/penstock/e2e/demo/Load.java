package dev.penstock.e2e.demo;

import java.time.Duration;

/**
 * What clients are to do.
 *
 * @param replicas how many of them there are
 * @param connections of each, and workers
 * @param think mean pause of a worker between two transactions
 * @param longest the longest time a transaction is held open; every other one is
 * @param url what they connect to, for JDBC
 * @param secret the Secret of their role, of type kubernetes.io/basic-auth
 */
public record Load(
    int replicas, int connections, Duration think, Duration longest, String url, String secret) {

  private static final Duration THINK = Duration.ofMillis(400);
  private static final Duration LONGEST = Duration.ofMillis(200);

  /** A load that a machine of two cores bears beside a cluster. */
  public static Load steady(int replicas, int connections, String url, String secret) {
    return new Load(replicas, connections, THINK, LONGEST, url, secret);
  }

  /** All connections that the clients open together. */
  public int total() {
    return replicas * connections;
  }
}
