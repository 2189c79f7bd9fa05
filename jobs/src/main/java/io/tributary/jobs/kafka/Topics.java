package io.tributary.jobs.kafka;

import io.tributary.events.RecordKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The input topics under a prefix: {@code tributary.} for live data, {@code
 * tributary.replay.<run>.} for a replay.
 */
public final class Topics {

  /** Prefix of the live topics. */
  public static final String LIVE = "tributary.";

  private static final int KNOWN_ATTEMPTS = 600;
  private static final Duration KNOWN_PAUSE = Duration.ofMillis(100);

  private final String prefix;

  /**
   * @param prefix with its final dot
   */
  public Topics(String prefix) {
    this.prefix = prefix;
  }

  /** The topic of a kind. */
  public String of(RecordKind kind) {
    return prefix + kind.topic();
  }

  /** Every input topic. */
  public List<String> all() {
    return Arrays.stream(RecordKind.values())
        .filter(kind -> !kind.topic().isEmpty())
        .map(this::of)
        .toList();
  }

  /** The topic of what was refused. */
  public String rejected() {
    return prefix + "rejected";
  }

  /** The topic of what was above limits. */
  public String overflow() {
    return prefix + "overflow";
  }

  /** Creates what is missing, with {@code partitions} partitions and the log-append time. */
  public void create(String bootstrapServers, int partitions)
      throws ExecutionException, InterruptedException {
    create(bootstrapServers, partitions, Map.of());
  }

  /**
   * Creates what is missing.
   *
   * @param more further properties of the client, for example of its security
   */
  public void create(String bootstrapServers, int partitions, Map<String, String> more)
      throws ExecutionException, InterruptedException {
    try (Admin admin = admin(bootstrapServers, more)) {
      Set<String> existing = admin.listTopics().names().get();
      List<NewTopic> missing = new ArrayList<>();
      List<String> needed = new ArrayList<>(all());
      needed.add(rejected());
      needed.add(overflow());
      for (String topic : needed) {
        if (!existing.contains(topic)) {
          missing.add(
              new NewTopic(topic, Optional.of(partitions), Optional.empty())
                  .configs(Map.of("message.timestamp.type", "LogAppendTime")));
        }
      }
      admin.createTopics(missing).all().get();
      awaitKnown(admin, needed);
    }
  }

  /** A topic that was created may be unknown for some seconds more, as {@link Admin} warns. */
  private static void awaitKnown(Admin admin, List<String> topics)
      throws ExecutionException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        admin.describeTopics(topics).allTopicNames().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || attempt == KNOWN_ATTEMPTS) {
          throw e;
        }
        Thread.sleep(KNOWN_PAUSE.toMillis());
      }
    }
  }

  /** The id that the broker gave each topic which is read, overflow included, by name. */
  public SortedMap<String, String> ids(String bootstrapServers, Map<String, String> more)
      throws ExecutionException, InterruptedException {
    try (Admin admin = admin(bootstrapServers, more)) {
      SortedMap<String, String> ids = new TreeMap<>();
      admin
          .describeTopics(read())
          .allTopicNames()
          .get()
          .forEach((topic, description) -> ids.put(topic, description.topicId().toString()));
      return ids;
    }
  }

  /** Every topic that a stream reads. */
  List<String> read() {
    List<String> read = new ArrayList<>(all());
    read.add(overflow());
    return read;
  }

  /** The offset behind the last record of every partition. */
  public Map<TopicPartition, Long> endOffsets(String bootstrapServers)
      throws ExecutionException, InterruptedException {
    try (Admin admin = admin(bootstrapServers, Map.of())) {
      return offsets(admin, all(), OffsetSpec.latest());
    }
  }

  /** An offset of every partition. */
  static Map<TopicPartition, Long> offsets(Admin admin, Collection<String> topics, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    admin
        .describeTopics(topics)
        .allTopicNames()
        .get()
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(
                        partition ->
                            wanted.put(new TopicPartition(topic, partition.partition()), which)));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return offsets;
  }

  static Admin admin(String bootstrapServers, Map<String, String> more) {
    Properties properties = new Properties();
    properties.putAll(more);
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return Admin.create(properties);
  }
}
