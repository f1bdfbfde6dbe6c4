package dev.penstock.bench.budget;

import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Decision;
import dev.penstock.operator.budget.Share;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A decision from nothing, and one in which clients wait for what others have. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx512m", "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecisionBenchmark {

  @Param({"10", "100", "1000", "10000"})
  int instances;

  @Param({"1", "100"})
  int pools;

  private Budget budget = new Budget(0);
  private List<Share> fresh = List.of();
  private List<Share> contended = List.of();

  /** What is contended was shared while each had its demand in another order. */
  @Setup
  public void share() {
    budget = new Budget(instances * Fleet.CONNECTIONS);
    fresh = Fleet.of(pools, instances, Map.of());
    Map<String, Integer> idle =
        Decision.decide(budget, Fleet.idle(pools, instances), true).grants();
    contended = Fleet.of(pools, instances, idle);
  }

  /** No one has anything: all is shared anew. */
  @Benchmark
  public Decision fromNothing() {
    return Decision.decide(budget, fresh, true);
  }

  /** Clients wait for what others do not demand. */
  @Benchmark
  public Decision contended() {
    return Decision.decide(budget, contended, true);
  }
}
