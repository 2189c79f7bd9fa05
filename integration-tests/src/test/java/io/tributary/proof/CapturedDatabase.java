package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A database whose tables are captured, and what has come of them on topics of its own. */
record CapturedDatabase(String name, PostgresUnderTest postgres, String kafka, Path directory) {

  static final String SECRET = "s3cret-of-the-capture";

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Creates the database and a role that may do what a capture needs, and no more. */
  static CapturedDatabase create(
      String name, PostgresUnderTest postgres, String kafka, Path directory, String... statements)
      throws SQLException {
    try (Connection connection = postgres.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
      statement.execute(
          "CREATE ROLE "
              + name
              + " WITH LOGIN REPLICATION PASSWORD '"
              + SECRET
              + "' CONNECTION LIMIT 20");
    }
    CapturedDatabase database = new CapturedDatabase(name, postgres, kafka, directory);
    database.execute(statements);
    return database;
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = postgres.connect(name);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  String prefix() {
    return name + ".";
  }

  /** A configuration with the given tables, in YAML. */
  Path configuration(String tables) throws IOException {
    Path password = Files.writeString(directory.resolve(name + ".password"), SECRET + "\n");
    String yaml =
        """
        name: %1$s
        kafka:
          bootstrapServers: %2$s
          topicPrefix: %3$s
          partitions: 2
        postgres:
          host: %4$s
          port: %5$d
          database: %1$s
          user: %1$s
          passwordFile: %6$s
          slot: %1$s
          publication: entities
        tables:
        %7$s
        """
            .formatted(
                name,
                kafka,
                prefix(),
                postgres.host(),
                postgres.port(),
                password,
                tables.indent(2));
    return Files.writeString(directory.resolve(name + ".yaml"), yaml);
  }

  /** Timelines as anyone would build them: by entity, by instant, the highest version. */
  Map<String, TreeMap<Instant, EntityChange>> timelines() throws RejectedException {
    Map<String, TreeMap<Instant, EntityChange>> timelines = new TreeMap<>();
    for (byte[] bytes : records("entities")) {
      EntityChange change = (EntityChange) RecordKind.ENTITY.decode(bytes);
      String key = change.getTenantId() + ":" + change.getKind() + ":" + change.getEntityId();
      timelines
          .computeIfAbsent(key, k -> new TreeMap<>())
          .merge(
              change.getValidFrom(),
              change,
              (a, b) -> {
                if (a.getVersion() == b.getVersion()) {
                  assertThat(a).as("one version has one content").isEqualTo(b);
                }
                return a.getVersion() > b.getVersion() ? a : b;
              });
    }
    return timelines;
  }

  /** The timeline of one entity. */
  TreeMap<Instant, EntityChange> timeline(String key) throws RejectedException {
    return timelines().getOrDefault(key, new TreeMap<>());
  }

  /** The entities that there are in the end, with their attributes. */
  Map<String, Map<String, String>> entities() throws RejectedException {
    Map<String, Map<String, String>> entities = new TreeMap<>();
    timelines()
        .forEach(
            (key, timeline) -> {
              EntityChange last = timeline.lastEntry().getValue();
              if (last.getOp() == Op.UPSERT) {
                entities.put(key, last.getAttributes());
              }
            });
    return entities;
  }

  List<Rejection> rejections() throws RejectedException {
    List<Rejection> rejections = new ArrayList<>();
    for (byte[] bytes : records(RecordKind.REFUSAL.topic())) {
      rejections.add((Rejection) RecordKind.REFUSAL.decode(bytes));
    }
    return rejections;
  }

  /** Everything on a topic. */
  List<byte[]> records(String suffix) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka);
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      String topic = prefix() + suffix;
      if (!consumer.listTopics().containsKey(topic)) {
        return values;
      }
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  /** Waits until what {@code actual} answers is {@code expected}. */
  static <T> void await(T expected, Callable<T> actual) throws Exception {
    Instant end = Clock.systemUTC().instant().plus(PATIENCE);
    T last = actual.call();
    while (!expected.equals(last)) {
      if (Clock.systemUTC().instant().isAfter(end)) {
        assertThat(last).isEqualTo(expected);
      }
      Thread.sleep(200);
      last = actual.call();
    }
  }
}
