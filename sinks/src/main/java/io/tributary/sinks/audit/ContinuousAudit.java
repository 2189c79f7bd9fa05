package io.tributary.sinks.audit;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.LedgerAppends;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Audits the ledger from snapshot to snapshot. What was appended since the last one is read in a
 * few columns; billing periods in which charges, deliveries or billed entries came, or transfers
 * that do not balance among themselves, are audited anew, and so are days of usage, as {@link
 * ContinuousUsage} has it. The first time, and where the snapshots in between are gone, all is. Not
 * safe for threads.
 */
public final class ContinuousAudit {

  /**
   * A difference that was not there before.
   *
   * @param deliveries of the tenant that came in the same step: where to look first
   */
  public record Drift(Audit.Finding finding, SortedSet<String> deliveries) {}

  /** What came in a step; tenants without periods are touched in all of them. */
  private static final class Touched {
    final Set<String> tenants = new TreeSet<>();
    final Set<Instant> periods = new TreeSet<>();
    final Map<String, SortedSet<String>> deliveries = new HashMap<>();

    void add(Record row) {
      tenants.add(row.getField(Columns.TENANT_ID).toString());
      periods.add(((OffsetDateTime) row.getField(Columns.BILLING_PERIOD_START)).toInstant());
    }

    void add(Touched other) {
      tenants.addAll(other.tenants);
      periods.addAll(other.periods);
    }
  }

  /** Transfers that must come to nothing. */
  private record Pool(
      String tenant, Object period, @Nullable Object allocation, Object basis, Object currency) {}

  private final Warehouse warehouse;
  private final Map<WarehouseTable, Long> audited = new HashMap<>();
  private final ContinuousUsage usage = new ContinuousUsage();
  private List<Audit.Finding> ofRows = List.of();
  private List<Audit.Finding> ofCounts = List.of();
  private List<Audit.Finding> ofFiles = List.of();
  private Touched standing = new Touched();

  /**
   * @param warehouse stays the caller's to close
   */
  public ContinuousAudit(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /** Audits up to the newest snapshot of the ledger, and tells what is wrong and was not before. */
  public List<Drift> step() {
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    Snapshot now = reader.snapshot(WarehouseTable.COST_LEDGER);
    Long before = audited.get(WarehouseTable.COST_LEDGER);
    if (now == null || (Objects.equals(before, now.snapshotId()) && !usage.isDue())) {
      return List.of();
    }
    Set<Audit.Finding> known = new HashSet<>(findings());
    Touched touched = new Touched();
    if (before != null && isTold(reader, before, now)) {
      touched = touched(reader, before, now);
      if (!touched.tenants.isEmpty()) {
        boolean whole = standing.periods.isEmpty() && !standing.tenants.isEmpty();
        touched.add(standing);
        if (whole) {
          touched.periods.clear();
        }
        ofRows = Audit.ofPeriods(reader, touched.tenants, touched.periods);
        standing = ofRows.isEmpty() ? new Touched() : touched;
      }
      usage.step(reader);
      ofCounts = Audit.ofCounts(reader);
    } else {
      all();
    }
    for (WarehouseTable table : WarehouseTable.values()) {
      Snapshot snapshot = reader.snapshot(table);
      if (snapshot != null) {
        audited.put(table, snapshot.snapshotId());
      }
    }
    List<Drift> drifts = new ArrayList<>();
    for (Audit.Finding finding : findings()) {
      if (!known.contains(finding)) {
        drifts.add(
            new Drift(finding, touched.deliveries.getOrDefault(finding.tenant(), new TreeSet<>())));
      }
    }
    return drifts;
  }

  /** Looks whether every file is there, in full, and once; tells what was not known to be wrong. */
  public List<Drift> checkFiles() {
    Set<Audit.Finding> known = new HashSet<>(ofFiles);
    ofFiles = Audit.ofFiles(WarehouseReader.sealed(warehouse));
    return ofFiles.stream()
        .filter(finding -> !known.contains(finding))
        .map(finding -> new Drift(finding, new TreeSet<>()))
        .toList();
  }

  /** All that is wrong as far as is known. */
  public List<Audit.Finding> findings() {
    List<Audit.Finding> findings = new ArrayList<>(ofRows);
    findings.addAll(usage.findings());
    findings.addAll(ofCounts);
    findings.addAll(ofFiles);
    return findings;
  }

  private void all() {
    Audit.Whole whole = Audit.whole(warehouse);
    List<Audit.Finding> all = whole.report().findings();
    usage.reset(whole.usage(), whole.behind());
    ofFiles = all.stream().filter(f -> f.invariant().equals(Audit.FILES)).toList();
    ofCounts = all.stream().filter(f -> isOfCounts(f)).toList();
    ofRows =
        all.stream()
            .filter(
                f ->
                    !f.invariant().equals(Audit.FILES)
                        && !f.invariant().equals(UsageAudit.INVARIANT)
                        && !isOfCounts(f))
            .toList();
    standing = new Touched();
    ofRows.forEach(finding -> standing.tenants.add(finding.tenant()));
  }

  private static boolean isOfCounts(Audit.Finding finding) {
    return finding.invariant().equals("I6") && finding.tenant().isEmpty();
  }

  /** Whether the appends since then are all that has changed. */
  private static boolean isTold(WarehouseReader reader, long before, Snapshot now) {
    Table ledger = reader.table(WarehouseTable.COST_LEDGER);
    return LedgerAppends.reach(ledger, now.snapshotId()).contains(before);
  }

  private Touched touched(WarehouseReader reader, long before, Snapshot now) {
    Touched touched = new Touched();
    Map<Pool, CostSums> transfers = new HashMap<>();
    Map<Pool, Record> rows = new HashMap<>();
    AuditScan scan = new AuditScan(reader, (file, wrong) -> {});
    scan.forEachAppended(
        new LedgerAppends(reader.table(WarehouseTable.COST_LEDGER), before, now.snapshotId()),
        Expressions.alwaysTrue(),
        List.of(
            Columns.TENANT_ID,
            Columns.BILLING_PERIOD_START,
            Columns.CHARGE_PERIOD_START,
            "entry_kind",
            "basis",
            "allocation",
            "billing_currency",
            "billed_cost",
            "effective_cost",
            "list_cost",
            "contracted_cost"),
        row -> {
          usage.entry(row);
          if (row.getField("entry_kind").equals("transfer")) {
            Pool pool = pool(row);
            transfers.merge(pool, LiveCharges.costs(row), CostSums::plus);
            rows.putIfAbsent(pool, row);
          } else if (row.getField("basis").equals("billed")) {
            touched.add(row);
          }
        });
    transfers.forEach(
        (pool, sum) -> {
          if (!sum.isZero()) {
            touched.add(Objects.requireNonNull(rows.get(pool)));
          }
        });
    addInputs(reader, touched);
    return touched;
  }

  private static Pool pool(Record row) {
    return new Pool(
        row.getField(Columns.TENANT_ID).toString(),
        row.getField(Columns.BILLING_PERIOD_START),
        row.getField("allocation"),
        row.getField("basis"),
        row.getField("billing_currency"));
  }

  private void addInputs(WarehouseReader reader, Touched touched) {
    forEach(
        reader,
        WarehouseTable.CHARGES,
        List.of(
            Columns.TENANT_ID,
            Columns.BILLING_PERIOD_START,
            Columns.CHARGE_PERIOD_START,
            Columns.CHARGE_PERIOD_END,
            "charge_category"),
        row -> {
          touched.add(row);
          usage.charge(row);
        });
    forEach(reader, WarehouseTable.USAGE_HOURLY, List.of(Columns.TENANT_ID, "hour"), usage::usage);
    forEach(
        reader,
        WarehouseTable.DELIVERIES,
        List.of(Columns.TENANT_ID, Columns.BILLING_PERIOD_START, "delivery_id"),
        row -> {
          touched.add(row);
          usage.delivery(row);
          touched
              .deliveries
              .computeIfAbsent(row.getField(Columns.TENANT_ID).toString(), t -> new TreeSet<>())
              .add(row.getField("delivery_id").toString());
        });
  }

  private void forEach(
      WarehouseReader reader, WarehouseTable table, List<String> columns, Consumer<Record> action) {
    Long after = audited.get(table);
    try (CloseableIterable<Record> rows =
        reader.appended(table, after, columns.toArray(String[]::new))) {
      rows.forEach(action);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + table.tableName(), e);
    }
  }
}
