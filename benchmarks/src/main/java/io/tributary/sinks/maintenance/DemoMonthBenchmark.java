package io.tributary.sinks.maintenance;

import io.tributary.jobs.DemoJob;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

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
      TableTiers tiers = new TableTiers(warehouse);
      TableTiers.Tier hot = print(tiers);
      tiers.coolDown(Instant.MAX);
      TableTiers.Tier cold = print(tiers);
      System.out.printf("hot is %.1f times cold%n", (double) hot.bytes() / cold.bytes());
    }
    System.exit(0);
  }

  private static TableTiers.Tier print(TableTiers tiers) {
    TableTiers.Tier tier = tiers.status().get(0);
    System.out.printf(
        "| %s | %,d | %,d | %,d |%n", tier.tier(), tier.files(), tier.entries(), tier.bytes());
    return tier;
  }
}
