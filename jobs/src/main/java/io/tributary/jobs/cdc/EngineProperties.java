package io.tributary.jobs.cdc;

import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.connect.storage.KafkaOffsetBackingStore;

/** The configuration of the engine. */
final class EngineProperties {

  private EngineProperties() {}

  static Properties of(CaptureSettings settings) {
    Properties properties = new Properties();
    properties.putAll(settings.kafka().properties());
    properties.put("name", settings.name());
    properties.put("topic.prefix", settings.name());
    properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    offsets(properties, settings.kafka());
    source(properties, settings.postgres());
    properties.put("table.include.list", tables(settings.tables()));
    values(properties);
    return properties;
  }

  private static void offsets(Properties properties, CaptureSettings.Kafka kafka) {
    properties.put("offset.storage", KafkaOffsetBackingStore.class.getName());
    properties.put("offset.storage.topic", kafka.offsetsTopic());
    properties.put("offset.storage.partitions", "1");
    properties.put("offset.storage.replication.factor", "-1");
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("offset.flush.interval.ms", "1000");
  }

  private static void source(Properties properties, CaptureSettings.Postgres source) {
    source
        .properties()
        .forEach(
            (name, value) ->
                properties.put((name.startsWith("ssl") ? "database." : "driver.") + name, value));
    properties.put("database.hostname", source.host());
    properties.put("database.port", Integer.toString(source.port()));
    properties.put("database.dbname", source.database());
    properties.put("database.user", source.user());
    if (source.password() != null) {
      properties.put("database.password", source.password());
    }
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", source.slot());
    properties.put("publication.name", source.publication());
    properties.put("publication.autocreate.mode", "disabled");
    properties.put("snapshot.mode", "initial");
    // A slot that is ahead of the offset has lost changes: fail rather than go on without them.
    properties.put("offset.mismatch.strategy", "trust_offset");
    // The slot is confirmed by them while only other tables change, so that the server may remove
    // its log.
    properties.put("heartbeat.interval.ms", "10000");
    properties.put("poll.interval.ms", "100");
  }

  private static void values(Properties properties) {
    properties.put("decimal.handling.mode", "string");
    properties.put("time.precision.mode", "isostring");
    properties.put("interval.handling.mode", "string");
    properties.put("binary.handling.mode", "hex");
    properties.put("unavailable.value.placeholder", RowMapping.UNAVAILABLE);
    properties.put("skipped.operations", "none");
    properties.put("tombstones.on.delete", "false");
  }

  /** A list of patterns, each of one table. */
  private static String tables(List<TableMapping> tables) {
    return tables.stream()
        .map(table -> table.table().replaceAll("[^A-Za-z0-9_]", "\\\\$0"))
        .collect(Collectors.joining(","));
  }
}
