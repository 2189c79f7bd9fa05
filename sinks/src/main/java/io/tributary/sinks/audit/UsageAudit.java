package io.tributary.sinks.audit;

import io.tributary.events.BillingMonth;
import io.tributary.sinks.audit.Audit.Finding;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.WarehouseReader;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * Checks that usage counts once (I9): that, of a tenant, resource, meter, unit and UTC day, the
 * estimates in the ledger come to the archived usage that has a price and that no live charge
 * covers. Goes over the days in passes that each hold as many rows as they may.
 */
final class UsageAudit {

  /** What {@link Finding#invariant} says. */
  static final String INVARIANT = "I9";

  /**
   * Rows of archive and ledger that may be held at once: some 500 MB where every row is of another
   * resource and day. One day of a tenant alone may have more.
   */
  static final long ROWS_AT_ONCE = 500_000;

  /** Differences of a tenant that are told one by one. */
  static final int FINDINGS_OF_TENANT = 1_000;

  /**
   * A difference.
   *
   * @param day the day on which it is
   */
  record Difference(TenantDay day, Finding finding) {}

  /** Columns of the ledger that {@link #countEntry} reads. */
  static final List<String> LEDGER_COLUMNS =
      List.of(
          Columns.TENANT_ID,
          Columns.TIER,
          Columns.BILLING_PERIOD_START,
          Columns.CHARGE_PERIOD_START,
          "entry_kind",
          "basis");

  /** Of which the ledger has sums by day. */
  private record TenantMonth(String tenant, BillingMonth month) {}

  private final AuditScan scan;
  private final Set<TenantMonth> frozen = new HashSet<>();
  private final RemovedPeriods removed;
  private final Set<String> unsettled;
  private final Map<TenantDay, Long> rows = new HashMap<>();
  private final List<Difference> differences = new ArrayList<>();
  private final Map<String, Long> differencesOfTenant = new HashMap<>();
  private final SortedSet<TenantDay> behind = new TreeSet<>();
  private final SortedSet<TenantDay> tooMany = new TreeSet<>();
  private long cells;

  UsageAudit(WarehouseReader reader, AuditScan scan) {
    this.scan = scan;
    this.removed = RemovedPeriods.of(reader.table(WarehouseTable.COST_LEDGER));
    Snapshot ledger = reader.snapshot(WarehouseTable.COST_LEDGER);
    this.unsettled = ledger == null ? Set.of() : SnapshotMarks.unsettled(ledger.summary());
  }

  /** Takes note of a row of the ledger, with {@link #LEDGER_COLUMNS}. */
  void countEntry(Record row) {
    if (row.getField(Columns.TIER).equals(Columns.FROZEN)) {
      Instant period = ((OffsetDateTime) row.getField(Columns.BILLING_PERIOD_START)).toInstant();
      frozen.add(
          new TenantMonth(
              row.getField(Columns.TENANT_ID).toString().intern(), BillingMonth.of(period)));
    }
    if (row.getField("entry_kind").equals("base") && row.getField("basis").equals("estimated")) {
      count(row, Columns.CHARGE_PERIOD_START);
    }
  }

  /** Takes note of the archive. */
  void countArchive(Expression filter) {
    scan.forEach(
        WarehouseTable.USAGE_HOURLY,
        filter,
        List.of(Columns.TENANT_ID, "hour"),
        row -> count(row, "hour"));
  }

  /** Takes note of what archive and ledger have of these days, and of no others. */
  void count(SortedSet<TenantDay> days) {
    countArchive(TenantDay.rowsOf(days, "hour"));
    scan.forEach(
        WarehouseTable.COST_LEDGER,
        Expressions.and(UsagePass.ESTIMATES, TenantDay.rowsOf(days, Columns.CHARGE_PERIOD_START)),
        LEDGER_COLUMNS,
        this::countEntry);
    rows.keySet().retainAll(days);
  }

  /**
   * Forgets all but the first days that have no more than {@code most} rows together.
   *
   * @param order the days that were taken note of
   * @return the days that may be compared another time; not {@link #tooMany}
   */
  Set<TenantDay> keepFirst(List<TenantDay> order, long most) {
    Set<TenantDay> left = new HashSet<>();
    long held = 0;
    for (TenantDay day : order) {
      long more = rows.getOrDefault(day, 0L);
      if (more > most) {
        tooMany.add(day);
      } else if (held + more > most) {
        left.add(day);
      } else {
        held += more;
      }
    }
    rows.keySet().removeAll(tooMany);
    rows.keySet().removeAll(left);
    return left;
  }

  private void count(Record row, String time) {
    Instant at = ((OffsetDateTime) row.getField(time)).toInstant();
    rows.merge(
        TenantDay.of(row.getField(Columns.TENANT_ID).toString().intern(), at), 1L, Long::sum);
  }

  /**
   * Compares every day that was taken note of and is not removed.
   *
   * @param rowsPerPass of archive and ledger; one day of a tenant alone may have more
   */
  void check(long rowsPerPass) {
    rows.keySet().removeIf(day -> removed.has(day.tenant(), day.month()));
    SortedSet<TenantDay> pass = new TreeSet<>();
    long held = 0;
    for (TenantDay day : new TreeSet<>(rows.keySet())) {
      long more = rows.getOrDefault(day, 0L);
      if (held + more > rowsPerPass && !pass.isEmpty()) {
        check(pass);
        pass = new TreeSet<>();
        held = 0;
      }
      pass.add(day);
      held += more;
    }
    if (!pass.isEmpty()) {
      check(pass);
    }
  }

  private void check(SortedSet<TenantDay> days) {
    UsagePass pass = new UsagePass(scan, days);
    pass.read();
    cells += pass.cells();
    pass.compare(day -> frozen.contains(new TenantMonth(day.tenant(), day.month())), this::check);
  }

  private void check(DayUsage.Id of, String unit, UsageLine line) {
    if (line.holds()) {
      return;
    }
    TenantDay day = of.day();
    if (unsettled.contains(day.tenant()) && line.isBehind()) {
      behind.add(day);
      return;
    }
    String whose = of.resource() == null ? "all resources" : of.resource();
    String subject =
        "usage of %s, meter %s, unit %s, %s, ".formatted(whose, of.meter(), unit, day.date());
    line.differences(
        (measure, expected, actual) -> differ(day, subject + measure, expected, actual));
  }

  private void differ(TenantDay day, String subject, String expected, String actual) {
    if (differencesOfTenant.merge(day.tenant(), 1L, Long::sum) <= FINDINGS_OF_TENANT) {
      differences.add(
          new Difference(day, new Finding(INVARIANT, day.tenant(), subject, expected, actual)));
    }
  }

  /** What differs, by day; of each tenant so many that a person may read them. */
  List<Difference> differences() {
    return differences;
  }

  /** All that is to be told. */
  List<Finding> findings() {
    List<Finding> findings =
        new ArrayList<>(differences.stream().map(Difference::finding).toList());
    differencesOfTenant.forEach(
        (tenant, count) -> {
          if (count > FINDINGS_OF_TENANT) {
            long more = count - FINDINGS_OF_TENANT;
            findings.add(
                new Finding(
                    INVARIANT, tenant, "usage beside these", "equal", more + " more differ"));
          }
        });
    return findings;
  }

  /** The tenants that have usage or estimates. */
  SortedSet<String> tenants() {
    SortedSet<String> tenants = new TreeSet<>();
    rows.keySet().forEach(day -> tenants.add(day.tenant()));
    return tenants;
  }

  /** How many UTC days of tenants were compared. */
  long days() {
    return rows.size();
  }

  /** How many usage cells they have. */
  long cells() {
    return cells;
  }

  /** Days that {@link #keepFirst} has left out since each has too many rows alone. */
  SortedSet<TenantDay> tooMany() {
    return tooMany;
  }

  /** Days on which estimates lack that a stream may be about to write. */
  SortedSet<TenantDay> behind() {
    return behind;
  }
}
