package io.tributary.sinks.audit;

import static io.tributary.sinks.catalog.WarehouseTest.CLOCK;
import static io.tributary.sinks.catalog.WarehouseTest.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.events.UsageHour;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.audit.Audit.Finding;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.commit.WarehouseFiles;
import io.tributary.sinks.rows.WarehouseRow;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That usage counts once, as an estimate, as part of a bill, or not at all (I9). */
class UsageAuditTest {

  private static final Instant DAY = Instant.parse("2026-01-05T00:00:00Z");

  /** When January is closed in every time zone. */
  private static final Instant CLOSED = Instant.parse("2026-05-12T14:00:00Z");

  @TempDir Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  /**
   * Of beta, which no bill has come for, one machine; of acme 2, 3 and 4 h of a machine, of which a
   * bill covers the first two, and usage without a price.
   */
  private void sound() {
    commit(
        warehouse,
        "first",
        price("beta", "0.5"),
        usage("beta", "i-1", 7, "0.000000000000000003"),
        estimate("beta", "i-1", 7, "0.000000000000000003", "0.000000000000000002"),
        price("acme", "0.5"),
        usage("acme", "/subscriptions/0/VM", 10, "2"),
        usage("acme", "/SUBSCRIPTIONS/0/vm", 11, "1"),
        usage("acme", "/subscriptions/0/vm", 11, "2"),
        usage("acme", "/subscriptions/0/VM", 12, "4"),
        other(usage("acme", "i-2", 12, "4")),
        estimate("acme", "/subscriptions/0/vm", 10, "2", "1"),
        estimate("acme", "/subscriptions/0/vm", 11, "3", "1.5"),
        estimate("acme", "/subscriptions/0/vm", 12, "4", "2"));
    commit(
        warehouse,
        "bill",
        charge("c1", 1, 10, 12, "9"),
        TestRecords.entry("acme", "c1", "9"),
        estimate("acme", "/subscriptions/0/vm", 10, "-2", "-1"),
        estimate("acme", "/subscriptions/0/vm", 11, "-3", "-1.5"));
  }

  private List<Finding> findings() {
    return Audit.run(warehouse, null).findings();
  }

  private static Finding finding(String tenant, String subject, String expected, String actual) {
    return new Finding("I9", tenant, subject, expected, actual);
  }

  @Test
  void countsTenantsOfEstimatesAlone() {
    sound();
    assertThat(Audit.run(warehouse, null))
        .returns(List.of(), Audit.Report::findings)
        .returns(List.of(), Audit.Report::unchecked)
        .returns(2L, Audit.Report::tenants)
        .returns(2L, Audit.Report::days)
        .returns(5L, Audit.Report::cells);
    assertThat(Audit.run(warehouse, "beta"))
        .returns(List.of(), Audit.Report::findings)
        .returns(1L, Audit.Report::tenants)
        .returns(0L, Audit.Report::months)
        .returns(1L, Audit.Report::days)
        .returns(1L, Audit.Report::cells);
  }

  @Test
  void findsAnEstimateTooMany() {
    sound();
    commit(warehouse, "twice", estimate("acme", "/subscriptions/0/vm", 12, "4", "2"));
    assertThat(findings())
        .contains(
            finding(
                "acme",
                "usage of /subscriptions/0/vm, meter hours, unit h, 2026-01-05, quantity",
                "4",
                "8"),
            finding(
                "acme",
                "usage of /subscriptions/0/vm, meter hours, unit h, 2026-01-05, list_cost, USD",
                "2",
                "4"))
        .hasSize(5);
  }

  @Test
  void findsAnEstimateThatNoUsageHasMade() {
    sound();
    commit(warehouse, "stray", estimate("beta", "i-9", 7, "1", "0.5"));
    assertThat(findings())
        .contains(
            finding("beta", "usage of i-9, meter hours, unit h, 2026-01-05, quantity", "0", "1"));
    assertThat(Audit.run(warehouse, "acme").findings()).isEmpty();
  }

  @Test
  void findsUsageThatHasNoEstimate() {
    sound();
    commit(warehouse, "more", usage("beta", "i-1", 8, "0.25"), usage("beta", "i-3", 8, "1"));
    assertThat(findings())
        .contains(
            finding(
                "beta",
                "usage of i-1, meter hours, unit h, 2026-01-05, quantity",
                "0.250000000000000003",
                "0.000000000000000003"),
            finding("beta", "usage of i-3, meter hours, unit h, 2026-01-05, quantity", "1", "0"));
  }

  @Test
  void findsACostThatIsNotThePriceOfTheUsage() {
    sound();
    LedgerEntry digit = estimate("beta", "i-1", 7, "0", "0.000000000000000001");
    commit(warehouse, "digit", digit);
    assertThat(findings())
        .containsExactly(
            cost("billed_cost"),
            cost("effective_cost"),
            cost("list_cost"),
            cost("contracted_cost"));
  }

  private static Finding cost(String measure) {
    return finding(
        "beta",
        "usage of i-1, meter hours, unit h, 2026-01-05, " + measure + ", USD",
        "0.0000000000000000015",
        "0.000000000000000003");
  }

  @Test
  void findsACostInACurrencyThatIsNotThatOfThePrice() {
    sound();
    LedgerEntry euros = estimate("acme", "/subscriptions/0/vm", 12, "4", "2");
    euros.setBillingCurrency("EUR");
    commit(warehouse, "euros", euros, estimate("acme", "/subscriptions/0/vm", 12, "-4", "-2"));
    assertThat(findings()).hasSize(8).extracting(Finding::actual).containsOnly("0", "2");
  }

  @Test
  void findsAnEstimateThatABillShouldHaveReversed() {
    sound();
    commit(warehouse, "later", charge("c2", 1, 12, 13, "1"), TestRecords.entry("acme", "c2", "1"));
    assertThat(findings())
        .contains(
            finding(
                "acme",
                "usage of /subscriptions/0/vm, meter hours, unit h, 2026-01-05, quantity",
                "0",
                "4"));
  }

  @Test
  void takesACellForCoveredAsFarAsTheDeliveryReaches() {
    sound();
    commit(
        warehouse,
        "later",
        charge("c2", 1, 12, 13, "1"),
        receipt(1, DAY.plus(12, ChronoUnit.HOURS)),
        TestRecords.entry("acme", "c2", "1"));
    assertThat(findings()).isEmpty();
  }

  @Test
  void takesChargesThatTheLatestDeliveryLacksForWithdrawn() {
    sound();
    commit(
        warehouse,
        "empty",
        receipt(2, null),
        TestRecords.entry("acme", "c1", "-9"),
        estimate("acme", "/subscriptions/0/vm", 10, "2", "1"),
        estimate("acme", "/subscriptions/0/vm", 11, "3", "1.5"));
    assertThat(findings()).isEmpty();
  }

  @Test
  void followsAChargeThatIsOfOtherUsageNowAndOneThatIsDeleted() {
    sound();
    Charge moved = charge("c1", 2, 10, 12, "9");
    moved.setSkuMeter("other");
    commit(
        warehouse,
        "moved",
        moved,
        estimate("acme", "/subscriptions/0/vm", 10, "2", "1"),
        estimate("acme", "/subscriptions/0/vm", 11, "3", "1.5"));
    assertThat(findings()).isEmpty();
    Charge back = charge("c1", 3, 200, 201, "9");
    Charge again = charge("c2", 1, 11, 12, "0");
    Charge gone = charge("c2", 2, 11, 12, "0");
    gone.setOp(Op.DELETE);
    commit(warehouse, "gone", back, again, gone);
    assertThat(findings()).isEmpty();
  }

  @Test
  void ofOneVersionTheGreaterEncodingCovers() {
    sound();
    Charge lesser = charge("c1", 2, 10, 12, "9");
    lesser.setChargeCategory("Usage");
    Charge greater = charge("c1", 2, 10, 12, "9");
    greater.setChargeCategory("Usagf");
    commit(
        warehouse,
        "conflict",
        greater,
        lesser,
        estimate("acme", "/subscriptions/0/vm", 10, "2", "1"),
        estimate("acme", "/subscriptions/0/vm", 11, "3", "1.5"));
    assertThat(findings()).isEmpty();
  }

  @Test
  void aPriceCountsThatWasRecordedBeforeItsMonthClosed() {
    sound();
    PriceChange price = price("acme", "3");
    price.setMeter("other");
    archive("late", price, CLOSED.plusSeconds(1));
    assertThat(findings()).isEmpty();
    archive("in time", price, CLOSED);
    assertThat(findings())
        .contains(
            finding("acme", "usage of i-2, meter other, unit h, 2026-01-05, quantity", "4", "0"));
    LedgerEntry estimate = estimate("acme", "i-2", 12, "4", "12");
    estimate.setSkuMeter("other");
    commit(warehouse, "followed", estimate);
    assertThat(findings()).isEmpty();
  }

  /** Its estimate would take more than a thousand rows, and has none. */
  @Test
  void leavesADayWhoseUsageMayBeTooLargeToEstimate() {
    commit(
        warehouse,
        "huge",
        price("acme", "99999999999999999999"),
        usage("acme", "i-1", 7, "1001"),
        usage("acme", "i-2", 7, "1000"));
    assertThat(findings())
        .extracting(Finding::subject)
        .contains("usage of i-2, meter hours, unit h, 2026-01-05, quantity")
        .noneMatch(subject -> subject.contains("i-1"));
  }

  @Test
  void comparesByDayWhatTheLedgerKeepsByDay() {
    commit(
        warehouse,
        "usage",
        price("acme", "1"),
        usage("acme", "i-1", 7, "1"),
        usage("acme", "i-2", 8, "2"),
        byDay("3"));
    assertThat(findings()).isEmpty();
    commit(warehouse, "late", estimate("acme", "i-1", 7, "1", "1"), usage("acme", "i-1", 7, "1"));
    assertThat(findings()).isEmpty();
    commit(warehouse, "stray", byDay("1"));
    assertThat(findings())
        .contains(
            finding(
                "acme",
                "usage of all resources, meter hours, unit h, 2026-01-05, quantity",
                "4",
                "5"));
  }

  private static LedgerEntry byDay(String quantity) {
    LedgerEntry entry = estimate("acme", "i-1", 0, quantity, quantity);
    entry.setResourceId(null);
    entry.setChargePeriodEnd(DAY.plus(1, ChronoUnit.DAYS));
    return entry;
  }

  @Test
  void leavesOutWhatIsPastItsRetention() {
    sound();
    commit(warehouse, "stray", estimate("acme", "i-9", 7, "1", "1"));
    RemovedPeriods.add(warehouse, Map.of("acme", BillingMonth.parse("2026-02")));
    assertThat(findings()).isEmpty();
    assertThat(Audit.run(warehouse, null).days()).isEqualTo(1);
  }

  @Test
  void whileALedgerFollowsAChangeEstimatesMayLackButNotBeTooMany() {
    sound();
    commit(warehouse, "more", usage("acme", "i-1", 8, "1"), usage("beta", "i-1", 8, "1"));
    unsettled("acme", 1);
    assertThat(Audit.run(warehouse, null).unchecked()).containsExactly("acme");
    assertThat(findings()).isNotEmpty().extracting(Finding::tenant).containsOnly("beta");
    commit(warehouse, "stray", estimate("acme", "i-1", 8, "1.25", "1"));
    unsettled("acme", 0);
    assertThat(Audit.run(warehouse, "acme").findings())
        .contains(
            finding(
                "acme", "usage of i-1, meter hours, unit h, 2026-01-05, quantity", "1", "1.25"));
    unsettled("acme", -1);
    assertThat(Audit.run(warehouse, "acme"))
        .returns(List.of(), Audit.Report::unchecked)
        .extracting(Audit.Report::findings)
        .asList()
        .isNotEmpty();
  }

  private void unsettled(String tenant, long more) {
    new WarehouseAppends(warehouse)
        .commit(
            new CommitMark.Checkpoint("live" + more, "ledger", 1, 0),
            WarehouseFiles.NONE,
            true,
            Map.of("unsettled." + tenant, more));
  }

  @Test
  void givesTheSameAnswerInManyPasses() {
    sound();
    UsageHour february = usage("beta", "i-1", 24 * 30, "1");
    commit(warehouse, "more", february, usage("acme", "i-5", 30, "2"));
    Audit.Report whole = Audit.run(warehouse, null);
    assertThat(whole.findings()).hasSize(10);
    assertThat(Audit.run(warehouse, null, 1)).isEqualTo(whole);
    assertThat(Audit.run(warehouse, null, 3)).isEqualTo(whole);
  }

  @Test
  void sumsHaveAsManyDigitsAsTheyTake() {
    String most = "99999999999999999999.999999999999999999";
    commit(
        warehouse,
        "large",
        price("acme", "1"),
        usage("acme", "i-1", 7, most),
        usage("acme", "i-1", 7, most),
        usage("acme", "i-2", 7, "-" + most),
        usage("acme", "i-2", 8, "-" + most),
        estimate("acme", "i-1", 7, most, most),
        estimate("acme", "i-1", 7, most, most),
        estimate("acme", "i-2", 7, "-" + most, "-" + most),
        estimate("acme", "i-2", 8, "-" + most, "-" + most));
    assertThat(findings()).isEmpty();
    commit(warehouse, "digit", usage("acme", "i-1", 7, "0.000000000000000001"));
    assertThat(findings())
        .containsExactly(
            finding(
                "acme",
                "usage of i-1, meter hours, unit h, 2026-01-05, quantity",
                "199999999999999999999.999999999999999999",
                "199999999999999999999.999999999999999998"));
  }

  @Test
  void tellsSoManyDifferencesOfATenantAndHowManyMoreThereAre() {
    sound();
    commit(
        warehouse,
        "many",
        IntStream.range(0, 300)
            .mapToObj(i -> estimate("acme", "i-" + i, 7, "1", "1"))
            .toArray(SpecificRecordBase[]::new));
    commit(warehouse, "one", estimate("beta", "i-9", 7, "1", "0"));
    assertThat(findings())
        .hasSize(1_002)
        .contains(
            finding("acme", "usage beside these", "equal", "500 more differ"),
            finding("beta", "usage of i-9, meter hours, unit h, 2026-01-05, quantity", "0", "1"));
  }

  private void archive(String run, SpecificRecordBase record, Instant recordTime) {
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, CLOCK)) {
      commit.add(WarehouseRow.archived(record, recordTime));
      commit.commit(true);
    }
  }

  private static UsageHour other(UsageHour usage) {
    usage.setMeter("other");
    return usage;
  }

  static UsageHour usage(String tenant, String resource, int hour, String quantity) {
    return new UsageHour(
        tenant,
        resource,
        "hours",
        "h",
        DAY.plus(hour, ChronoUnit.HOURS),
        null,
        null,
        null,
        new TreeMap<>(Map.of("team", "web")),
        Money.exact(new BigDecimal(quantity)),
        1L);
  }

  static PriceChange price(String tenant, String unitPrice) {
    return new PriceChange(
        tenant,
        "hours",
        "h",
        "USD",
        Money.exact(new BigDecimal(unitPrice)),
        TestRecords.JANUARY,
        1L);
  }

  static LedgerEntry estimate(
      String tenant, String resource, int hour, String quantity, String cost) {
    LedgerEntry entry = TestRecords.entry(tenant, "", cost);
    entry.setChargeKey(null);
    entry.setBasis(Basis.ESTIMATED);
    entry.setResourceId(resource);
    entry.setSkuMeter("hours");
    entry.setConsumedUnit("h");
    entry.setConsumedQuantity(Money.exact(new BigDecimal(quantity)));
    entry.setChargePeriodStart(DAY.plus(hour, ChronoUnit.HOURS));
    entry.setChargePeriodEnd(DAY.plus(hour + 1, ChronoUnit.HOURS));
    return entry;
  }

  /** Of the machine of acme. */
  static Charge charge(String key, long version, int from, int to, String cost) {
    Charge charge = TestRecords.charge("acme", key, version, cost);
    charge.setResourceId("/subscriptions/0/Vm");
    charge.setSkuMeter("hours");
    charge.setChargePeriodStart(DAY.plus(from, ChronoUnit.HOURS));
    charge.setChargePeriodEnd(DAY.plus(to, ChronoUnit.HOURS));
    return charge;
  }

  private static DeliveryReceipt receipt(long sequence, @Nullable Instant through) {
    DeliveryReceipt receipt = (DeliveryReceipt) TestRecords.sparse(WarehouseTable.DELIVERIES);
    receipt.setTenantId("acme");
    receipt.setDeliveryId("delivery-" + sequence);
    receipt.setServiceProviderName("aws");
    receipt.setBillingAccountId("payer");
    receipt.setReport("default");
    receipt.setBillingPeriodStart(TestRecords.JANUARY);
    receipt.setSequence(sequence);
    receipt.setRows(sequence == 1 ? 2 : 0);
    receipt.setDataThrough(through);
    return receipt;
  }
}
