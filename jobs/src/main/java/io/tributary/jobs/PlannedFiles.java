package io.tributary.jobs;

import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A bounded source of the numbers of planned files, of which there may be none. */
final class PlannedFiles {

  private PlannedFiles() {}

  /** The indices of {@code files}, spread over subtasks, and one behind them. */
  static DataStream<Long> numbers(StreamExecutionEnvironment env, List<?> files, String name) {
    String id = "plan-" + name;
    // A sequence cannot be empty; the number behind the last file stands in for one.
    return env.fromSequence(0, files.size()).name(id).uid(id).setParallelism(1).rebalance();
  }

  /** Whether {@code number} is the one that names no file. */
  static boolean isBehind(Long number, List<?> files) {
    return number >= files.size();
  }
}
