package io.tributary.jobs.cli;

import io.tributary.jobs.cdc.CaptureSettings;
import io.tributary.jobs.cdc.TableMapping;
import io.tributary.jobs.kafka.ReferenceProvider;
import io.tributary.jobs.kafka.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The configuration of {@code capture}, read once and checked whole. */
final class CaptureConfiguration {

  static final List<String> KEYS =
      List.of(
          "name",
          "kafka.bootstrapServers",
          "kafka.topicPrefix",
          "kafka.partitions",
          "postgres.host",
          "postgres.port",
          "postgres.database",
          "postgres.user",
          "postgres.password",
          "postgres.passwordFile",
          "postgres.slot",
          "postgres.publication");

  static final List<String> TABLE_KEYS =
      List.of("tenant", "tenantColumn", "kind", "id", "attributes", "validFrom", "since");

  static final List<String> OPEN_SECTIONS =
      List.of("kafka.properties.", "postgres.properties.", "tables.");

  /** What PostgreSQL takes as the name of a slot. */
  private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");

  private final ConfigurationValues values;

  private CaptureConfiguration(ConfigurationValues values) {
    this.values = values;
  }

  /**
   * Reads a configuration.
   *
   * @param environment for references
   * @throws CommandException naming every problem
   */
  static CaptureSettings parse(String file, String yaml, Map<String, String> environment) {
    ConfigurationValues values = ConfigurationValues.read(file, yaml, environment);
    values.refuseUnknown(KEYS, OPEN_SECTIONS);
    CaptureConfiguration configuration = new CaptureConfiguration(values);
    CaptureSettings settings =
        new CaptureSettings(
            values.text("name", "entities"),
            configuration.kafka(),
            configuration.postgres(),
            configuration.tables());
    values.refuseProblems();
    return settings;
  }

  private CaptureSettings.Kafka kafka() {
    return new CaptureSettings.Kafka(
        values.required("kafka.bootstrapServers"),
        values.text("kafka.topicPrefix", Topics.LIVE),
        ReferenceProvider.kept(values.references("kafka.properties.")),
        values.number("kafka.partitions", 16));
  }

  private CaptureSettings.Postgres postgres() {
    String slot = values.text("postgres.slot", "tributary");
    if (!SLOT.matcher(slot).matches()) {
      values.problem(
          "postgres.slot is made of lower-case letters, digits and _, not '" + slot + "'");
    }
    return new CaptureSettings.Postgres(
        values.required("postgres.host"),
        values.number("postgres.port", 5432),
        values.required("postgres.database"),
        values.required("postgres.user"),
        password(),
        slot,
        values.text("postgres.publication", "tributary"),
        values.section("postgres.properties."));
  }

  private @Nullable String password() {
    String file = values.optional("postgres.passwordFile");
    String password = values.secret("postgres.password");
    if (file == null) {
      return password;
    }
    if (password != null) {
      values.problem("postgres needs either 'password' or 'passwordFile'");
    }
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      values.problem("postgres.passwordFile cannot be read: " + file);
      return null;
    }
  }

  private List<TableMapping> tables() {
    List<TableMapping> tables = new ArrayList<>();
    for (String table : values.names("tables.")) {
      tables.add(table(table, "tables." + table + "."));
    }
    if (tables.isEmpty()) {
      values.problem("tables is missing");
    }
    return tables;
  }

  private TableMapping table(String table, String path) {
    if (table.indexOf('.') < 1) {
      values.problem("tables." + table + " needs its schema: public." + table);
    }
    for (String key : values.section(path).keySet()) {
      if (!TABLE_KEYS.contains(key)) {
        values.problem(
            "unknown setting '" + path + key + "'; known are " + String.join(", ", TABLE_KEYS));
      }
    }
    String tenant = values.optional(path + "tenant");
    String tenantColumn = values.optional(path + "tenantColumn");
    if ((tenant == null) == (tenantColumn == null)) {
      values.problem(
          path.substring(0, path.length() - 1) + " needs either 'tenant' or 'tenantColumn'");
    }
    String validFrom = values.optional(path + "validFrom");
    Instant since = instant(path + "since");
    if (validFrom != null && since != null) {
      values.problem(path + "since has no meaning beside validFrom");
    }
    values.required(path + "id");
    return new TableMapping(
        table,
        tenant,
        tenantColumn,
        values.required(path + "kind"),
        values.list(path + "id"),
        values.list(path + "attributes"),
        validFrom,
        since);
  }

  private @Nullable Instant instant(String path) {
    String value = values.optional(path);
    try {
      return value == null ? null : Instant.parse(value);
    } catch (DateTimeException e) {
      values.problem(path + " is an instant like 2026-01-01T00:00:00Z, not '" + value + "'");
      return null;
    }
  }
}
