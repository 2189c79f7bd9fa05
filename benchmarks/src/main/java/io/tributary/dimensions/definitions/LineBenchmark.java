package io.tributary.dimensions.definitions;

import io.tributary.events.Charge;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole lines under 1,000 rules: 65,536 lines, like 5,000 distinct ones by Zipf's law, over and
 * over; with and without a memo of 10,000 results.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class LineBenchmark {

  private Definitions definitions;
  private Evaluator evaluator;
  private List<Charge> charges;
  private int[] order;
  private int next;

  @Setup
  public void load() throws InvalidDefinitionsException {
    Workload workload = new Workload(1_000);
    definitions = Definitions.load("benchmark", workload.yaml());
    evaluator = definitions.memoized(10_000);
    charges = workload.charges(5_000);
    order = workload.zipf(5_000, 1 << 16);
  }

  private SourceRow row() {
    Charge charge = charges.get(order[next++ & (order.length - 1)]);
    return new ChargeRow(charge, Map.of(), EntityLookup.NONE);
  }

  @Benchmark
  public SortedMap<String, String> remembered() {
    return evaluator.elements(row());
  }

  @Benchmark
  public SortedMap<String, String> evaluated() {
    return definitions.elements(row());
  }
}
