package io.tributary.dimensions.definitions;

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

/**
 * A pattern on which backtracking takes time exponential in the length of the value, on values that
 * almost match it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class PatternBenchmark {

  /** Of the value. */
  @Param({"10", "100", "1000", "10000"})
  public int characters;

  private Definitions definitions;
  private SourceRow row;

  @Setup
  public void load() throws InvalidDefinitionsException {
    definitions =
        Definitions.load(
            "benchmark",
            "Dimensions: {D: {Source: Tag:x, Groups: {hit: [Matches: '(a+)+$']}, DefaultValue: no}}");
    row = new EvalRow(definitions, Map.of("Tag:x", "a".repeat(characters - 1) + "!"));
  }

  @Benchmark
  public @Nullable String explosive() {
    return definitions.element("D", row);
  }
}
