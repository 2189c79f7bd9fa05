package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import io.tributary.query.Answer;
import io.tributary.query.CostEngine;
import io.tributary.query.Question;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.DeliverySum;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real bills, taken in and asked for: the answers are the totals recorded beside the data, to the
 * last digit. Every set is a tenant of its own in one warehouse, so that none shows up in another.
 */
class RealBillsIT {

  private static final List<String> MEASURES = List.of("billed", "effective", "list", "contracted");

  @TempDir private static Path warehouse;

  @BeforeAll
  static void openWarehouse() {
    SharedData.require("real bills are not checked");
    backfill("bystander", "azure-exports/ftk_EA_NoRows.csv");
  }

  private static void backfill(String tenant, String... bills) {
    Cli.fine(command(tenant, List.of(bills)));
  }

  /** Several files of one account and month, which are not parts of one export, all the same. */
  private static void backfillParts(String tenant, Collection<String> bills) {
    Cli.fine(command(tenant, bills, "--parts"));
  }

  private static Object[] command(String tenant, Collection<String> bills, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of("backfill", "--warehouse", warehouse, "--tenant", tenant));
    command.addAll(List.of(more));
    command.add("--charges");
    for (String bill : bills) {
      command.add(SharedData.file(bill));
    }
    return command.toArray();
  }

  /** The totals of a tenant with what rounding to 18 decimals took away added back. */
  private static SortedMap<String, BigDecimal> sourceTotals(String tenant, String measure) {
    SortedMap<String, BigDecimal> totals = new TreeMap<>();
    for (DeliveryReceipt receipt : Tables.rows(warehouse, tenant, DeliveryReceipt.class)) {
      for (DeliverySum sum : receipt.getSums()) {
        String rounding = String.valueOf(sum.get(measure + "_cost_rounding"));
        totals.merge(sum.getCurrency(), new BigDecimal(rounding), BigDecimal::add);
      }
    }
    Costs.totals(warehouse, tenant, measure)
        .forEach((currency, total) -> totals.merge(currency, total, BigDecimal::add));
    return totals;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          FILE, ROWS, CURRENCY, BILLED, EFFECTIVE, LIST, CONTRACTED
          focus-toolkit-aws12-azure13/focus_1_2_cost_and_usage_aws_rows3000_seed1203.csv, 3000, USD, 49887.50849035152463, 19164.88581835152463, 51742.14366565596144, 50009.64822860112463
          focus-toolkit-aws12-azure13/focus_1_3_cost_and_usage_azure_rows1000_seed88.csv, 1000, USD, 25616.67505922799047, 10413.72354222799047, 26744.30862468776887, 25681.70481040239047
          focus-invalid-fixtures/focus_invalid_decimal_precision.csv, 2, USD, 123461.78, 19.07, 17.34, 17.34
          cur-legacy-real-anon/sample-anonymous-aws-export-dataset.csv, 1281, USD, 1.68230869740, 1.68230869740, 3.35617269490, 1.68230869740
          cur-legacy-koku-hourly/koku-local-1-2018-06-20_08-03.csv.gz, 13380, USD, 143227.763678187615017991050, 143227.763678187615017991050, 143227.763678187615017991050, 143227.763678187615017991050
          cur-legacy-koku-hourly/my-report-1.csv.gz, 6190, USD, 29684.780682464855373934184, 29684.780682464855373934184, 29684.780682464855373934184, 29684.780682464855373934184
          cur-small-fixtures/koku_2023-06-01.csv, 3, NOK, 30, 0.3, 30, 30
          cur-small-fixtures/koku_test_cur.csv, 19, USD, 0.0827499841274349353, 0.0827499841274349353, 0.0827499841274349353, 0.0827499841274349353
          cur-small-fixtures/keboola_sample_billing_data_v2.csv, 4, USD, 0.108304, 0.108304, 0.108304, 0.108304
          azure-exports/focus_converters_ea_anon.csv, 27, CAD, 1.26136926505726, 1.26136926505726, 1.26136926505726, 1.26136926505726
          azure-exports/ftk_EA_AmortizedCost_Small.csv, 28, USD, 16.29693213663664462748541900, 16.29693213663664462748541900, 16.29693213663664462748541900, 16.29693213663664462748541900
          azure-exports/koku_azure_version_2.csv, 5, MC, 19.998413754, 19.998413754, 19.998413754, 19.998413754
          gcp-billing/koku_gcp_2022-08-01_5_resource.csv, 9, USD, 0.000012, 0.000012, 0.000012, 0.000012
          """)
  void totalsAreThoseRecordedBesideTheData(
      String file,
      int rows,
      String currency,
      BigDecimal billed,
      BigDecimal effective,
      BigDecimal list,
      BigDecimal contracted) {
    backfill(file, file);
    List<BigDecimal> expected = List.of(billed, effective, list, contracted);
    for (int i = 0; i < MEASURES.size(); i++) {
      SortedMap<String, BigDecimal> totals = sourceTotals(file, MEASURES.get(i));
      assertThat(totals).as(MEASURES.get(i)).containsOnlyKeys(currency);
      assertThat(totals.get(currency)).as(MEASURES.get(i)).isEqualByComparingTo(expected.get(i));
    }
    assertThat(Tables.rows(warehouse, file, Charge.class)).hasSize(rows);
    assertThat(Tables.rows(warehouse, file, Rejection.class)).isEmpty();
  }

  @Test
  void smallFixturesOfOneCommandAddUpToThePlainSumOfTheirColumns() throws IOException {
    Map<String, List<String>> columns = new TreeMap<>();
    columns.put(
        "cur-small-fixtures/koku_2022-07-01-alt-columns.csv",
        List.of("line_item_unblended_cost", "USD"));
    columns.put(
        "cur-small-fixtures/keboola_sample_billing_data.csv",
        List.of("lineItem/UnblendedCost", "USD"));
    columns.put(
        "cur-small-fixtures/koku_2023-06-01-not-final.csv",
        List.of("lineItem/UnblendedCost", "NOK"));
    columns.put("azure-exports/ftk_EA_ActualCost_Small.csv", List.of("Cost", "USD"));
    columns.put("azure-exports/koku_azure_camelCased.csv", List.of("preTaxCost", "USD"));
    columns.put(
        "azure-exports/koku_camel_azure_version_2.csv", List.of("costInBillingCurrency", "USD"));
    columns.put(
        "azure-exports/koku_costreport_a243c6f2-199f-4074-9a2c-40e671cf1584.csv",
        List.of("PreTaxCost", "USD"));
    columns.put(
        "azure-exports/opencost_headersets_Enterprise.csv",
        List.of("CostInBillingCurrency", "CAD"));
    columns.put(
        "azure-exports/opencost_headersets_EnterpriseCamel.csv",
        List.of("costInBillingCurrency", "USD"));
    columns.put(
        "azure-exports/opencost_headersets_German.csv", List.of("PreTaxCost (PreTaxCost)", "USD"));
    columns.put(
        "azure-exports/opencost_headersets_YA.csv", List.of("costInBillingCurrency", "USD"));
    SortedMap<String, BigDecimal> expected = new TreeMap<>();
    for (Map.Entry<String, List<String>> bill : columns.entrySet()) {
      BigDecimal sum = SharedData.sum(SharedData.file(bill.getKey()), bill.getValue().get(0));
      expected.merge(bill.getValue().get(1), sum, BigDecimal::add);
    }
    backfillParts("small fixtures", columns.keySet());
    assertSame(sourceTotals("small fixtures", "billed"), expected);
  }

  /** They hold the rows of the files without {@code _credits} in their names. */
  private static final List<String> COPIES =
      List.of(
          "aws_1_2_cost_and_usage_rows25_seed7_credits.csv",
          "azure_1_3_cost_and_usage_rows25_seed7_credits.csv");

  @Test
  void theToolkitsGoldenFilesAddUpInEveryMeasureAndCurrency() throws IOException {
    List<String> bills = new ArrayList<>();
    try (Stream<Path> files = Files.list(SharedData.file("focus-toolkit-golden"))) {
      files
          .map(Path::getFileName)
          .map(Path::toString)
          .filter(name -> name.endsWith(".csv") && !name.contains("contract_commitment"))
          .filter(name -> !COPIES.contains(name))
          .sorted()
          .forEach(name -> bills.add("focus-toolkit-golden/" + name));
    }
    assertThat(bills).hasSize(11);
    backfillParts("golden", bills);
    for (String measure : MEASURES) {
      BigDecimal expected = BigDecimal.ZERO;
      for (String bill : bills) {
        String column =
            measure.substring(0, 1).toUpperCase(Locale.ROOT) + measure.substring(1) + "Cost";
        expected = expected.add(SharedData.sum(SharedData.file(bill), column));
      }
      SortedMap<String, BigDecimal> totals = sourceTotals("golden", measure);
      assertThat(totals).containsOnlyKeys("EUR", "USD");
      assertThat(totals.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
          .as(measure)
          .isEqualByComparingTo(expected);
      assertThat(totals.get("EUR")).as("%s EUR", measure).isPositive();
    }
  }

  @Test
  void theFoundationSampleAddsUpInEveryCut() throws IOException {
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse,
        "--tenant",
        "sample",
        "--charges",
        SharedData.file("focus-foundation-1.0/focus_sample.csv"),
        "--definitions",
        Resources.file("definitions/sample.yaml"));
    JsonNode expected = SharedData.json("focus-foundation-1.0/EXPECTED.json");
    Map<String, String> cuts =
        Map.of(
            "ServiceProviderName", "by ProviderName",
            "ChargeCategory", "by ChargeCategory",
            "Application", "by tag application",
            "BusinessUnit", "by tag business_unit",
            "Environment", "by tag environment",
            "SubAccountId", "by SubAccountId",
            "ServiceName", "by ServiceName",
            "Day", "by day(ChargePeriodStart)");
    Map<String, String> columns =
        Map.of("billed", "BilledCost", "effective", "EffectiveCost", "list", "ListCost");
    for (Map.Entry<String, String> cut : cuts.entrySet()) {
      for (Map.Entry<String, String> measure : columns.entrySet()) {
        assertSame(
            Costs.by(warehouse, "sample", measure.getKey(), cut.getKey()),
            expected(expected.get(cut.getValue()), measure.getValue(), "USD"));
      }
    }
    assertSame(
        Costs.totals(warehouse, "sample", "contracted"),
        Map.of("USD", new BigDecimal("14.97626039326")));
  }

  @Test
  void aWorkshopMonthAddsUpInEveryCut() throws IOException {
    assertThatTheWorkshopMonthAddsUpInEveryCut("Oct", 119_307);
  }

  @Tag("proof")
  @Test
  void theNextWorkshopMonthAddsUpInEveryCut() throws IOException {
    assertThatTheWorkshopMonthAddsUpInEveryCut("Nov", 124_340);
  }

  private void assertThatTheWorkshopMonthAddsUpInEveryCut(String month, int rows)
      throws IOException {
    long start = System.nanoTime();
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse,
        "--tenant",
        month,
        "--charges",
        SharedData.file(
            "cur-parquet-aws-workshop-2018/" + month + "2018-WorkshopCUR-00001.snappy.parquet"),
        "--definitions",
        Resources.file("definitions/workshop.yaml"));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("backfill of " + rows + " CUR lines: " + took.toMillis() / 1000.0 + " s");
    assertThat(took).isLessThan(Duration.ofSeconds(180));
    JsonNode expected =
        SharedData.json("cur-parquet-aws-workshop-2018/EXPECTED-Oct-Nov.json")
            .get("months")
            .get(month);
    assertSame(
        Costs.totals(warehouse, month, "billed"),
        Map.of("USD", new BigDecimal(expected.get("total_unblended").asText())));
    Map<String, String> cuts =
        Map.of(
            "SubAccountId", "by account",
            "Product", "by product",
            "LineType", "by line_item_type",
            "CostCenter", "by tag cost_center",
            "Department", "by tag department",
            "Department,Environment", "by tag department|environment",
            "Day", "by day");
    cuts.forEach(
        (names, cut) ->
            assertSame(
                Costs.by(warehouse, month, "billed", names),
                expected(expected.get(cut), "unblended", "USD")));
    assertThat(Cli.fine("query", "--warehouse", warehouse, "--tenant", month, "--by", "Department"))
        .contains("Department", "Total");
    assertSameFromDays(month);
    assertDamageIsMadeGood(month);
  }

  private static void assertDamageIsMadeGood(String tenant) throws IOException {
    String names = "Day,Product,Department,ResourceId";
    SortedMap<String, BigDecimal> costs = Costs.by(warehouse, tenant, "billed", names);
    Damage.rewrite(warehouse, WarehouseTable.COST_LEDGER, tenant, RepairIT::hurt);
    assertThat(Costs.by(warehouse, tenant, "billed", names)).isNotEqualTo(costs);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", tenant);
    assertThat(Costs.by(warehouse, tenant, "billed", names)).isEqualTo(costs);
    Cli.fine("audit", "--warehouse", warehouse, "--tenant", tenant);
  }

  private static void assertSameFromDays(String tenant) {
    for (String names : List.of("", "Day", "Day,Product,Department", "Month,SubAccountId")) {
      // An engine of its own each, so that no file is known yet.
      try (Warehouse open = Tables.open(warehouse);
          CostEngine days = new CostEngine(open, 2);
          CostEngine ledger = new CostEngine(open, 2)) {
        Question question = Question.about(tenant).by(names).build();
        Answer fromDays = days.answer(question);
        Answer fromLedger = ledger.answerFromLedger(question);
        assertThat(fromDays.scan().table()).isEqualTo("cost_daily");
        assertThat(fromDays.rows()).isEqualTo(fromLedger.rows());
        System.out.println("by '" + names + "': " + fromDays.scan() + " " + fromLedger.scan());
      }
    }
  }

  @Test
  void actualAndAmortisedCostStandSideBySide() {
    for (String report : List.of("actual", "amortized")) {
      String file = report.equals("actual") ? "ActualCost" : "AmortizedCost";
      Cli.fine(
          "backfill",
          "--warehouse",
          warehouse,
          "--tenant",
          "two reports",
          "--report",
          report,
          "--charges",
          SharedData.file("azure-exports/ftk_EA_" + file + "_Small.csv"));
    }
    assertSame(
        sourceTotals("two reports", "billed"), Map.of("USD", new BigDecimal("8.5450077867419368")));
    assertSame(
        sourceTotals("two reports", "effective"),
        Map.of("USD", new BigDecimal("16.29693213663664462748541900")));
  }

  @Test
  void googleCreditsCancelTheirCost() {
    backfill("credits", "gcp-billing/koku_gcp_2020-11-08_2020-11-11.csv");
    assertSame(
        Costs.by(warehouse, "credits", "billed", "ChargeCategory"),
        Map.of("Usage|USD", new BigDecimal("0.000032"), "Credit|USD", new BigDecimal("-0.000032")));
    assertThat(Costs.totals(warehouse, "credits", "billed")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "focus-excel-mangled/focus_sample_excel_mangled.csv, 603, INVALID_TIME, ChargePeriodStart",
    "azure-exports/opencost_values_Template.csv, 87, MISSING_FIELD, BillingCurrency",
    "focus-invalid-fixtures/focus_invalid_datetime.csv, 1, INVALID_TIME, BillingPeriodStart",
    "focus-invalid-fixtures/focus_invalid_decimal.csv, 1, INVALID_NUMBER, BilledCost",
    "focus-invalid-fixtures/focus_invalid_json.csv, 1, COLUMN_COUNT,",
    "cur-small-fixtures/sbroenne_sample-cur20.csv, 4, MISSING_FIELD, BillingCurrency"
  })
  void malformedRowsAreKeptWithTheirReasonAndTheRestGoesOn(
      String file, int rejected, String reason, String column) throws IOException {
    Cli.Outcome outcome = Cli.run(command(file, List.of(file)));
    int accepted = Tables.rows(warehouse, file, Charge.class).size();
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(accepted == 0 ? 2 : 0);
    List<Rejection> rejections = Tables.rows(warehouse, file, Rejection.class);
    assertThat(rejections).hasSize(rejected);
    assertThat(accepted + rejected).as("no row vanished").isEqualTo((int) lines(file) - 1);
    List<String> source = Files.readAllLines(SharedData.file(file));
    for (Rejection rejection : rejections) {
      assertThat(rejection.getReason()).isEqualTo(reason);
      assertThat(rejection.getColumn()).isEqualTo(column);
      assertThat(StandardCharsets.UTF_8.decode(rejection.getRaw().duplicate()).toString())
          .isEqualTo(source.get((int) rejection.getPosition() - 1));
    }
  }

  private static long lines(String file) throws IOException {
    try (Stream<String> lines = Files.lines(SharedData.file(file))) {
      return lines.filter(line -> !line.isBlank()).count();
    }
  }

  @Test
  void theExamplesOfTheSpecificationLoseNoRow() throws IOException {
    Cli.Outcome outcome = Cli.run(command("specification", List.of("focus-spec-examples")));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("none of 81 rows was accepted");
    List<Rejection> rejections = Tables.rows(warehouse, "specification", Rejection.class);
    assertThat(rejections).hasSize(81);
    assertThat(rejections)
        .extracting(Rejection::getReason)
        .containsOnly("MISSING_FIELD", "INVALID_TIME");
    assertThat(Costs.totals(warehouse, "specification", "billed")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "cur-headerless-ctrl-a/AfterCUR.gz",
    "focus-invalid-fixtures/telemetry_small.csv",
    "focus-invalid-fixtures/currency_codes.csv",
    "focus-invalid-fixtures/focus_invalid_required_missing.csv",
    "focus-invalid-fixtures/validator_all_fail.csv",
    "focus-invalid-fixtures/validator_fail_invoice_issuer.csv",
    "focus-invalid-fixtures/validator_sample.parquet",
    "focus-toolkit-aws12-azure13/focus_1_3_contract_commitment_azure.csv"
  })
  void aFileThatIsNoBillIsRefusedWhole(String file) {
    SortedMap<String, Long> before = Tables.snapshots(warehouse);
    Cli.Outcome outcome =
        Cli.run(
            "backfill",
            "--warehouse",
            warehouse,
            "--tenant",
            "refused",
            "--charges",
            SharedData.file(file));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem()).contains(SharedData.file(file).toString(), "no known bill");
    assertThat(Tables.snapshots(warehouse)).isEqualTo(before);
  }

  /** The non-zero sums of a cut, under the keys that an answer has. */
  private static SortedMap<String, BigDecimal> expected(
      JsonNode cut, String member, String currency) {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    cut.properties()
        .forEach(
            group -> {
              BigDecimal sum = new BigDecimal(group.getValue().get(member).asText());
              if (sum.signum() != 0) {
                sums.put(padded(group.getKey()) + "|" + currency, sum);
              }
            });
    return sums;
  }

  /** Accounts of AWS have 12 digits; a spreadsheet took the zeros in front of some. */
  private static String padded(String element) {
    return element.matches("\\d{9,11}") ? "0".repeat(12 - element.length()) + element : element;
  }

  private static void assertSame(Map<String, BigDecimal> actual, Map<String, BigDecimal> expected) {
    Function<Map<String, BigDecimal>, Map<String, BigDecimal>> plain =
        costs -> {
          Map<String, BigDecimal> stripped = new TreeMap<>();
          costs.forEach((key, cost) -> stripped.put(key, cost.stripTrailingZeros()));
          return stripped;
        };
    assertThat(plain.apply(actual)).isEqualTo(plain.apply(expected));
  }
}
