package io.tributary.sinks.audit;

import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.Money;
import io.tributary.sinks.audit.UsageAudit.Difference;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.WarehouseReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a warehouse holds against itself: that billed entries add up to the live charges
 * (I1), that transfers only move cost (I2), that nothing vanished between delivery, archive and
 * rejections (I6), that usage counts once (I9), and that every byte of every data file is what was
 * written. Exact to the last digit; nothing is tolerated but what rounds the costs of estimates.
 * Reads every table two or three times and holds the distinct charges of at most a million archived
 * ones, or of one tenant's billing period where these are more; then the same of usage, by days.
 */
public final class Audit {

  /** What {@link Finding#invariant} says of files that are missing, cut or unreadable. */
  public static final String FILES = "files";

  /** What {@link Finding#invariant} says where a rollup does not equal the ledger. */
  public static final String ROLLUP = "rollup";

  /**
   * A difference.
   *
   * @param invariant {@code I1}, {@code I2}, {@code I6}, {@code I9}, {@link #ROLLUP} or {@link
   *     #FILES}
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
   * @param files data files of all tables, of one tenant those that may hold its rows
   * @param tenants tenants
   * @param months pairs of tenant and billing month
   * @param entries ledger entries
   * @param charges distinct charges
   * @param deliveries deliveries
   * @param days UTC days of tenants of which usage and estimates were compared
   * @param cells usage cells of these days
   * @param unchecked tenants of which estimates lack that their stream may be about to write, since
   *     the ledger follows a change: whether these are right was not checked
   * @param findings empty where all holds
   */
  public record Report(
      @Nullable Long ledgerSnapshot,
      long files,
      long tenants,
      long months,
      long entries,
      long charges,
      long deliveries,
      long days,
      long cells,
      List<String> unchecked,
      List<Finding> findings) {}

  /** Charges that one pass over their archive may hold; one period alone may have more. */
  private static final long ROWS_PER_PASS = 1_000_000;

  /** The unit of checking. */
  private record Period(String tenant, Instant start) implements Comparable<Period> {

    private static final Comparator<Period> ORDER =
        Comparator.comparing(Period::start).thenComparing(Period::tenant);

    static Period of(Record row) {
      return new Period(
          row.getField(Columns.TENANT_ID).toString(),
          ((OffsetDateTime) row.getField(Columns.BILLING_PERIOD_START)).toInstant());
    }

    BillingMonth month() {
      return BillingMonth.of(start);
    }

    @Override
    public int compareTo(Period other) {
      return ORDER.compare(this, other);
    }
  }

  /** What the ledger and the deliveries say of a period. */
  private static final class Claims {
    final SortedMap<String, CostSums> billed = new TreeMap<>();
    final SortedMap<String, CostSums> transfers = new TreeMap<>();
    final SortedMap<String, Receipt> receipts = new TreeMap<>();
    final Map<LiveCharges.Scope, Long> sequences = new HashMap<>();
    long archivedRows;
  }

  /** Counts of a delivery; null where only the publisher knows. */
  private record Receipt(
      String id,
      LiveCharges.Scope scope,
      long sequence,
      long rows,
      @Nullable Long charges,
      @Nullable Long rejected) {

    /** The better informed of two receipts of one delivery. */
    Receipt or(Receipt other) {
      return charges != null ? this : other;
    }
  }

  private final WarehouseReader reader;
  private final Expression ofTenant;
  private final Expression ofPeriod;
  private final long rowsPerPass;
  private final AuditScan scan;
  private final RollupAudit rollup = new RollupAudit();
  private final UsageAudit usage;
  private final List<Finding> findings = new ArrayList<>();
  private final SortedMap<Period, Claims> claims = new TreeMap<>();
  private final Map<String, Map<String, Long>> rejectedByTenant = new HashMap<>();
  private long entries;
  private long charges;

  private Audit(
      WarehouseReader reader, Expression ofTenant, Expression ofPeriod, long rowsPerPass) {
    this.reader = reader;
    this.rowsPerPass = rowsPerPass;
    this.ofTenant = ofTenant;
    this.ofPeriod = Expressions.and(ofTenant, ofPeriod);
    this.scan =
        new AuditScan(reader, (file, wrong) -> find(FILES, "", file, "there and readable", wrong));
    this.usage = new UsageAudit(reader, scan);
  }

  /**
   * Audits the sealed state of {@code warehouse}.
   *
   * @param tenant null for all
   */
  public static Report run(Warehouse warehouse, @Nullable String tenant) {
    return run(warehouse, tenant, ROWS_PER_PASS);
  }

  static Report run(Warehouse warehouse, @Nullable String tenant, long rowsPerPass) {
    Expression all = Expressions.alwaysTrue();
    Expression ofTenant = tenant == null ? all : WarehouseReader.tenant(tenant);
    return new Audit(WarehouseReader.sealed(warehouse), ofTenant, all, rowsPerPass).run();
  }

  /**
   * An audit of everything.
   *
   * @param usage what of the findings is about usage, by day
   * @param behind days to look at again, since their tenant's ledger follows a change
   */
  record Whole(Report report, List<Difference> usage, SortedSet<TenantDay> behind) {}

  /** Audits the sealed state of {@code warehouse}. */
  static Whole whole(Warehouse warehouse) {
    Expression all = Expressions.alwaysTrue();
    Audit audit = new Audit(WarehouseReader.sealed(warehouse), all, all, ROWS_PER_PASS);
    Report report = audit.run();
    return new Whole(report, audit.usage.differences(), audit.usage.behind());
  }

  /**
   * Audits billing periods alone: that their billed entries, transfers and deliveries are right.
   *
   * @return what is wrong
   */
  static List<Finding> ofPeriods(
      WarehouseReader reader, Set<String> tenants, Set<Instant> periods) {
    Audit audit =
        new Audit(
            reader,
            Expressions.in(Columns.TENANT_ID, tenants.toArray()),
            WarehouseReader.billingPeriods(periods),
            ROWS_PER_PASS);
    audit.sumLedger();
    audit.checkInputs();
    return List.copyOf(audit.findings);
  }

  /** Audits what needs no rows: that the counts of records add up. */
  static List<Finding> ofCounts(WarehouseReader reader) {
    Expression all = Expressions.alwaysTrue();
    Audit audit = new Audit(reader, all, all, ROWS_PER_PASS);
    audit.checkTallies();
    return List.copyOf(audit.findings);
  }

  /** Audits files: that all are there, in their length, and once. */
  static List<Finding> ofFiles(WarehouseReader reader) {
    Expression all = Expressions.alwaysTrue();
    Audit audit = new Audit(reader, all, all, ROWS_PER_PASS);
    audit.scan.checkFiles(all, AuditScan.Depth.LENGTH);
    return List.copyOf(audit.findings);
  }

  private Report run() {
    long files = scan.checkFiles(ofTenant, AuditScan.Depth.CONTENT);
    sumLedger();
    rollup.check(
        reader,
        scan,
        ofTenant,
        (tenant, subject, expected, actual) -> find(ROLLUP, tenant, subject, expected, actual));
    checkInputs();
    usage.countArchive(ofTenant);
    usage.check(Math.min(rowsPerPass, UsageAudit.ROWS_AT_ONCE));
    findings.addAll(usage.findings());
    checkTallies();
    Snapshot ledger = reader.snapshot(WarehouseTable.COST_LEDGER);
    return new Report(
        ledger == null ? null : ledger.snapshotId(),
        files,
        Stream.concat(claims.keySet().stream().map(Period::tenant), usage.tenants().stream())
            .distinct()
            .count(),
        claims.keySet().stream()
            .map(period -> Map.entry(period.tenant, period.month()))
            .distinct()
            .count(),
        entries,
        charges,
        claims.values().stream().mapToLong(claim -> claim.receipts.size()).sum(),
        usage.days(),
        usage.cells(),
        usage.behind().stream().map(TenantDay::tenant).distinct().sorted().toList(),
        List.copyOf(findings));
  }

  private void checkInputs() {
    readDeliveries();
    countRejected();
    countArchived();
    RemovedPeriods removed = RemovedPeriods.of(reader.table(WarehouseTable.COST_LEDGER));
    claims.keySet().removeIf(period -> removed.has(period.tenant, period.month()));
    passes().forEach(this::checkPeriods);
  }

  private Claims claims(Record row) {
    return claims.computeIfAbsent(Period.of(row), period -> new Claims());
  }

  private void sumLedger() {
    scan.forEach(
        WarehouseTable.COST_LEDGER,
        ofPeriod,
        List.of(
            Columns.TENANT_ID,
            Columns.TIER,
            Columns.BILLING_PERIOD_START,
            Columns.CHARGE_PERIOD_START,
            "entry_kind",
            "basis",
            "allocation",
            "billing_currency",
            "billed_cost",
            "effective_cost",
            "list_cost",
            "contracted_cost",
            "consumed_quantity"),
        row -> {
          entries++;
          usage.countEntry(row);
          rollup.addEntry(row);
          String currency = row.getField("billing_currency").toString();
          CostSums costs = LiveCharges.costs(row);
          if (row.getField("entry_kind").equals("transfer")) {
            String subject =
                "allocation %s, %s, %s"
                    .formatted(row.getField("allocation"), row.getField("basis"), currency);
            claims(row).transfers.merge(subject, costs, CostSums::plus);
          } else if (row.getField("basis").equals("billed")) {
            claims(row).billed.merge(currency, costs, CostSums::plus);
          }
        });
  }

  private void readDeliveries() {
    scan.forEach(
        WarehouseTable.DELIVERIES,
        ofPeriod,
        List.of(
            Columns.TENANT_ID,
            Columns.BILLING_PERIOD_START,
            "service_provider_name",
            "billing_account_id",
            "report",
            "sequence",
            "delivery_id",
            "rows",
            "charges",
            "rejected"),
        row -> {
          Claims claim = claims(row);
          LiveCharges.Scope scope =
              new LiveCharges.Scope(
                  row.getField("service_provider_name").toString(),
                  row.getField("billing_account_id").toString(),
                  row.getField("report").toString());
          long sequence = (Long) row.getField("sequence");
          claim.sequences.merge(scope, sequence, Math::max);
          String id = row.getField("delivery_id").toString();
          claim.receipts.merge(
              id.isEmpty() ? scope.delivery(sequence) : id,
              new Receipt(
                  id,
                  scope,
                  sequence,
                  (Long) row.getField("rows"),
                  (Long) row.getField("charges"),
                  (Long) row.getField("rejected")),
              Receipt::or);
        });
  }

  private void countRejected() {
    scan.forEach(
        WarehouseTable.REJECTED,
        Expressions.and(ofTenant, Expressions.notNull("delivery_id")),
        List.of(Columns.TENANT_ID, "delivery_id"),
        row ->
            rejectedByTenant
                .computeIfAbsent(row.getField(Columns.TENANT_ID).toString(), t -> new HashMap<>())
                .merge(row.getField("delivery_id").toString(), 1L, Long::sum));
  }

  private void countArchived() {
    scan.forEach(
        WarehouseTable.CHARGES,
        ofPeriod,
        List.of(Columns.TENANT_ID, Columns.BILLING_PERIOD_START),
        row -> claims(row).archivedRows++);
  }

  /** The periods in groups of which one pass over the archive can hold the charges. */
  private List<SortedMap<Period, Claims>> passes() {
    List<SortedMap<Period, Claims>> passes = new ArrayList<>();
    SortedMap<Period, Claims> pass = new TreeMap<>();
    long held = 0;
    for (Map.Entry<Period, Claims> period : claims.entrySet()) {
      long rows = period.getValue().archivedRows;
      if (held + rows > rowsPerPass && !pass.isEmpty()) {
        passes.add(pass);
        pass = new TreeMap<>();
        held = 0;
      }
      pass.put(period.getKey(), period.getValue());
      held += rows;
    }
    if (!pass.isEmpty()) {
      passes.add(pass);
    }
    return passes;
  }

  private void checkPeriods(SortedMap<Period, Claims> pass) {
    Set<Period> periods = pass.keySet();
    Expression filter =
        Expressions.and(
            Expressions.in(Columns.TENANT_ID, periods.stream().map(Period::tenant).toArray()),
            WarehouseReader.billingPeriods(
                periods.stream().map(Period::start).distinct().toList()));
    SortedMap<Period, LiveCharges> live = new TreeMap<>();
    periods.forEach(period -> live.put(period, new LiveCharges()));
    scan.forEach(
        WarehouseTable.CHARGES,
        filter,
        LiveCharges.COLUMNS,
        row -> {
          LiveCharges ofPeriod = live.get(Period.of(row));
          if (ofPeriod != null) {
            ofPeriod.add(row);
          }
        });
    decideConflicts(filter, live);
    pass.forEach(
        (period, claim) ->
            checkPeriod(period, live.getOrDefault(period, new LiveCharges()), claim));
  }

  private void decideConflicts(Expression filter, Map<Period, LiveCharges> live) {
    Object[] conflicts =
        live.values().stream().flatMap(l -> l.conflictingKeys().stream()).distinct().toArray();
    if (conflicts.length > 0) {
      scan.forEachRecord(
          WarehouseTable.CHARGES,
          Expressions.and(filter, Expressions.in("charge_key", conflicts)),
          (record, row) -> {
            LiveCharges ofPeriod = live.get(Period.of(row));
            if (ofPeriod != null) {
              ofPeriod.decide((Charge) record, row);
            }
          });
    }
  }

  private void checkPeriod(Period period, LiveCharges live, Claims claim) {
    charges += live.count();
    checkDeliveries(period.tenant, claim.receipts, live);
    String prefix = "billing month %s, from %s, ".formatted(period.month(), period.start);
    SortedMap<String, CostSums> expected = live.sums(claim.sequences);
    SortedSet<String> currencies = new TreeSet<>(expected.keySet());
    currencies.addAll(claim.billed.keySet());
    for (String currency : currencies) {
      compare(
          "I1",
          period.tenant,
          prefix + currency,
          expected.getOrDefault(currency, CostSums.ZERO),
          claim.billed.getOrDefault(currency, CostSums.ZERO));
    }
    claim.transfers.forEach(
        (subject, sum) -> compare("I2", period.tenant, prefix + subject, CostSums.ZERO, sum));
  }

  private void checkDeliveries(
      String tenant, SortedMap<String, Receipt> receipts, LiveCharges live) {
    Map<String, Long> rejected = rejectedByTenant.getOrDefault(tenant, Map.of());
    receipts.forEach(
        (delivery, receipt) -> {
          Long charged = receipt.charges;
          compare(
              tenant,
              "charges archived of delivery " + delivery,
              charged == null ? receipt.rows : charged,
              live.rows(receipt.id, receipt.scope, receipt.sequence));
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

  /**
   * The counts that travel with the rows: {@code in} = {@code applied} + {@code duplicates} +
   * {@code conflicting} + {@code rejected} + {@code waiting}, each alone or followed by {@code
   * .SUBJECT}.
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
      for (String outcome :
          List.of("applied", "duplicates", "conflicting", "rejected", "waiting")) {
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
      String invariant, String tenant, String subject, CostSums expected, CostSums actual) {
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
}
