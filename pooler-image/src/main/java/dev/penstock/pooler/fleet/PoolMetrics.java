package dev.penstock.pooler.fleet;

import dev.penstock.pooler.pool.Grantable;
import dev.penstock.pooler.pool.PoolStatistics;
import dev.penstock.pooler.pool.Statistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** The pools' figures for Prometheus, asked of the event loop at each scrape. */
final class PoolMetrics implements MultiCollector {

  private static final String PREFIX = "penstock_pool_";

  private final Grantable pools;
  private final Statistics statistics;
  private final LongSupplier round;

  PoolMetrics(Grantable pools, Statistics statistics, LongSupplier round) {
    this.pools = pools;
    this.statistics = statistics;
    this.round = round;
  }

  @Override
  public MetricSnapshots collect() {
    var usage = answerOf(pools.usage());
    var all = answerOf(statistics.statistics());
    // Standalone there is no grant, which is to say an infinite one.
    var grant = usage.grant() == Integer.MAX_VALUE ? Double.POSITIVE_INFINITY : usage.grant();
    return MetricSnapshots.of(
        gauge("grant", "Server connections that may be open.", grant),
        gauge("held", "Server connections that are open, as the server counts.", usage.held()),
        gauge("round", "Round of the grant in force.", (double) round.getAsLong()),
        gauges("clients_active", "Clients with a server.", all, PoolStatistics::clientsActive),
        gauges("clients_waiting", "Clients without one.", all, PoolStatistics::clientsWaiting),
        gauges("servers_active", "Servers with a client.", all, PoolStatistics::serversActive),
        gauges("servers_idle", "Servers ready for one.", all, PoolStatistics::serversIdle),
        gauges("servers_connecting", "Until logged in.", all, PoolStatistics::serversConnecting),
        gauges("servers_closing", "Told to end.", all, PoolStatistics::serversClosing),
        gauges("servers_lost", "Ended unseen.", all, PoolStatistics::serversLost),
        counters("queries", "Queries answered.", all, PoolStatistics::queries),
        counters("transactions", "Transactions ended.", all, PoolStatistics::transactions),
        counters("errors", "Errors sent to clients.", all, PoolStatistics::errors),
        counters("received_bytes", "Bytes from clients.", all, PoolStatistics::bytesIn),
        counters("sent_bytes", "Bytes to clients.", all, PoolStatistics::bytesOut),
        waits(all));
  }

  private static MetricSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(PREFIX + name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static MetricSnapshot gauges(
      String name, String help, List<PoolStatistics> all, ToDoubleFunction<PoolStatistics> value) {
    var gauges = GaugeSnapshot.builder().name(PREFIX + name).help(help);
    for (var pool : all) {
      gauges.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(labels(pool))
              .value(value.applyAsDouble(pool))
              .build());
    }
    return gauges.build();
  }

  private static MetricSnapshot counters(
      String name, String help, List<PoolStatistics> all, ToDoubleFunction<PoolStatistics> value) {
    var counters = CounterSnapshot.builder().name(PREFIX + name).help(help);
    for (var pool : all) {
      counters.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(labels(pool))
              .value(value.applyAsDouble(pool))
              .build());
    }
    return counters.build();
  }

  private static MetricSnapshot waits(List<PoolStatistics> all) {
    var waits =
        HistogramSnapshot.builder()
            .name(PREFIX + "wait_seconds")
            .help("How long clients waited for a server.");
    for (var pool : all) {
      var buckets = ClassicHistogramBuckets.builder();
      for (var bucket : pool.waits().buckets()) {
        buckets.bucket(bucket.upperBoundSeconds(), bucket.observations());
      }
      waits.dataPoint(
          HistogramDataPointSnapshot.builder()
              .labels(labels(pool))
              .classicHistogramBuckets(buckets.build())
              .sum(pool.waits().sumSeconds())
              .build());
    }
    return waits.build();
  }

  private static Labels labels(PoolStatistics pool) {
    return Labels.of("database", pool.database(), "user", pool.user());
  }

  private static <T> T answerOf(CompletableFuture<T> asked) {
    try {
      return asked.get(GrantRegister.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the instance is about to end", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the event loop does not answer", e);
    }
  }
}
