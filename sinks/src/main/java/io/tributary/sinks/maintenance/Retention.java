package io.tributary.sinks.maintenance;

import io.tributary.events.BillingMonth;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Removes billing months that are past their retention: first it is told that they are, then their
 * rows go, of each table in one commit. Usage and telemetry go three months later, since a line may
 * be split by that of an earlier month. What a month's snapshots had goes as snapshots do. Safe
 * beside streams and readers; interrupted and repeated, it goes on.
 */
public final class Retention {

  /** Property of the ledger: what was removed last, as {@link RetentionSettings#plan} tells it. */
  private static final String DONE = "tributary.retention-done";

  private static final int ATTEMPTS = 100;
  private static final String CHARGE_CATEGORY = "charge_category";

  /**
   * Which rows of a table belong to a month.
   *
   * @param column the billing month, or a time of which the UTC month tells
   * @param monthsLonger that rows are kept for the sake of later months
   */
  private record Rule(WarehouseTable id, String column, int monthsLonger) {

    /** The first value that is kept where {@code month} is the first that is, as a literal. */
    String first(BillingMonth month) {
      BillingMonth first = month.plus(-monthsLonger);
      return isMonth()
          ? first.firstDay().toString()
          : first.start().atOffset(ZoneOffset.UTC).toString();
    }

    /** The same in Iceberg's in-memory form. */
    long firstInMemory(BillingMonth month) {
      BillingMonth first = month.plus(-monthsLonger);
      return isMonth() ? first.firstDay().toEpochDay() : micros(first);
    }

    private boolean isMonth() {
      return column.equals(Columns.BILLING_MONTH);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          new Rule(WarehouseTable.COST_LEDGER, Columns.BILLING_MONTH, 0),
          new Rule(WarehouseTable.ESTIMATE_ERRORS, "usage_day", 0),
          new Rule(WarehouseTable.CHARGES, Columns.BILLING_MONTH, 0),
          new Rule(WarehouseTable.USAGE_HOURLY, "hour", 3),
          new Rule(WarehouseTable.TELEMETRY, "period_start", 3));

  private final Warehouse warehouse;
  private final RetentionSettings settings;
  private final int onHeap;

  public Retention(Warehouse warehouse, RetentionSettings settings) {
    this(warehouse, settings, SortedRows.ON_HEAP);
  }

  Retention(Warehouse warehouse, RetentionSettings settings, int onHeap) {
    this.warehouse = warehouse;
    this.settings = settings;
    this.onHeap = onHeap;
  }

  /** Rows that {@link #run} would remove, tables without any left out; nothing is changed. */
  public SortedMap<WarehouseTable, Long> due(Instant now) {
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    BillingMonth latest = settings.latest(now);
    if (latest != null) {
      for (Rule rule : RULES) {
        Table table = warehouse.table(rule.id);
        Selection selection =
            new Selection(rule, tenant -> Optional.ofNullable(cutoff(tenant, now)));
        rows.put(
            rule.id,
            files(rule, table, latest).stream()
                .mapToLong(file -> selection.count(table, file))
                .sum());
      }
    }
    rows.values().removeIf(due -> due == 0);
    return rows;
  }

  private @Nullable BillingMonth cutoff(String tenant, Instant now) {
    BillingMonth wanted = settings.before(tenant, now);
    BillingMonth removed = RemovedPeriods.of(warehouse).before(tenant);
    return wanted == null || removed != null && wanted.isBefore(removed) ? removed : wanted;
  }

  /**
   * Removes what is past its retention at {@code now}. Reads nothing where that was done.
   *
   * @return rows that were removed, tables without any left out
   */
  public SortedMap<WarehouseTable, Long> run(Instant now) {
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    BillingMonth latest = settings.latest(now);
    String plan = RemovedPeriods.hash(settings.plan(now));
    if (latest == null || plan.equals(ledger().properties().get(DONE))) {
      return rows;
    }
    RemovedPeriods.add(warehouse, months(now, latest));
    RemovedPeriods removed = RemovedPeriods.of(warehouse);
    for (Rule rule : RULES) {
      rows.put(rule.id, remove(rule, removed, latest));
    }
    // Also where a round was killed in between.
    new Rollups(warehouse).catchUp();
    ledger().updateProperties().set(DONE, plan).commit();
    rows.values().removeIf(gone -> gone == 0);
    return rows;
  }

  private Table ledger() {
    return warehouse.table(WarehouseTable.COST_LEDGER);
  }

  /** The first month that is kept, of every tenant that has rows before it. */
  private SortedMap<String, BillingMonth> months(Instant now, BillingMonth latest) {
    SortedMap<String, BillingMonth> months = new TreeMap<>();
    SortedSet<String> kept = new TreeSet<>();
    for (Rule rule : RULES) {
      Table table = warehouse.table(rule.id);
      Schema seen = table.schema().select(Columns.TENANT_ID);
      for (DataFile file : files(rule, table, latest)) {
        forEach(
            table,
            file,
            seen,
            row -> {
              String tenant = row.get(0, String.class);
              if (!months.containsKey(tenant) && !kept.contains(tenant)) {
                BillingMonth before = settings.before(tenant, now);
                if (before == null) {
                  kept.add(tenant);
                } else {
                  months.put(tenant, before);
                }
              }
            });
      }
    }
    return months;
  }

  private long remove(Rule rule, RemovedPeriods removed, BillingMonth latest) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Table table = warehouse.table(rule.id);
      Selection selection =
          new Selection(rule, tenant -> Optional.ofNullable(removed.before(tenant)));
      List<DataFile> due = new ArrayList<>();
      long rows = 0;
      for (DataFile file : files(rule, table, latest)) {
        long count = selection.count(table, file);
        if (count > 0) {
          due.add(file);
          rows += count;
        }
      }
      if (due.isEmpty()
          || new Consolidation(table, rule.id, onHeap, selection.of(table.schema()))
              .replaceAtOnce(due, Map.of())) {
        return rows;
      }
    }
    throw new WarehouseException("others change " + rule.id.tableName() + " all the time");
  }

  /** Files that may have rows of periods before {@code latest}. */
  private static List<DataFile> files(Rule rule, Table table, BillingMonth latest) {
    return TableTiers.files(table, Expressions.lessThan(rule.column, rule.first(latest)));
  }

  private static long micros(BillingMonth month) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, month.start());
  }

  private static void forEach(
      Table table, DataFile file, Schema seen, Consumer<StructLike> action) {
    try (CloseableIterable<StructLike> rows = Consolidation.rows(table, file, seen)) {
      rows.forEach(action);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.location(), e);
    }
  }

  private interface Cutoffs {
    Optional<BillingMonth> before(String tenant);
  }

  /** Tells which rows of a table are to go. */
  private static final class Selection {

    private final Rule rule;
    private final Cutoffs cutoffs;
    private final Map<String, Long> firstByTenant = new HashMap<>();
    private final Map<String, Long> microsByTenant = new HashMap<>();

    Selection(Rule rule, Cutoffs cutoffs) {
      this.rule = rule;
      this.cutoffs = cutoffs;
    }

    long count(Table table, DataFile file) {
      List<String> columns = new ArrayList<>(List.of(Columns.TENANT_ID, rule.column));
      if (rule.id == WarehouseTable.CHARGES) {
        columns.addAll(List.of(Columns.CHARGE_PERIOD_END, Columns.RESOURCE_ID, CHARGE_CATEGORY));
      }
      Schema seen = table.schema().select(columns);
      Predicate<StructLike> gone = of(seen);
      long[] count = {0};
      forEach(table, file, seen, row -> count[0] += gone.test(row) ? 1 : 0);
      return count[0];
    }

    Predicate<StructLike> of(Schema schema) {
      int tenant = position(schema, Columns.TENANT_ID);
      int time = position(schema, rule.column);
      Predicate<StructLike> isOld =
          row ->
              row.get(time, Number.class).longValue()
                  < before(firstByTenant, row.get(tenant, String.class), rule::firstInMemory);
      return rule.id == WarehouseTable.CHARGES
          ? isOld.and(row -> !mayCoverLater(schema, row, tenant))
          : isOld;
    }

    /** Whether a charge may have taken the place of estimates of a month that is kept. */
    private boolean mayCoverLater(Schema schema, StructLike row, int tenant) {
      long before = before(microsByTenant, row.get(tenant, String.class), Retention::micros);
      return "Usage".equals(row.get(position(schema, CHARGE_CATEGORY), String.class))
          && row.get(position(schema, Columns.RESOURCE_ID), String.class) != null
          && row.get(position(schema, Columns.CHARGE_PERIOD_END), Long.class) > before;
    }

    private static int position(Schema schema, String column) {
      return schema.columns().indexOf(schema.findField(column));
    }

    /** What the first month that is kept begins with; the least there is where all are. */
    private long before(Map<String, Long> known, String tenant, ToLongFunction<BillingMonth> of) {
      return known.computeIfAbsent(
          tenant, t -> cutoffs.before(t).map(of::applyAsLong).orElse(Long.MIN_VALUE));
    }
  }
}
