package dev.penstock.bench.budget;

import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Decision;
import dev.penstock.operator.budget.Ledger;
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

/** The ledger on the way to a decision's targets, and what it hears of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx512m", "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LedgerBenchmark {

  private static final int POOLS = 10;

  @Param({"10", "100", "1000", "10000"})
  int instances;

  private Budget budget = new Budget(0);
  private Ledger even = Ledger.EMPTY;
  private Map<String, Integer> targets = Map.of();
  private Ledger lowered = Ledger.EMPTY;
  private List<Ledger.Heard> answers = List.of();

  /**
   * All had an even share, then demand came; those that were lowered have done as they were told.
   */
  @Setup
  public void share() {
    budget = new Budget(instances * Fleet.CONNECTIONS);
    Map<String, Integer> idle =
        Decision.decide(budget, Fleet.idle(POOLS, instances), true).grants();
    even = Ledger.EMPTY.plan(budget, idle);
    targets = Decision.decide(budget, Fleet.of(POOLS, instances, idle), true).grants();
    Ledger told = even.plan(budget, targets);
    answers =
        told.entries().entrySet().stream()
            .map(
                entry ->
                    new Ledger.Heard(
                        entry.getKey(), entry.getValue().round(), entry.getValue().grant(), 0))
            .toList();
    lowered = told.hear(answers);
  }

  /** Most grants change: the first half of a move. */
  @Benchmark
  public Ledger lower() {
    return even.plan(budget, targets);
  }

  /** What has become free is given: the second half. */
  @Benchmark
  public Ledger raise() {
    return lowered.plan(budget, targets);
  }

  /** Every instance reports. */
  @Benchmark
  public Ledger hear() {
    return even.hear(answers);
  }
}
