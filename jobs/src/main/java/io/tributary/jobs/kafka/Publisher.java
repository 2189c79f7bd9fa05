package io.tributary.jobs.kafka;

import io.tributary.events.Charge;
import io.tributary.events.EntityChange;
import io.tributary.events.PriceChange;
import io.tributary.events.RecordKind;
import io.tributary.events.Rejection;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Publishes records to the input topics. A publisher that is given the same records in the same
 * order again goes on where the broker's log ends: which partition a record goes to depends on its
 * key alone, so the first n records of a partition are those that are there already.
 */
public final class Publisher implements AutoCloseable {

  /** Header that overrides the record time: an ISO-8601 instant. */
  public static final String TIME_HEADER = "tributary.time";

  private final Topics topics;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<TopicPartition, Long> alreadyThere;
  private final Map<String, Integer> partitions = new HashMap<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** A publisher that skips, per partition, as many records as it already has. */
  public static Publisher resuming(String bootstrapServers, Topics topics)
      throws ExecutionException, InterruptedException {
    return new Publisher(bootstrapServers, topics, topics.endOffsets(bootstrapServers), Map.of());
  }

  /** A publisher that adds to what is there. */
  public static Publisher appending(String bootstrapServers, Topics topics) {
    return appending(bootstrapServers, topics, Map.of());
  }

  /**
   * A publisher that adds to what is there.
   *
   * @param more further properties of the producer, for example of its security
   */
  public static Publisher appending(
      String bootstrapServers, Topics topics, Map<String, String> more) {
    return new Publisher(bootstrapServers, topics, Map.of(), more);
  }

  private Publisher(
      String bootstrapServers,
      Topics topics,
      Map<TopicPartition, Long> alreadyThere,
      Map<String, String> more) {
    this.topics = topics;
    this.alreadyThere = new HashMap<>(alreadyThere);
    Properties properties = new Properties();
    properties.putAll(more);
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Publishes a record.
   *
   * @param time its record time, or null for the time at which the broker appends it
   */
  public void publish(SpecificRecordBase record, @Nullable Instant time) {
    RecordKind kind = RecordKind.of(record);
    publish(kind, key(record), kind.encode(record), time);
  }

  /** Publishes bytes, which need not be a record. */
  public void publish(RecordKind kind, String key, byte[] value, @Nullable Instant time) {
    String topic = topics.of(kind);
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    int count = partitions.computeIfAbsent(topic, t -> producer.partitionsFor(t).size());
    int partition = Utils.toPositive(Utils.murmur2(keyBytes)) % count;
    if (skips(new TopicPartition(topic, partition))) {
      return;
    }
    List<Header> headers =
        time == null
            ? List.of()
            : List.of(
                new RecordHeader(TIME_HEADER, time.toString().getBytes(StandardCharsets.UTF_8)));
    send(new ProducerRecord<>(topic, partition, keyBytes, value, headers));
  }

  /**
   * Publishes what was refused before it could become a record of a topic, for the stream to keep:
   * of more than 512 KiB the beginning.
   */
  public void reject(Rejection rejection) {
    publish(RejectionSchema.cut(rejection), null);
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        producer.send(
            record,
            (metadata, exception) -> {
              if (exception != null) {
                failure.compareAndSet(null, exception);
              }
            });
  }

  private boolean skips(TopicPartition partition) {
    Long left = alreadyThere.get(partition);
    if (left == null || left == 0) {
      return false;
    }
    alreadyThere.put(partition, left - 1);
    return true;
  }

  /**
   * Waits until the broker has everything.
   *
   * @throws IllegalStateException where a record could not be published
   */
  public void flush() {
    producer.flush();
    Exception cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("cannot publish: " + cause.getMessage(), cause);
    }
  }

  @Override
  public void close() {
    producer.close();
  }

  private static String key(SpecificRecordBase record) {
    String tenant = String.valueOf(record.get("tenant_id"));
    if (record instanceof Charge charge) {
      return tenant
          + "/"
          + ResourceIdentity.of(charge.getResourceId())
          + "/"
          + charge.getChargeKey();
    } else if (record instanceof UsageEvent usage) {
      return tenant + "/" + ResourceIdentity.of(usage.getResourceId());
    } else if (record instanceof EntityChange entity) {
      return tenant + "/" + entity.getKind() + "/" + ResourceIdentity.of(entity.getEntityId());
    } else if (record instanceof PriceChange price) {
      return tenant + "/" + price.getMeter();
    } else if (record instanceof TelemetryRecord telemetry) {
      return tenant + "/" + telemetry.getStream();
    }
    return tenant;
  }
}
