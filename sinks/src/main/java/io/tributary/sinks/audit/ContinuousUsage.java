package io.tributary.sinks.audit;

import io.tributary.events.BillingMonth;
import io.tributary.events.CoverageRule;
import io.tributary.sinks.audit.Audit.Finding;
import io.tributary.sinks.audit.UsageAudit.Difference;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.read.WarehouseReader;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.data.Record;

/**
 * The days of which usage is to be compared again, and what was found on the others. Days are
 * compared in the order in which they came to be due, as many at once as have {@link
 * UsageAudit#ROWS_AT_ONCE} rows; a day of a tenant that has more is left to the full audit, and so
 * is what a price changes of days that nothing else does.
 */
final class ContinuousUsage {

  /** How far apart the days of one step may be: what lies in between is read, too. */
  private static final long DAYS_PER_STEP = 31;

  /** Days of a tenant, whose end is not one of them. */
  private record Span(String tenant, Instant start, Instant end) {}

  private final SortedMap<TenantDay, List<Finding>> found = new TreeMap<>();

  /** In the order in which they came to be due, so that none waits for ever. */
  private final Set<TenantDay> due = new LinkedHashSet<>();

  /** Days that lack estimates which a stream may be about to write. */
  private final Set<TenantDay> lacking = new HashSet<>();

  private final Set<Span> touched = new HashSet<>();

  /** Forgets everything for what an audit of the whole has found. */
  void reset(List<Difference> differences, SortedSet<TenantDay> behind) {
    found.clear();
    due.clear();
    lacking.clear();
    touched.clear();
    differences.forEach(this::add);
    lacking.addAll(behind);
  }

  /** A new row of the ledger. */
  void entry(Record row) {
    if (row.getField("entry_kind").equals("base") && row.getField("basis").equals("estimated")) {
      due.add(TenantDay.of(tenant(row), instant(row, Columns.CHARGE_PERIOD_START)));
    }
  }

  /** A new row of the archive of usage. */
  void usage(Record row) {
    due.add(TenantDay.of(tenant(row), instant(row, "hour")));
  }

  /** A new row of the archive of charges. */
  void charge(Record row) {
    if (CoverageRule.mayCover(row.getField("charge_category").toString())) {
      touched.add(
          new Span(
              tenant(row),
              instant(row, Columns.CHARGE_PERIOD_START),
              instant(row, Columns.CHARGE_PERIOD_END)));
    }
  }

  /** A new row of the archive of deliveries, which may withdraw what covered usage. */
  void delivery(Record row) {
    Instant period = instant(row, Columns.BILLING_PERIOD_START);
    touched.add(new Span(tenant(row), period, BillingMonth.endOfPeriod(period)));
  }

  /** Whether there is anything to compare. */
  boolean isDue() {
    return !due.isEmpty() || !touched.isEmpty();
  }

  /** Compares some of the days that are due. */
  void step(WarehouseReader reader) {
    for (Span span : touched) {
      for (long day = TenantDay.dayOf(span.start); TenantDay.start(day).isBefore(span.end); day++) {
        due.add(new TenantDay(span.tenant, day));
      }
    }
    touched.clear();
    // The ledger may have caught up with what it followed.
    due.addAll(lacking);
    lacking.clear();
    if (!due.isEmpty()) {
      compare(reader, next());
    }
  }

  /** The first day that is due and those near it. */
  private List<TenantDay> next() {
    long first = due.iterator().next().day();
    return due.stream().filter(day -> Math.abs(day.day() - first) < DAYS_PER_STEP).toList();
  }

  private void compare(WarehouseReader reader, List<TenantDay> order) {
    SortedSet<TenantDay> days = new TreeSet<>(order);
    UsageAudit audit = new UsageAudit(reader, new AuditScan(reader, (file, wrong) -> {}));
    audit.count(days);
    Set<TenantDay> left = audit.keepFirst(order, UsageAudit.ROWS_AT_ONCE);
    audit.check(UsageAudit.ROWS_AT_ONCE);
    days.removeAll(left);
    due.removeAll(days);
    days.removeAll(audit.tooMany());
    found.keySet().removeAll(days);
    audit.differences().forEach(this::add);
    lacking.addAll(audit.behind());
  }

  private void add(Difference difference) {
    found.computeIfAbsent(difference.day(), day -> new ArrayList<>()).add(difference.finding());
  }

  /** All that was found and not found mended. */
  List<Finding> findings() {
    return found.values().stream().flatMap(List::stream).toList();
  }

  private static String tenant(Record row) {
    return row.getField(Columns.TENANT_ID).toString();
  }

  private static Instant instant(Record row, String column) {
    return ((OffsetDateTime) row.getField(column)).toInstant();
  }
}
