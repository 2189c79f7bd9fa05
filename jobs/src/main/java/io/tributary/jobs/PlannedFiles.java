package io.tributary.jobs;

import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A bounded source of the numbers of planned files, of which there may be none. */
final class PlannedFiles {

  /** After so long without a number, time is that of the stream beside it. */
  private static final Duration IDLENESS = Duration.ofSeconds(1);

  private PlannedFiles() {}

  /** The indices of {@code files}, spread over subtasks, and one behind them. */
  static DataStream<Long> numbers(StreamExecutionEnvironment env, List<?> files, String name) {
    // A sequence cannot be empty; the number behind the last file stands in for one.
    NumberSequenceSource numbers = new NumberSequenceSource(0, files.size());
    return numbers(env, numbers, WatermarkStrategy.noWatermarks(), name);
  }

  /** The same beside a stream that does not end. */
  static DataStream<Long> staying(StreamExecutionEnvironment env, List<?> files, String name) {
    NumberSequenceSource numbers = new StayingSequence(0, files.size());
    return numbers(
        env, numbers, WatermarkStrategy.<Long>noWatermarks().withIdleness(IDLENESS), name);
  }

  private static DataStream<Long> numbers(
      StreamExecutionEnvironment env,
      NumberSequenceSource source,
      WatermarkStrategy<Long> time,
      String name) {
    String id = "plan-" + name;
    return env.fromSource(source, time, id).uid(id).setParallelism(1).rebalance();
  }

  /** Whether {@code number} is the one that names no file. */
  static boolean isBehind(Long number, List<?> files) {
    return number >= files.size();
  }
}
