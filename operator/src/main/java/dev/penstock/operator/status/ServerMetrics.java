package dev.penstock.operator.status;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** The law in figures, for each server. Thread-safe. */
public final class ServerMetrics {

  private final Gauge budget;
  private final Gauge bound;
  private final Gauge granted;
  private final Gauge round;

  /** Registers them. */
  public ServerMetrics(PrometheusRegistry registry) {
    budget =
        gauge(
            registry,
            "penstock_server_budget",
            "Server connections that all pools of the server may have together.");
    bound =
        gauge(
            registry,
            "penstock_server_bound",
            "Server connections that all instances can believe they may open.");
    granted =
        gauge(
            registry,
            "penstock_server_granted",
            "Server connections granted to all instances of the server.");
    round = gauge(registry, "penstock_server_round", "Round in which grants were decided last.");
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder()
        .name(name)
        .help(help)
        .labelNames("namespace", "server")
        .register(registry);
  }

  /**
   * The figures of one server.
   *
   * @param budget connections, 0 while it is unknown
   * @param bound sum of the bounds
   * @param granted sum of the grants
   * @param round the last
   */
  public record Figures(int budget, long bound, long granted, long round) {}

  /** Sets them. */
  public void set(String namespace, String server, Figures figures) {
    budget.labelValues(namespace, server).set(figures.budget());
    bound.labelValues(namespace, server).set((double) figures.bound());
    granted.labelValues(namespace, server).set((double) figures.granted());
    round.labelValues(namespace, server).set((double) figures.round());
  }

  /** Forgets a server that is gone. */
  public void remove(String namespace, String server) {
    List.of(budget, bound, granted, round).forEach(gauge -> gauge.remove(namespace, server));
  }
}
