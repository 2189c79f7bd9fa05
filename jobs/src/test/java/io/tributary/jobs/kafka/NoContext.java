package io.tributary.jobs.kafka;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema.KafkaSinkContext;

/** Of a sink that does not ask for partitions. */
record NoContext() implements KafkaSinkContext {

  @Override
  public int getParallelInstanceId() {
    return 0;
  }

  @Override
  public int getNumberOfParallelInstances() {
    return 1;
  }

  @Override
  public int[] getPartitionsForTopic(String topic) {
    throw new UnsupportedOperationException();
  }
}
