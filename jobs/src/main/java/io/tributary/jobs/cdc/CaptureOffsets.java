package io.tributary.jobs.cdc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The compacted topic in which the engine keeps its offset, read and written while the engine does
 * not run. Beside the offset lies a note, written before a slot is created: the slot is this
 * capture's own, and may be dropped when its snapshot was not completed.
 */
final class CaptureOffsets {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final CaptureSettings.Kafka kafka;
  private final String name;
  private final String slot;

  CaptureOffsets(CaptureSettings settings) {
    this.kafka = settings.kafka();
    this.name = settings.name();
    this.slot = settings.postgres().slot();
  }

  /**
   * What is known of earlier runs.
   *
   * @param position up to where changes were published, in bytes of the log; null where no snapshot
   *     was completed, or it is to be taken again
   * @param ownsSlot whether the slot was created by this capture
   * @param hadSnapshot whether a snapshot was ever completed
   * @param interrupted position of the first snapshot that was begun since, and not completed; null
   *     for none
   */
  record State(
      @Nullable Long position, boolean ownsSlot, boolean hadSnapshot, @Nullable Long interrupted) {}

  /** Creates the topic where it is missing: one partition, compacted. */
  void create() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(properties())) {
      if (!admin.listTopics().names().get().contains(kafka.offsetsTopic())) {
        NewTopic topic =
            new NewTopic(kafka.offsetsTopic(), Optional.of(1), Optional.empty())
                .configs(Map.of("cleanup.policy", "compact"));
        admin.createTopics(Set.of(topic)).all().get();
      }
    }
  }

  /** Reads the topic to its end. */
  State read() {
    AtomicReference<@Nullable JsonNode> offset = new AtomicReference<>();
    AtomicReference<@Nullable JsonNode> note = new AtomicReference<>();
    TopicReader.read(
        kafka,
        kafka.offsetsTopic(),
        record -> {
          if (isKey(record, offsetKey())) {
            offset.set(json(record.value()));
          } else if (isKey(record, noteKey())) {
            note.set(json(record.value()));
          }
        });
    return state(offset.get(), note.get());
  }

  private static State state(@Nullable JsonNode offset, @Nullable JsonNode note) {
    boolean hadSnapshot = note != null && note.path("hadSnapshot").asBoolean();
    if (offset == null || !isComplete(offset)) {
      Long interrupted = note == null ? null : note.path("position").asLong();
      return new State(null, note != null, hadSnapshot, interrupted);
    }
    return new State(offset.path("lsn").asLong(), note != null, true, null);
  }

  private static boolean isComplete(JsonNode offset) {
    return !offset.hasNonNull("snapshot")
        || offset.path("last_snapshot_record").asBoolean()
        || offset.path("snapshot_completed").asBoolean();
  }

  /**
   * Notes that this run creates the slot and takes a snapshot; forgets the offset.
   *
   * @param position of this snapshot, or of the first of those that were interrupted before it
   */
  void beginSnapshot(boolean hadSnapshot, long position)
      throws ExecutionException, InterruptedException {
    JsonNode note =
        JsonNodeFactory.instance
            .objectNode()
            .put("hadSnapshot", hadSnapshot)
            .put("position", position);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(record(noteKey(), note)).get();
      producer.send(record(offsetKey(), null)).get();
    }
  }

  private ProducerRecord<byte[], byte[]> record(JsonNode key, @Nullable JsonNode value) {
    return new ProducerRecord<>(
        kafka.offsetsTopic(), bytes(key), value == null ? null : bytes(value));
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.putAll(kafka.properties());
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("acks", "all");
    return properties;
  }

  /** As the engine writes it. */
  private JsonNode offsetKey() {
    return key(name, "server", name);
  }

  /** In the form of an offset's key, since the engine reads it too. */
  private JsonNode noteKey() {
    return key(name + "/snapshot", "slot", slot);
  }

  private static JsonNode key(String first, String member, String value) {
    return JsonNodeFactory.instance
        .arrayNode()
        .add(first)
        .add(JsonNodeFactory.instance.objectNode().put(member, value));
  }

  private static boolean isKey(ConsumerRecord<byte[], byte[]> record, JsonNode key) {
    return record.key() != null && key.equals(json(record.key()));
  }

  private static @Nullable JsonNode json(byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("the topic of offsets holds what is not JSON", e);
    }
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
