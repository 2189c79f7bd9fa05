package io.tributary.jobs.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a topic holds from some offsets on. */
public final class TopicTail {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final String TIMEOUT_MS = "15000";

  private TopicTail() {}

  /**
   * The records of a topic, up to its end as it is now.
   *
   * @param from offset to begin at, by partition; one that the topic does not have, or that is not
   *     given, stands for the beginning
   * @throws KafkaException where the broker cannot be reached or does not let it be read
   */
  public static List<ConsumerRecord<byte[], byte[]>> read(
      String bootstrapServers, String topic, Map<Integer, Long> from) throws InterruptedException {
    Map<TopicPartition, Long> ends = ends(bootstrapServers, topic);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            properties(bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      ends.forEach(
          (partition, end) -> {
            Long start = from.get(partition.partition());
            if (start != null && start <= end && start > consumer.position(partition)) {
              consumer.seek(partition, start);
            }
          });
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }

  private static Map<TopicPartition, Long> ends(String bootstrapServers, String topic)
      throws InterruptedException {
    Map<String, String> limits =
        Map.of("request.timeout.ms", TIMEOUT_MS, "default.api.timeout.ms", TIMEOUT_MS);
    try (Admin admin = Topics.admin(bootstrapServers, limits)) {
      return new HashMap<>(Topics.offsets(admin, List.of(topic), OffsetSpec.latest()));
    } catch (ExecutionException e) {
      throw new KafkaException(
          "cannot read topic %s of %s: %s"
              .formatted(topic, bootstrapServers, String.valueOf(e.getMessage())),
          e);
    }
  }

  private static Properties properties(String bootstrapServers) {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    return properties;
  }
}
