package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.BackgroundMaintenance;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.Recovery;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.RetentionSettings;
import io.tributary.sinks.maintenance.TierSettings;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.util.FileUtils;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operations/backup.md says. */
@Timeout(300)
class BackupIT {

  private static final String TENANT = "acme";
  private static final int BACKUPS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern SNAPSHOT = Pattern.compile("ledger snapshot (\\d+) of ");
  private static final Instant HOUR =
      Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.HOURS).minus(3, ChronoUnit.HOURS);

  /** Lets go of snapshots, and merges files, all the time. */
  private static final TierSettings HASTY =
      new TierSettings(
          Duration.ofSeconds(1),
          TierSettings.NEVER,
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ofDays(7),
          RetentionSettings.FOREVER);

  @TempDir private Path directory;

  private static List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        """
        {"type":"definitions","tenant_id":"acme","version":1,"effective_from":"1970-01-01T00:00:00Z",\
        "yaml":"Dimensions:\\n  Team:\\n    Rules:\\n      - Type: GroupBy\\n        Source: 'Tag:team'\\n"}\
        """);
    lines.add(
        """
        {"type":"price","tenant_id":"acme","meter":"hours","unit":"h","currency":"USD",\
        "unit_price":"0.5","valid_from":"2020-01-01T00:00:00Z","version":1}\
        """);
    for (int i = 0; i < 1_200; i++) {
      lines.add(
          i % 3 == 0
              ? """
              {"type":"charge","tenant_id":"acme","charge_key":"c%d","version":1,"resource_id":"r%d",\
              "charge_period_start":"%s","charge_period_end":"%s","billing_currency":"USD",\
              "billed_cost":"%d.25","tags":{"team":"t%d"}}\
              """
                  .formatted(i, i % 11, HOUR, HOUR.plus(1, ChronoUnit.HOURS), i, i % 4)
              : """
              {"type":"usage","tenant_id":"acme","event_id":"u%d","source":"agent","event_time":"%s",\
              "resource_id":"v%d","meter":"hours","quantity":"%d","unit":"h","labels":{"team":"t%d"}}\
              """
                  .formatted(i, HOUR.plusSeconds(i), i % 7, i, i % 4));
    }
    return lines;
  }

  private Path warehouse() {
    return directory.resolve("warehouse");
  }

  @Test
  void backupsBesideAStreamAreWholeAndTakeThePlaceOfWhatIsLost() throws Exception {
    List<String> lines = lines();
    List<Path> backups = new ArrayList<>();
    try (LiveStream stream = new LiveStream(directory);
        BackgroundMaintenance maintenance =
            BackgroundMaintenance.start(
                stream.warehouse(),
                HASTY,
                Privacy.DEFAULT,
                Duration.ofMillis(300),
                LiveStream.CLOCK)) {
      stream.start(Limits.NONE);
      Feed feed = new Feed(stream.bootstrapServers(), new Topics(Topics.LIVE), TENANT);
      for (int n = 0; n < BACKUPS; n++) {
        BigDecimal seen = stream.total(TENANT);
        CompletableFuture<Void> published =
            feed.publish(
                lines.subList(lines.size() * n / BACKUPS, lines.size() * (n + 1) / BACKUPS));
        LiveStream.await("more", PATIENCE, () -> stream.total(TENANT).compareTo(seen) > 0);
        backups.add(backUp(stream.warehouse(), n));
        published.join();
      }
      LiveStream.await("all", PATIENCE, () -> stream.counted("applied") == lines.size());
      stream.stop();
    }
    FileUtils.deleteDirectory(warehouse().toFile());
    Files.move(backups.get(1), warehouse());
    goOn(lines);
  }

  /** A backup that says the same as its original did at that snapshot, and is sound. */
  private Path backUp(Warehouse live, int n) throws Exception {
    Path backup = directory.resolve("backups").resolve("of-" + n);
    String told = Cli.fine("warehouse", "backup", "--warehouse", warehouse(), "--to", backup);
    Matcher snapshot = SNAPSHOT.matcher(told);
    assertThat(snapshot.find()).as(told).isTrue();
    assertThat(Tables.netLedger(backup, TENANT))
        .isNotEmpty()
        .isEqualTo(
            netAt(live.table(WarehouseTable.COST_LEDGER), Long.parseLong(snapshot.group(1))));
    assertThat(Cli.fine("audit", "--warehouse", backup)).contains("every invariant holds");
    return backup;
  }

  private static SortedMap<String, List<BigDecimal>> netAt(Table ledger, long snapshot)
      throws Exception {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        ledger.newScan().useSnapshot(snapshot).planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    return Tables.netLedger(ledger, files);
  }

  /** The stream has read what the backup does not have, so another takes over from there. */
  private void goOn(List<String> lines) throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      assertThat(stream.failure()).contains("was the warehouse restored from a backup?");
      stream.start("live-2", Limits.NONE, new Recovery(LiveStream.STREAM, false));
      LiveStream.await(
          "what came since",
          PATIENCE,
          () ->
              stream.tallies().entrySet().stream()
                      .filter(tally -> tally.getKey().startsWith("in."))
                      .mapToLong(tally -> tally.getValue())
                      .sum()
                  == lines.size());
      stream.stop();
    }
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", TENANT);
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", TENANT, "--verify");
    Cli.fine("audit", "--warehouse", warehouse());
    Path file = Files.write(directory.resolve("lines.jsonl"), lines);
    Path fresh = directory.resolve("fresh");
    Cli.fine("backfill", "--warehouse", fresh, "--tenant", TENANT, "--records", file);
    assertThat(Tables.netLedger(warehouse(), TENANT)).isEqualTo(Tables.netLedger(fresh, TENANT));
  }

  @Test
  void refusesATargetThatIsThereOrInTheWarehouse() throws Exception {
    Path file = Files.write(directory.resolve("lines.jsonl"), lines().subList(0, 8));
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", TENANT, "--records", file);
    Path there = Files.createDirectory(directory.resolve("there"));
    assertRefused(there, there + " is there already");
    assertRefused(warehouse().resolve("backup"), "is in the warehouse that it is to copy");
    Files.createDirectory(directory.resolve("half.partial"));
    assertRefused(directory.resolve("half"), "of a backup that did not end: remove it");
    assertThat(directory.resolve("half")).doesNotExist();
  }

  private void assertRefused(Path target, String why) {
    Cli.Outcome outcome =
        Cli.run("warehouse", "backup", "--warehouse", warehouse(), "--to", target);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains(why).hasLineCount(1);
  }
}
