package io.tributary.jobs.cli;

import io.tributary.attribution.RateLimits;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.Recovery;
import io.tributary.jobs.StreamJob;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.kafka.ReferenceProvider;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.maintenance.RetentionSettings;
import io.tributary.sinks.maintenance.TierSettings;
import io.tributary.sinks.rollup.Rollup;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of {@code run}, read once and checked whole: all problems are reported
 * together. References to environment variables and files within a value keep secrets out of it.
 *
 * @param queryPort port of API and dashboard, null for none
 * @param queryLog whether API and dashboard write down what they are asked
 * @param partitions of topics that do not exist yet
 * @param coldLocation where the cold tier goes, null for the ledger's own location
 * @param rollups sums over the ledger beside that by day
 * @param tiers when entries move to cold, how long snapshots live
 * @param maintenance pause between rounds of maintenance, null for none
 */
record RunConfiguration(
    StreamJob.Settings stream,
    WarehouseConfiguration warehouse,
    @Nullable Integer queryPort,
    boolean queryLog,
    int partitions,
    @Nullable String coldLocation,
    List<Rollup> rollups,
    TierSettings tiers,
    @Nullable Duration maintenance) {

  private static final String RETENTION_OF_TENANTS = "maintenance.retention.tenants.";

  static final List<String> KEYS =
      Stream.concat(
              Stream.of(
                  "stream",
                  "kafka.bootstrapServers",
                  "kafka.topicPrefix",
                  "kafka.partitions",
                  "kafka.newTopics",
                  "checkpoints",
                  "checkpointInterval",
                  "flushInterval",
                  "resplitInterval",
                  "parallelism",
                  "adopt",
                  "takeOver",
                  "guard.factor",
                  "guard.floor",
                  "limits.recordsPerSecond",
                  "limits.overflowRecordsPerSecond",
                  "maintenance.interval",
                  "maintenance.coldAfter",
                  "maintenance.frozenAfterMonths",
                  "maintenance.retention.months",
                  "maintenance.snapshotsFor",
                  "maintenance.hourlySnapshotsFor",
                  "privacy.labelKey",
                  "privacy.rejectedKey",
                  "privacy.rejectedAs",
                  "privacy.sealRejected",
                  "query.port",
                  "query.log"),
              WarehouseConfiguration.KEYS.stream())
          .toList();

  static final List<String> OPEN_SECTIONS =
      Stream.concat(
              Stream.of(
                  "kafka.properties.",
                  "limits.tenants.",
                  RETENTION_OF_TENANTS,
                  RollupConfiguration.SECTION),
              WarehouseConfiguration.OPEN_SECTIONS.stream())
          .toList();

  /**
   * Reads a configuration.
   *
   * @param environment for references
   * @throws CommandException naming every problem
   */
  static RunConfiguration parse(String file, String yaml, Map<String, String> environment) {
    ConfigurationValues values = ConfigurationValues.read(file, yaml, environment);
    values.refuseUnknown(KEYS, OPEN_SECTIONS);
    WarehouseConfiguration warehouse = WarehouseConfiguration.of(values);
    StreamJob.Settings stream =
        new StreamJob.Settings(
            values.text("stream", "main"),
            values.required("kafka.bootstrapServers"),
            values.text("kafka.topicPrefix", Topics.LIVE),
            ReferenceProvider.kept(values.references("kafka.properties.")),
            checkpoints(values),
            pace(values),
            values.number("parallelism", Runtime.getRuntime().availableProcessors()),
            values.flag("adopt"),
            limits(values),
            privacyOfStream(values, warehouse),
            recovery(values));
    Integer port = values.optional("query.port") == null ? null : values.number("query.port", 0);
    boolean queryLog = values.optional("query.log") == null || values.flag("query.log");
    int partitions = values.number("kafka.partitions", 16);
    List<Rollup> rollups = RollupConfiguration.of(values);
    TierSettings tiers = tiers(values);
    // Of commands that take bills in; a mistake in it is found here, too.
    DeliveryGuard ignored = guard(values);
    Duration maintenance =
        values.text("maintenance.interval", "1m").equals("none")
            ? null
            : values.duration("maintenance.interval", Duration.ofMinutes(1));
    values.refuseProblems();
    return new RunConfiguration(
        stream,
        warehouse,
        port,
        queryLog,
        partitions,
        values.optional("warehouse.coldLocation"),
        rollups,
        tiers,
        maintenance);
  }

  private static CheckpointDirectory checkpoints(ConfigurationValues values) {
    String text = values.required("checkpoints");
    try {
      return new CheckpointDirectory(
          text.contains("://") ? new URI(text) : Path.of(text).toAbsolutePath().toUri());
    } catch (URISyntaxException e) {
      values.problem("checkpoints is a directory or a URI, not '" + text + "'");
      return new CheckpointDirectory(Path.of("").toUri());
    }
  }

  private static Recovery recovery(ConfigurationValues values) {
    String lost = values.optional("takeOver");
    if (lost != null && lost.equals(values.text("stream", "main"))) {
      values.problem("takeOver is the stream whose state is lost; stream needs another id");
    }
    return new Recovery(lost, values.flag("kafka.newTopics"));
  }

  private static TierSettings tiers(ConfigurationValues values) {
    TierSettings usual = TierSettings.DEFAULT;
    return new TierSettings(
        values.duration("maintenance.coldAfter", usual.coldAfter()),
        months(values, "maintenance.frozenAfterMonths"),
        values.duration("maintenance.snapshotsFor", usual.snapshotsFor()),
        values.duration("maintenance.hourlySnapshotsFor", usual.hourlySnapshotsFor()),
        usual.orphansAfter(),
        retention(values));
  }

  private static StreamJob.Pace pace(ConfigurationValues values) {
    StreamJob.Pace unsaid = StreamJob.Pace.DEFAULT;
    return new StreamJob.Pace(
        values.duration("checkpointInterval", unsaid.checkpoints()),
        values.duration("flushInterval", unsaid.flush()),
        values.duration("resplitInterval", unsaid.resplit()));
  }

  static RetentionSettings retention(ConfigurationValues values) {
    Map<String, Integer> tenants = new TreeMap<>();
    values
        .section(RETENTION_OF_TENANTS)
        .keySet()
        .forEach(tenant -> tenants.put(tenant, months(values, RETENTION_OF_TENANTS + tenant)));
    return new RetentionSettings(months(values, "maintenance.retention.months"), tenants);
  }

  private static int months(ConfigurationValues values, String path) {
    String value = values.optional(path);
    if (value == null || value.equals("none")) {
      return TierSettings.NEVER;
    }
    int least = TierSettings.LEAST_MONTHS_TO_FROZEN;
    if (!value.matches("[0-9]{1,4}") || Integer.parseInt(value) < least) {
      values.problem(
          "%s is a number of months, %d or more, or none, not '%s': until then inputs may come"
              .formatted(path, least, value));
      return TierSettings.NEVER;
    }
    return Integer.parseInt(value);
  }

  /** A policy may come at any time, and a stream cannot wait for its key then. */
  private static Privacy privacyOfStream(
      ConfigurationValues values, WarehouseConfiguration warehouse) {
    Privacy privacy = privacy(values, warehouse);
    if (privacy.labelKeys() == null) {
      values.problem(
          "privacy.labelKey is missing: labels are hashed with it where a policy says so; make one"
              + " with 'head -c 32 /dev/urandom | base64'");
    }
    return privacy;
  }

  /** Without a word on it, a local warehouse has a key of its own for labels. */
  static Privacy privacy(ConfigurationValues values, WarehouseConfiguration warehouse) {
    String labelKeys = values.secret("privacy.labelKey");
    if (labelKeys != null && !labelKeys.isEmpty()) {
      try {
        Privacy.keysOf(labelKeys);
      } catch (IllegalArgumentException e) {
        values.problem("privacy.labelKey " + e.getMessage());
      }
    }
    Path directory = warehouse.directory();
    String given = values.reference("privacy.labelKey");
    return ofRejected(values)
        .labelledBy(given == null && directory != null ? Privacy.labelKeysOf(directory) : given);
  }

  private static Privacy ofRejected(ConfigurationValues values) {
    String key = values.secret("privacy.rejectedKey");
    if (key != null && !key.isEmpty()) {
      try {
        Privacy.keyOf(key);
      } catch (IllegalArgumentException e) {
        values.problem("privacy.rejectedKey " + e.getMessage());
      }
    }
    String form =
        oneOf(values, "privacy.rejectedAs", key == null ? "hash" : "encrypted", "encrypted|hash");
    if (key == null && form.equals("encrypted")) {
      values.problem("privacy.rejectedAs is encrypted, which needs privacy.rejectedKey");
    }
    boolean all = oneOf(values, "privacy.sealRejected", "policies", "policies|all").equals("all");
    return new Privacy(values.reference("privacy.rejectedKey"), form.equals("hash"), all, null);
  }

  static DeliveryGuard guard(ConfigurationValues values) {
    DeliveryGuard usual = DeliveryGuard.DEFAULT;
    BigDecimal factor = values.amount("guard.factor", usual.factor());
    BigDecimal floor = values.amount("guard.floor", usual.floor());
    if (factor.compareTo(BigDecimal.ONE) <= 0) {
      values.problem("guard.factor is above 1, not " + factor);
      return usual;
    } else if (floor.signum() < 0) {
      values.problem("guard.floor is negative: " + floor);
      return usual;
    }
    return new DeliveryGuard(factor, floor);
  }

  private static String oneOf(
      ConfigurationValues values, String path, String otherwise, String choices) {
    String value = values.text(path, otherwise);
    if (!List.of(choices.split("\\|", -1)).contains(value)) {
      values.problem(path + " is " + choices.replace("|", " or ") + ", not '" + value + "'");
    }
    return value;
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
