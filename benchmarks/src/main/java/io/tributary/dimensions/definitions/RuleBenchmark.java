package io.tributary.dimensions.definitions;

import io.tributary.events.Charge;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** Time per line of one dimension, nothing remembered: by the index, and rule after rule. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class RuleBenchmark {

  /** Rules of the dimension. */
  @Param({"10", "100", "1000", "10000"})
  public int rules;

  private Definitions definitions;
  private Grouping grouping;
  private List<Charge> charges;
  private int next;

  @Setup
  public void load() throws InvalidDefinitionsException {
    Workload workload = new Workload(rules);
    definitions = Definitions.load("benchmark", workload.yaml());
    grouping = definitions.grouping("Team");
    charges = workload.charges(4_096);
  }

  private Evaluation line() {
    Charge charge = charges.get(next++ % charges.size());
    return definitions.evaluate(new ChargeRow(charge, Map.of(), EntityLookup.NONE));
  }

  @Benchmark
  public @Nullable String indexed() {
    return grouping.element(line());
  }

  @Benchmark
  public @Nullable String ruleAfterRule() {
    return grouping.walk(line());
  }
}
