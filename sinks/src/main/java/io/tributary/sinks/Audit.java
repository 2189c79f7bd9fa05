package io.tributary.sinks;

import io.tributary.events.Charge;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a warehouse holds against itself: that billed entries add up to the live charges
 * (I1), that transfers only move cost (I2), that nothing vanished between delivery, archive and
 * rejections (I6), and that every data file is there. Exact to the last digit; nothing is
 * tolerated. Works through one tenant and billing period at a time.
 */
public final class Audit {

  /** What {@link Finding#invariant} says of files that are missing, cut or unreadable. */
  public static final String FILES = "files";

  /**
   * A difference.
   *
   * @param invariant {@code I1}, {@code I2}, {@code I6} or {@link #FILES}
   * @param tenant empty where it concerns no tenant
   * @param subject what was compared
   * @param expected what should be
   * @param actual what is
   */
  public record Finding(
      String invariant, String tenant, String subject, String expected, String actual) {}

  /**
   * What was checked and what is wrong.
   *
   * @param ledgerSnapshot the state that was checked, null for an empty ledger
   * @param files data files of all tables
   * @param tenants tenants
   * @param periods pairs of tenant and billing period
   * @param entries ledger entries
   * @param charges distinct charges
   * @param deliveries deliveries
   * @param findings empty where all holds
   */
  public record Report(
      @Nullable Long ledgerSnapshot,
      long files,
      long tenants,
      long periods,
      long entries,
      long charges,
      long deliveries,
      List<Finding> findings) {}

  private final WarehouseReader reader;
  private final AuditScan scan;
  private final List<Finding> findings = new ArrayList<>();
  private long periods;
  private long entries;
  private long charges;
  private long deliveries;

  private Audit(WarehouseReader reader) {
    this.reader = reader;
    this.scan =
        new AuditScan(reader, (file, wrong) -> find(FILES, "", file, "there and readable", wrong));
  }

  /**
   * Audits the sealed state of {@code warehouse}.
   *
   * @param tenant null for all
   */
  public static Report run(Warehouse warehouse, @Nullable String tenant) {
    return new Audit(WarehouseReader.sealed(warehouse)).run(tenant);
  }

  private Report run(@Nullable String only) {
    long files = scan.checkFiles();
    SortedSet<String> tenants = only == null ? tenants() : new TreeSet<>(List.of(only));
    tenants.forEach(this::checkTenant);
    checkTallies();
    Snapshot ledger = reader.snapshot(WarehouseTable.COST_LEDGER);
    return new Report(
        ledger == null ? null : ledger.snapshotId(),
        files,
        tenants.size(),
        periods,
        entries,
        charges,
        deliveries,
        List.copyOf(findings));
  }

  private SortedSet<String> tenants() {
    SortedSet<String> tenants = new TreeSet<>();
    for (WarehouseTable table :
        List.of(WarehouseTable.COST_LEDGER, WarehouseTable.CHARGES, WarehouseTable.DELIVERIES)) {
      scan.forEach(
          table,
          Expressions.alwaysTrue(),
          List.of(Columns.TENANT_ID),
          row -> tenants.add(row.getField(Columns.TENANT_ID).toString()));
    }
    return tenants;
  }

  private void checkTenant(String tenant) {
    Expression ofTenant = WarehouseReader.tenant(tenant);
    SortedSet<Instant> starts = new TreeSet<>();
    for (WarehouseTable table :
        List.of(WarehouseTable.COST_LEDGER, WarehouseTable.CHARGES, WarehouseTable.DELIVERIES)) {
      scan.forEach(
          table,
          ofTenant,
          List.of(Columns.BILLING_PERIOD_START),
          row -> starts.add(instant(row.getField(Columns.BILLING_PERIOD_START))));
    }
    Map<String, Long> rejected = new HashMap<>();
    scan.forEach(
        WarehouseTable.REJECTED,
        Expressions.and(ofTenant, Expressions.notNull("delivery_id")),
        List.of("delivery_id"),
        row -> rejected.merge(row.getField("delivery_id").toString(), 1L, Long::sum));
    for (Instant start : starts) {
      checkPeriod(
          tenant,
          start,
          Expressions.and(ofTenant, WarehouseReader.billingPeriods(List.of(start))),
          rejected);
    }
  }

  private void checkPeriod(
      String tenant, Instant period, Expression filter, Map<String, Long> rejected) {
    periods++;
    LiveCharges live = liveCharges(filter);
    Map<LiveCharges.Scope, Long> sequences = new HashMap<>();
    SortedMap<String, Receipt> receipts = receipts(filter, sequences);
    checkDeliveries(tenant, receipts, live.rowsByDelivery(), rejected);
    SortedMap<String, Measures> billed = new TreeMap<>();
    SortedMap<String, Measures> transfers = new TreeMap<>();
    sumLedger(filter, billed, transfers);

    SortedMap<String, Measures> expected = live.sums(sequences);
    SortedSet<String> currencies = new TreeSet<>(expected.keySet());
    currencies.addAll(billed.keySet());
    for (String currency : currencies) {
      compare(
          "I1",
          tenant,
          "billing period " + period + ", " + currency,
          expected.getOrDefault(currency, Measures.ZERO),
          billed.getOrDefault(currency, Measures.ZERO));
    }
    transfers.forEach(
        (subject, sum) ->
            compare("I2", tenant, "billing period " + period + ", " + subject, Measures.ZERO, sum));
  }

  private LiveCharges liveCharges(Expression filter) {
    LiveCharges live = new LiveCharges();
    scan.forEach(WarehouseTable.CHARGES, filter, LiveCharges.COLUMNS, live::add);
    List<String> conflicts = live.conflictingKeys();
    if (!conflicts.isEmpty()) {
      scan.forEachRecord(
          WarehouseTable.CHARGES,
          Expressions.and(filter, Expressions.in("charge_key", conflicts)),
          (record, row) -> live.decide((Charge) record, row));
    }
    charges += live.count();
    return live;
  }

  /** Counts of a delivery; null where only the publisher knows. */
  private record Receipt(long rows, @Nullable Long charges, @Nullable Long rejected) {

    /** The better informed of two receipts of one delivery. */
    Receipt or(Receipt other) {
      return charges != null ? this : other;
    }
  }

  /** The receipts by delivery; fills {@code sequences} with the highest of each scope. */
  private SortedMap<String, Receipt> receipts(
      Expression filter, Map<LiveCharges.Scope, Long> sequences) {
    SortedMap<String, Receipt> receipts = new TreeMap<>();
    scan.forEach(
        WarehouseTable.DELIVERIES,
        filter,
        List.of(
            "service_provider_name",
            "billing_account_id",
            "report",
            "sequence",
            "delivery_id",
            "rows",
            "charges",
            "rejected"),
        row -> {
          LiveCharges.Scope scope =
              new LiveCharges.Scope(
                  row.getField("service_provider_name").toString(),
                  row.getField("billing_account_id").toString(),
                  row.getField("report").toString());
          sequences.merge(scope, (Long) row.getField("sequence"), Math::max);
          receipts.merge(
              row.getField("delivery_id").toString(),
              new Receipt(
                  (Long) row.getField("rows"),
                  (Long) row.getField("charges"),
                  (Long) row.getField("rejected")),
              Receipt::or);
        });
    deliveries += receipts.size();
    return receipts;
  }

  private void checkDeliveries(
      String tenant,
      SortedMap<String, Receipt> receipts,
      Map<String, Long> archived,
      Map<String, Long> rejected) {
    receipts.forEach(
        (delivery, receipt) -> {
          Long charged = receipt.charges;
          long announced = charged == null ? receipt.rows : charged;
          compare(
              tenant,
              "charges archived of delivery " + delivery,
              announced,
              archived.getOrDefault(delivery, 0L));
          Long refused = receipt.rejected;
          if (refused != null) {
            compare(
                tenant,
                "rows rejected of delivery " + delivery,
                refused,
                rejected.getOrDefault(delivery, 0L));
          }
        });
  }

  private void sumLedger(
      Expression filter, Map<String, Measures> billed, Map<String, Measures> transfers) {
    scan.forEach(
        WarehouseTable.COST_LEDGER,
        filter,
        List.of(
            "entry_kind",
            "basis",
            "allocation",
            "billing_currency",
            "billed_cost",
            "effective_cost",
            "list_cost",
            "contracted_cost"),
        row -> {
          entries++;
          String currency = row.getField("billing_currency").toString();
          Measures costs = LiveCharges.costs(row);
          if (row.getField("entry_kind").equals("transfer")) {
            String subject =
                "allocation %s, %s, %s"
                    .formatted(row.getField("allocation"), row.getField("basis"), currency);
            transfers.merge(subject, costs, Measures::plus);
          } else if (row.getField("basis").equals("billed")) {
            billed.merge(currency, costs, Measures::plus);
          }
        });
  }

  /**
   * The counts that travel with the rows: {@code in} = {@code applied} + {@code duplicates} +
   * {@code rejected}, each alone or followed by {@code .SUBJECT}.
   */
  private void checkTallies() {
    Snapshot ledger = reader.snapshot(WarehouseTable.COST_LEDGER);
    if (ledger == null) {
      return;
    }
    Map<String, Long> tallies = SnapshotMarks.tallies(ledger.summary());
    SortedSet<String> subjects = new TreeSet<>();
    for (String name : tallies.keySet()) {
      if (name.equals("in") || name.startsWith("in.")) {
        subjects.add(name.substring("in".length()));
      }
    }
    for (String subject : subjects) {
      long accounted = 0;
      for (String outcome : List.of("applied", "duplicates", "rejected")) {
        accounted += tallies.getOrDefault(outcome + subject, 0L);
      }
      compare(
          "",
          "records in" + (subject.isEmpty() ? "" : " of " + subject.substring(1)),
          tallies.getOrDefault("in" + subject, 0L),
          accounted);
    }
  }

  private void compare(
      String invariant, String tenant, String subject, Measures expected, Measures actual) {
    Map<String, BigDecimal[]> measures = new LinkedHashMap<>();
    measures.put("billed_cost", new BigDecimal[] {expected.billed(), actual.billed()});
    measures.put("effective_cost", new BigDecimal[] {expected.effective(), actual.effective()});
    measures.put("list_cost", new BigDecimal[] {expected.list(), actual.list()});
    measures.put("contracted_cost", new BigDecimal[] {expected.contracted(), actual.contracted()});
    measures.forEach(
        (measure, pair) -> {
          if (pair[0].compareTo(pair[1]) != 0) {
            find(
                invariant,
                tenant,
                subject + ", " + measure,
                Money.plain(pair[0]),
                Money.plain(pair[1]));
          }
        });
  }

  private void compare(String tenant, String subject, long expected, long actual) {
    if (expected != actual) {
      find("I6", tenant, subject, Long.toString(expected), Long.toString(actual));
    }
  }

  private void find(
      String invariant, String tenant, String subject, String expected, String actual) {
    findings.add(new Finding(invariant, tenant, subject, expected, actual));
  }

  private static Instant instant(Object timestamp) {
    return ((OffsetDateTime) timestamp).toInstant();
  }
}
