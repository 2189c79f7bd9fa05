package io.tributary.sinks.maintenance;

import io.tributary.jobs.DemoJob;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The demo's company streamed as the demo streams it, through broker and job with a commit each
 * second and without maintenance: two months of bills, usage of up to 40 hours, then live. Prints
 * what the ledger takes as it was committed and when it was moved to cold.
 */
public final class DemoMonthBenchmark {

  private static final long SEED = 7;
  private static final int EVENTS_PER_SECOND = 100;

  private DemoMonthBenchmark() {}

  /**
   * @param args seconds that are streamed live; 120 by default
   */
  public static void main(String[] args) throws Exception {
    Duration live = Duration.ofSeconds(args.length > 0 ? Integer.parseInt(args[0]) : 120);
    Path directory = Files.createTempDirectory("tributary-demo-month");
    Clock clock = Clock.systemUTC();
    try (Warehouse warehouse =
        Warehouse.open(WarehouseSettings.local(directory.resolve("warehouse")))) {
      try (DemoJob job =
          DemoJob.start(
              new DemoJob.Settings(directory, SEED, EVENTS_PER_SECOND), warehouse, clock)) {
        job.live(clock.instant().plus(live), System.out::println);
      }
      printSizes(warehouse, directory);
      TableTiers tiers = new TableTiers(warehouse);
      TableTiers.Tier hot = print(tiers);
      tiers.coolDown(Instant.MAX);
      TableTiers.Tier cold = print(tiers);
      System.out.printf("hot is %.1f times cold%n", (double) hot.bytes() / cold.bytes());
    }
    System.exit(0);
  }

  private static void printSizes(Warehouse warehouse, Path directory) throws IOException {
    System.out.printf(
        "in: %,d records, %,d s of CPU time%n", records(warehouse), cpu().toSeconds());
    for (String part : List.of("kafka", "checkpoints", "warehouse")) {
      System.out.printf("%s: %,d bytes%n", part, bytes(directory.resolve(part)));
    }
    for (WarehouseTable table : WarehouseTable.values()) {
      Path files = directory.resolve("warehouse/data/tributary").resolve(table.tableName());
      System.out.printf(
          "%s: %,d bytes of data, %,d of metadata%n",
          table.tableName(), bytes(files.resolve("data")), bytes(files.resolve("metadata")));
    }
  }

  private static long records(Warehouse warehouse) {
    return SnapshotMarks.tallies(warehouse.table(WarehouseTable.COST_LEDGER)).entrySet().stream()
        .filter(tally -> tally.getKey().startsWith("in."))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Of this process: broker, job and queries. */
  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static long bytes(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
  }

  private static TableTiers.Tier print(TableTiers tiers) {
    TableTiers.Tier tier = tiers.status().get(0);
    System.out.printf(
        "| %s | %,d | %,d | %,d |%n", tier.tier(), tier.files(), tier.entries(), tier.bytes());
    return tier;
  }
}
