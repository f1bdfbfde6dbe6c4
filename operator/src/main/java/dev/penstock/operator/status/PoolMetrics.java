package dev.penstock.operator.status;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** The law in figures, for each pool. Thread-safe. */
public final class PoolMetrics {

  private final Gauge budget;
  private final Gauge bound;
  private final Gauge granted;
  private final Gauge held;
  private final Gauge waiting;
  private final Gauge quarantined;

  /** Registers them. */
  public PoolMetrics(PrometheusRegistry registry) {
    budget = gauge(registry, "penstock_budget", "Server connections that the pool may use.");
    bound =
        gauge(
            registry,
            "penstock_bound",
            "Server connections that the instances can believe they may open.");
    granted = gauge(registry, "penstock_granted", "Server connections granted to the instances.");
    held = gauge(registry, "penstock_held", "Server connections open, by the last reports.");
    waiting = gauge(registry, "penstock_waiting", "Clients that wait for a server connection.");
    quarantined =
        gauge(
            registry,
            "penstock_quarantined_instances",
            "Instances whose end is not confirmed, and whose connections still count.");
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder().name(name).help(help).labelNames("namespace", "pool").register(registry);
  }

  /**
   * The figures of one pool.
   *
   * @param budget connections, 0 while it is unknown
   * @param bound sum of the bounds
   * @param granted sum of the grants
   * @param held connections open
   * @param waiting clients
   * @param quarantined instances
   */
  public record Figures(
      int budget, long bound, long granted, int held, int waiting, int quarantined) {}

  /** Sets them. */
  public void set(String namespace, String pool, Figures figures) {
    budget.labelValues(namespace, pool).set(figures.budget());
    bound.labelValues(namespace, pool).set((double) figures.bound());
    granted.labelValues(namespace, pool).set((double) figures.granted());
    held.labelValues(namespace, pool).set(figures.held());
    waiting.labelValues(namespace, pool).set(figures.waiting());
    quarantined.labelValues(namespace, pool).set(figures.quarantined());
  }

  /** Forgets a pool that is gone. */
  public void remove(String namespace, String pool) {
    List.of(budget, bound, granted, held, waiting, quarantined)
        .forEach(gauge -> gauge.remove(namespace, pool));
  }
}
