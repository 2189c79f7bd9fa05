package io.tributary.jobs.kafka;

import io.tributary.sinks.commit.StreamRefusedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a stream had read to: as its tables say, and where they do not, as the broker remembers it.
 * A stream tells it after each checkpoint, some time later.
 */
public final class GroupOffsets {

  private final Topics topics;
  private final String bootstrapServers;
  private final Map<String, String> more;

  /**
   * @param more further properties of the client, for example of its security
   */
  public GroupOffsets(Topics topics, String bootstrapServers, Map<String, String> more) {
    this.topics = topics;
    this.bootstrapServers = bootstrapServers;
    this.more = more;
  }

  /**
   * Lets {@code successor} begin where {@code lost} stopped; one that has read already stays where
   * it is.
   *
   * @param read by topic and partition the offset that comes next, as committed
   * @throws StreamRefusedException where there are records and nothing is known of {@code lost}: to
   *     begin anywhere would count usage twice or not at all
   */
  public void handOver(String lost, String successor, Map<String, SortedMap<Integer, Long>> read)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Topics.admin(bootstrapServers, more)) {
      if (!of(admin, successor).isEmpty()) {
        return;
      }
      Map<TopicPartition, OffsetAndMetadata> stopped = new HashMap<>(of(admin, lost));
      read.forEach(
          (topic, offsets) ->
              offsets.forEach(
                  (partition, next) ->
                      stopped.put(
                          new TopicPartition(topic, partition), new OffsetAndMetadata(next))));
      if (!stopped.isEmpty()) {
        admin.alterConsumerGroupOffsets(successor, stopped).all().get();
      } else if (hasRecords(admin)) {
        throw new StreamRefusedException(
            "the broker does not know where stream %s stopped reading, and its topics hold records; set the offsets of the consumer group %s, then start again"
                .formatted(lost, successor));
      }
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> of(Admin admin, String group)
      throws ExecutionException, InterruptedException {
    Set<String> ours = new HashSet<>(topics.read());
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach(
            (partition, offset) -> {
              if (offset != null && ours.contains(partition.topic())) {
                offsets.put(partition, offset);
              }
            });
    return offsets;
  }

  private boolean hasRecords(Admin admin) throws ExecutionException, InterruptedException {
    List<String> read = topics.read();
    return !Topics.offsets(admin, read, OffsetSpec.earliest())
        .equals(Topics.offsets(admin, read, OffsetSpec.latest()));
  }
}
