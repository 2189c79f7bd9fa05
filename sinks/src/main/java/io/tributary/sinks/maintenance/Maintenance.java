package io.tributary.sinks.maintenance;

import io.tributary.events.BillingMonth;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.AskedQuestions;
import io.tributary.sinks.rollup.Rollups;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import org.apache.iceberg.Table;

/** All that a warehouse needs from time to time so that its tables stay fast and small. */
public final class Maintenance {

  /**
   * What one round did.
   *
   * @param merged small files put together, of all tables
   * @param cooled entries moved to cold
   * @param frozen entries of which the daily grain was left
   * @param removed rows of billing periods that were past their retention
   * @param snapshots let go of, of all tables
   */
  public record Report(
      TableTiers.Result merged,
      TableTiers.Result cooled,
      TableTiers.Result frozen,
      SortedMap<WarehouseTable, Long> removed,
      int snapshots) {}

  /** For how long it is kept what was asked. */
  private static final Duration QUESTIONS_FOR = Duration.ofDays(30);

  private final Warehouse warehouse;
  private final TableTiers tiers;
  private final TierSettings settings;

  public Maintenance(Warehouse warehouse, TierSettings settings) {
    this.warehouse = warehouse;
    this.tiers = new TableTiers(warehouse);
    this.settings = settings;
  }

  /** Merges, moves, removes and expires what is due at {@code now}. */
  public Report run(Instant now) {
    TableTiers.Result merged = TableTiers.Result.NOTHING;
    for (WarehouseTable table : WarehouseTable.values()) {
      merged = merged.plus(tiers.merge(table));
    }
    for (Table rollup : Rollups.declaredTables(warehouse).values()) {
      merged = merged.plus(tiers.mergeRollup(rollup));
    }
    TableTiers.Result cooled = tiers.coolDown(now.minus(settings.coldAfter()));
    return new Report(merged, cooled, freeze(now), removePastRetention(now), expire(now));
  }

  /**
   * Removes billing periods that are past their retention.
   *
   * @return rows, tables without any left out
   */
  public SortedMap<WarehouseTable, Long> removePastRetention(Instant now) {
    return new Retention(warehouse, settings.retention()).run(now);
  }

  private TableTiers.Result freeze(Instant now) {
    return settings.frozenAfterMonths() == TierSettings.NEVER
        ? TableTiers.Result.NOTHING
        : freeze(BillingMonth.containing(now).plus(-settings.frozenAfterMonths()));
  }

  /**
   * {@link TableTiers#freeze}, after which rollups are built anew: they may have kept hours,
   * resources, and days of entry that the ledger has not any more.
   */
  public TableTiers.Result freeze(BillingMonth month) {
    TableTiers.Result frozen = tiers.freeze(month);
    if (frozen.files() > 0) {
      new Rollups(warehouse).rebuild();
    }
    return frozen;
  }

  /**
   * Lets go of snapshots that are past their time, and of the files that only they refer to.
   *
   * @return how many
   */
  public int expire(Instant now) {
    // So that the ledger snapshots that rollups equal are not among those that go.
    new Rollups(warehouse).follow();
    AskedQuestions.forgetBefore(warehouse, now.minus(QUESTIONS_FOR));
    int expired = forget(now.minus(settings.snapshotsFor()));
    for (WarehouseTable table : WarehouseTable.values()) {
      expired += SnapshotExpiry.run(table, warehouse.table(table), settings, now);
    }
    for (Table rollup : Rollups.declaredTables(warehouse).values()) {
      expired += SnapshotExpiry.run(WarehouseTable.COST_DAILY, rollup, settings, now);
    }
    return expired;
  }

  /** Before the snapshots that say so themselves are past their time. */
  private int forget(Instant time) {
    ForgottenHistory history = new ForgottenHistory(warehouse);
    ForgottenHistory.Result forgotten = history.letGoOfRollups(time);
    for (WarehouseTable table : WarehouseTable.values()) {
      if (table != WarehouseTable.COST_DAILY) {
        forgotten = forgotten.plus(history.letGo(table, time));
      }
    }
    return forgotten.gone();
  }

  /**
   * Removes files that were left by writers which were killed.
   *
   * @return how many
   */
  public int removeOrphans(Instant now) {
    int removed = 0;
    for (WarehouseTable table : WarehouseTable.values()) {
      removed += Orphans.remove(warehouse.table(table), now.minus(settings.orphansAfter()));
    }
    for (Table rollup : Rollups.declaredTables(warehouse).values()) {
      removed += Orphans.remove(rollup, now.minus(settings.orphansAfter()));
    }
    return removed;
  }
}
