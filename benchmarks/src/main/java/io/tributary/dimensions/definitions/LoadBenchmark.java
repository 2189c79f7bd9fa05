package io.tributary.dimensions.definitions;

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

/** Text of 10,000 rules to definitions ready for lines, in a JVM that just started and later. */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
public class LoadBenchmark {

  private String yaml;

  @Setup
  public void write() {
    yaml = new Workload(10_000).yaml();
  }

  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Fork(10)
  @Warmup(iterations = 0)
  @Measurement(iterations = 1)
  public Definitions cold() throws InvalidDefinitionsException {
    return Definitions.load("benchmark", yaml);
  }

  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @Fork(3)
  @Warmup(iterations = 3, time = 2)
  @Measurement(iterations = 5, time = 1)
  public Definitions warm() throws InvalidDefinitionsException {
    return Definitions.load("benchmark", yaml);
  }
}
