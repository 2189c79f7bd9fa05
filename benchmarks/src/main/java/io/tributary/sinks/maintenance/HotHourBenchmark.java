package io.tributary.sinks.maintenance;

import io.tributary.events.Basis;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * An hour of a stream that commits each second, as fast as it goes: usage of 200 resources of 20
 * tenants whose cells grow, so that each second takes their costs back and writes new ones. A round
 * of maintenance follows every 60 commits. A reader asks for the costs of one tenant all the while
 * and must never get others than a commit made. Prints what the ledger is made of every ten
 * minutes.
 */
public final class HotHourBenchmark {

  private static final int TENANTS = 20;
  private static final int RESOURCES = 10;
  private static final int ROUND = 60;
  private static final int ROW = 600;

  /** Snapshots carry the time of this machine, by which the hour goes by in minutes. */
  private static final TierSettings SETTINGS =
      new TierSettings(
          Duration.ofMinutes(30),
          TierSettings.NEVER,
          Duration.ofMinutes(1),
          Duration.ofDays(1),
          Duration.ofDays(7),
          RetentionSettings.FOREVER);

  private static final Instant START = Clock.systemUTC().instant().truncatedTo(ChronoUnit.DAYS);

  private final Warehouse warehouse;
  private final Path directory;
  private final SplittableRandom random = new SplittableRandom(1);
  private final long[] costs = new long[TENANTS * RESOURCES];
  private final WarehouseWriter writer;
  private final WarehouseAppends appends;

  /** What the first tenant costs as of each commit. */
  private final Map<Long, BigDecimal> totals = new ConcurrentHashMap<>();

  private Instant now = START;
  private long appendedBytes;

  private HotHourBenchmark(Warehouse warehouse, Path directory) {
    this.warehouse = warehouse;
    this.directory = directory;
    this.appends = new WarehouseAppends(warehouse);
    this.writer =
        new WarehouseWriter(warehouse, DimensionColumns.PER_TENANT, new SimulatedClock(), 0);
  }

  /** Goes by a second for each commit. */
  private final class SimulatedClock extends Clock {

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  /**
   * @param args commits; 3600 by default
   */
  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 3_600;
    Path directory = Files.createTempDirectory("tributary-hot-hour");
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      HotHourBenchmark hour = new HotHourBenchmark(warehouse, directory);
      try (PollingReader reader = new PollingReader(warehouse, tenant(0), "hour", hour.totals)) {
        hour.run(seconds);
        System.out.println(reader.report());
      }
    }
  }

  private void run(int seconds) {
    System.out.println(
        "| second | snapshots | manifests | files hot | cold | metadata KB | commit ms p50 | p99"
            + " | maintenance ms, all |");
    long[] commits = new long[ROW];
    long maintained = 0;
    for (int second = 1; second <= seconds; second++) {
      now = START.plusSeconds(second);
      long before = System.nanoTime();
      commit(second);
      commits[(second - 1) % ROW] = System.nanoTime() - before;
      if (second % ROUND == 0) {
        long round = System.nanoTime();
        maintain(now);
        maintained += System.nanoTime() - round;
      }
      if (second % ROW == 0) {
        print(second, commits, maintained);
        maintained = 0;
      }
    }
    TableTiers tiers = new TableTiers(warehouse);
    tiers.coolDown(Instant.MAX);
    long cold = tiers.status().stream().mapToLong(TableTiers.Tier::bytes).sum();
    System.out.printf(
        "%,d bytes were written hot; %,d are left cold: 1/%d%n",
        appendedBytes, cold, appendedBytes / cold);
  }

  private void commit(int second) {
    for (int i = 0; i < costs.length; i++) {
      if (costs[i] != 0) {
        writer.write(WarehouseRow.of(entry(i, second, -costs[i])));
      }
      costs[i] += random.nextInt(1, 1_000);
      writer.write(WarehouseRow.of(entry(i, second, costs[i])));
    }
    totals.put((long) second, cost(Arrays.stream(costs, 0, RESOURCES).sum()));
    appends.commit(
        new CommitMark.Checkpoint("hour", "sink", second, second - 1),
        writer.complete(),
        true,
        Map.of("in.hour", (long) costs.length));
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    appendedBytes +=
        Long.parseLong(ledger.currentSnapshot().summary().getOrDefault("added-files-size", "0"));
  }

  private static LedgerEntry entry(int i, int second, long micros) {
    Instant hour = START.plusSeconds(second).truncatedTo(ChronoUnit.HOURS);
    BigDecimal cost = cost(micros);
    LedgerEntry entry = new LedgerEntry();
    entry.setTenantId(tenant(i));
    entry.setEntryKind(EntryKind.BASE);
    entry.setBasis(Basis.ESTIMATED);
    entry.setBillingPeriodStart(START.atZone(ZoneOffset.UTC).withDayOfMonth(1).toInstant());
    entry.setChargePeriodStart(hour);
    entry.setChargePeriodEnd(hour.plus(1, ChronoUnit.HOURS));
    entry.setResourceId("i-" + i % RESOURCES);
    entry.setServiceName("compute");
    entry.setSkuMeter("vm-hours");
    entry.setBillingCurrency("USD");
    entry.setBilledCost(Money.ZERO);
    entry.setEffectiveCost(cost);
    entry.setListCost(cost);
    entry.setContractedCost(cost);
    entry.setConsumedQuantity(cost);
    entry.setConsumedUnit("hours");
    entry.setElements(Map.of("Team", "team " + i % 7));
    entry.setDefinitionsVersion(1);
    return entry;
  }

  private static String tenant(int resource) {
    return "tenant-" + resource / RESOURCES;
  }

  private static BigDecimal cost(long micros) {
    return Money.exact(BigDecimal.valueOf(micros, 6));
  }

  /** A round as of an hour that goes by in minutes: what is cold is so by the entries' clock. */
  private void maintain(Instant now) {
    TableTiers tiers = new TableTiers(warehouse);
    for (WarehouseTable table : WarehouseTable.values()) {
      tiers.merge(table);
    }
    tiers.coolDown(now.minus(SETTINGS.coldAfter()));
    new Maintenance(warehouse, SETTINGS).expire(Clock.systemUTC().instant());
  }

  private void print(int second, long[] commits, long maintained) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot snapshot = ledger.currentSnapshot();
    long snapshots = StreamSupport.stream(ledger.snapshots().spliterator(), false).count();
    List<TableTiers.Tier> tiers = new TableTiers(warehouse).status();
    long[] sorted = commits.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "| %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d |%n",
        second,
        snapshots,
        snapshot.dataManifests(ledger.io()).size(),
        files(tiers, "hot"),
        files(tiers, "cold"),
        metadataBytes() / 1_024,
        sorted[ROW / 2] / 1_000_000,
        sorted[ROW * 99 / 100] / 1_000_000,
        maintained / 1_000_000);
  }

  private static long files(List<TableTiers.Tier> tiers, String name) {
    return tiers.stream()
        .filter(tier -> tier.tier().equals(name))
        .mapToLong(TableTiers.Tier::files)
        .sum();
  }

  /** Of the ledger, as they are on disk. */
  private long metadataBytes() {
    try (Stream<Path> files =
        Files.walk(directory.resolve("data/tributary/cost_ledger/metadata"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
