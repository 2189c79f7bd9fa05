package io.tributary.jobs.cli;

import io.tributary.enrichment.RateLimits;
import io.tributary.jobs.Limits;
import io.tributary.jobs.StreamJob;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.WarehouseSettings;
import io.tributary.sinks.maintenance.TierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of {@code run}, read once and checked whole: all problems are reported
 * together. {@code ${env:NAME}} within a value stands for an environment variable, so that secrets
 * stay out of the file.
 *
 * @param warehouseDirectory of a local warehouse, null for any other
 * @param queryPort port of API and dashboard, null for none
 * @param partitions of topics that do not exist yet
 * @param coldLocation where the cold tier goes, null for the ledger's own location
 * @param tiers when entries move to cold, how long snapshots live
 * @param maintenance pause between rounds of maintenance, null for none
 */
record RunConfiguration(
    StreamJob.Settings stream,
    WarehouseSettings warehouse,
    @Nullable Path warehouseDirectory,
    @Nullable Integer queryPort,
    int partitions,
    @Nullable String coldLocation,
    TierSettings tiers,
    @Nullable Duration maintenance) {

  static final List<String> KEYS =
      List.of(
          "stream",
          "kafka.bootstrapServers",
          "kafka.topicPrefix",
          "kafka.partitions",
          "warehouse.directory",
          "warehouse.coldLocation",
          "checkpoints",
          "checkpointInterval",
          "flushInterval",
          "resplitInterval",
          "parallelism",
          "adopt",
          "limits.recordsPerSecond",
          "limits.overflowRecordsPerSecond",
          "maintenance.interval",
          "maintenance.coldAfter",
          "maintenance.snapshotsFor",
          "maintenance.hourlySnapshotsFor",
          "query.port");

  static final List<String> OPEN_SECTIONS =
      List.of("kafka.properties.", "warehouse.catalog.", "limits.tenants.");

  /**
   * Reads a configuration.
   *
   * @param environment for {@code ${env:NAME}}
   * @throws CommandException naming every problem
   */
  static RunConfiguration parse(String file, String yaml, Map<String, String> environment) {
    ConfigurationValues values = ConfigurationValues.read(file, yaml, environment);
    values.refuseUnknown(KEYS, OPEN_SECTIONS);
    StreamJob.Settings stream =
        new StreamJob.Settings(
            values.text("stream", "main"),
            values.required("kafka.bootstrapServers"),
            values.text("kafka.topicPrefix", Topics.LIVE),
            values.section("kafka.properties."),
            Path.of(values.required("checkpoints")).toAbsolutePath(),
            values.duration("checkpointInterval", Duration.ofSeconds(1)),
            values.duration("flushInterval", Duration.ofSeconds(1)),
            values.duration("resplitInterval", Duration.ofSeconds(10)),
            values.number("parallelism", Runtime.getRuntime().availableProcessors()),
            values.flag("adopt"),
            limits(values));
    Map<String, String> catalog = values.section("warehouse.catalog.");
    String directory = values.optional("warehouse.directory");
    if ((directory == null) == catalog.isEmpty()) {
      values.problem("warehouse needs either 'directory' or 'catalog'");
    }
    Integer port = values.optional("query.port") == null ? null : values.number("query.port", 0);
    int partitions = values.number("kafka.partitions", 16);
    TierSettings tiers = tiers(values);
    Duration maintenance =
        values.text("maintenance.interval", "1m").equals("none")
            ? null
            : values.duration("maintenance.interval", Duration.ofMinutes(1));
    values.refuseProblems();
    Path local = directory == null ? null : Path.of(directory).toAbsolutePath();
    return new RunConfiguration(
        stream,
        local == null ? WarehouseSettings.catalog(catalog) : WarehouseSettings.local(local),
        local,
        port,
        partitions,
        values.optional("warehouse.coldLocation"),
        tiers,
        maintenance);
  }

  private static TierSettings tiers(ConfigurationValues values) {
    TierSettings usual = TierSettings.DEFAULT;
    return new TierSettings(
        values.duration("maintenance.coldAfter", usual.coldAfter()),
        values.duration("maintenance.snapshotsFor", usual.snapshotsFor()),
        values.duration("maintenance.hourlySnapshotsFor", usual.hourlySnapshotsFor()),
        usual.orphansAfter());
  }

  private static Limits limits(ConfigurationValues values) {
    Map<String, Long> tenants = new TreeMap<>();
    values
        .section("limits.tenants.")
        .keySet()
        .forEach(tenant -> tenants.put(tenant, limit(values, "limits.tenants." + tenant)));
    RateLimits live = new RateLimits(limit(values, "limits.recordsPerSecond"), tenants);
    String overflow = "limits.overflowRecordsPerSecond";
    return new Limits(
        live,
        values.optional(overflow) != null
            ? new RateLimits(limit(values, overflow), Map.of())
            : live);
  }

  private static long limit(ConfigurationValues values, String path) {
    if (values.text(path, "none").equals("none")) {
      return RateLimits.UNLIMITED;
    }
    int limit = values.number(path, 1);
    if (limit == 0) {
      values.problem(path + " is 0; it is at least 1, or none");
    }
    return limit;
  }
}
