package io.tributary.jobs.cdc;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to capture, from where, to where.
 *
 * @param name of this capture, under which it finds its offset again
 * @param tables each table once
 */
public record CaptureSettings(
    String name, Kafka kafka, Postgres postgres, List<TableMapping> tables) {

  /** Copies the list. */
  public CaptureSettings {
    tables = List.copyOf(tables);
  }

  /**
   * Where entities are published and offsets are kept.
   *
   * @param topicPrefix with its final dot
   * @param properties further ones of the clients, for example of their security
   * @param partitions of topics that do not exist yet
   */
  public record Kafka(
      String bootstrapServers, String topicPrefix, Map<String, String> properties, int partitions) {

    /** The topic of offsets. */
    String offsetsTopic() {
      return topicPrefix + "capture";
    }

    /** Without properties, which hold secrets. */
    @Override
    public String toString() {
      return bootstrapServers + "/" + topicPrefix;
    }
  }

  /**
   * The source.
   *
   * @param password null where the server asks for none
   * @param slot name of the replication slot, created when it is missing
   * @param publication name of the publication, which must exist
   * @param properties of the JDBC driver, for example {@code sslmode}
   */
  public record Postgres(
      String host,
      int port,
      String database,
      String user,
      @Nullable String password,
      String slot,
      String publication,
      Map<String, String> properties) {

    /** Without password and properties. */
    @Override
    public String toString() {
      return user + "@" + host + ":" + port + "/" + database;
    }
  }
}
