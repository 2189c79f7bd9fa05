package io.tributary.jobs;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Told how far a run is, for people who wait. */
public interface RunProgress {

  /** So many records have been published. */
  void published(long records);

  /**
   * The job has begun to read up to {@code ends}; told the end by closing.
   *
   * @param group consumer group under which the job says how far it is
   */
  Watching consumed(String bootstrapServers, String group, Map<TopicPartition, Long> ends);

  /** Somebody watches until this is closed. */
  interface Watching extends AutoCloseable {

    @Override
    void close();
  }
}
