package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real bills and third-party samples. The expected totals are those recorded beside the data
 * (SOURCE.md, EXPECTED*.json), which were computed without this code, or a plain sum of the column.
 */
class SharedBillsTest {

  private static final String UNTAGGED = "(untagged)";

  private static Path data = Path.of("absent");

  @BeforeAll
  static void findData() {
    String given = System.getenv("TRIBUTARY_SHARED_DATA");
    data = Path.of(given == null ? "../../shared/data" : given);
    assumeTrue(Files.isDirectory(data), "no shared data at " + data + ": real bills not checked");
  }

  private static Path file(String name) {
    return data.resolve(name);
  }

  private static Path[] files(String directory) throws IOException {
    return BillFiles.find(List.of(file(directory).toString())).candidates().stream()
        .filter(BillFiles.Candidate::claimed)
        .map(candidate -> candidate.source().path())
        .toArray(Path[]::new);
  }

  /** A plain sum of one column, by currency; rows that have no number there count as 0. */
  private static BigDecimal naive(Path bill, String column) throws IOException {
    BigDecimal sum = BigDecimal.ZERO;
    try (CsvReader<NamedCsvRecord> rows =
        CsvReader.builder()
            .detectBomHeader(true)
            .allowMissingFields(true)
            .ofNamedCsvRecord(BillSource.of(bill).open())) {
      for (NamedCsvRecord row : rows) {
        String text = row.getField(column);
        if (!text.isEmpty() && !text.equals("NULL")) {
          sum = sum.add(new BigDecimal(text));
        }
      }
    }
    return sum;
  }

  private static BigDecimal source(MeasureSum sum) {
    return BillReading.source(sum);
  }

  private static Map<String, BigDecimal> sumsBy(
      List<Charge> charges, Function<Charge, String> key, Function<Charge, BigDecimal> measure) {
    return charges.stream()
        .collect(
            Collectors.groupingBy(
                key, TreeMap::new, Collectors.reducing(BigDecimal.ZERO, measure, BigDecimal::add)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          FILE, ROWS, CURRENCY, BILLED, EFFECTIVE, LIST, CONTRACTED
          focus-foundation-1.0/focus_sample.csv, 1000, USD, 20.52022672899, 14.97651418586, 20.39090575119, 14.97626039326
          focus-toolkit-aws12-azure13/focus_1_2_cost_and_usage_aws_rows3000_seed1203.csv, 3000, USD, 49887.50849035152463, 19164.88581835152463, 51742.14366565596144, 50009.64822860112463
          focus-toolkit-aws12-azure13/focus_1_3_cost_and_usage_azure_rows1000_seed88.csv, 1000, USD, 25616.67505922799047, 10413.72354222799047, 26744.30862468776887, 25681.70481040239047
          focus-invalid-fixtures/focus_invalid_decimal_precision.csv, 2, USD, 123461.78, 19.07, 17.34, 17.34
          cur-legacy-real-anon/sample-anonymous-aws-export-dataset.csv, 1281, USD, 1.68230869740, 1.68230869740, 3.35617269490, 1.68230869740
          cur-legacy-koku-hourly/koku-local-1-2018-06-20_08-03.csv.gz, 13380, USD, 143227.763678187615017991050, 143227.763678187615017991050, 143227.763678187615017991050, 143227.763678187615017991050
          cur-legacy-koku-hourly/my-report-1.csv.gz, 6190, USD, 29684.780682464855373934184, 29684.780682464855373934184, 29684.780682464855373934184, 29684.780682464855373934184
          cur-small-fixtures/koku_2023-06-01.csv, 3, NOK, 30, 0.3, 30, 30
          cur-small-fixtures/koku_2023-06-01-not-final.csv, 3, NOK, 30, 0.3, 30, 30
          cur-small-fixtures/koku_test_cur.csv, 19, USD, 0.0827499841274349353, 0.0827499841274349353, 0.0827499841274349353, 0.0827499841274349353
          cur-small-fixtures/keboola_sample_billing_data_v2.csv, 4, USD, 0.108304, 0.108304, 0.108304, 0.108304
          azure-exports/focus_converters_ea_anon.csv, 27, CAD, 1.26136926505726, 1.26136926505726, 1.26136926505726, 1.26136926505726
          azure-exports/ftk_EA_ActualCost_Small.csv, 11, USD, 8.5450077867419368, 8.5450077867419368, 8.5450077867419368, 8.5450077867419368
          azure-exports/ftk_EA_AmortizedCost_Small.csv, 28, USD, 16.29693213663664462748541900, 16.29693213663664462748541900, 16.29693213663664462748541900, 16.29693213663664462748541900
          azure-exports/koku_azure_version_2.csv, 5, MC, 19.998413754, 19.998413754, 19.998413754, 19.998413754
          gcp-billing/koku_gcp_2022-08-01_5_resource.csv, 9, USD, 0.000012, 0.000012, 0.000012, 0.000012
          """)
  void totalsAreThoseRecordedBesideTheData(
      String name,
      long rows,
      String currency,
      BigDecimal billed,
      BigDecimal effective,
      BigDecimal list,
      BigDecimal contracted)
      throws IOException {
    BillReading read = BillReading.of(file(name));
    assertThat(read.summary().rows()).isEqualTo(rows);
    assertThat(read.rejections()).isEmpty();
    assertThat(read.charges()).hasSize((int) rows);
    assertThat(read.keys()).doesNotHaveDuplicates();
    CurrencySums sums = read.sums(currency);
    assertThat(source(sums.billed())).isEqualByComparingTo(billed);
    assertThat(source(sums.effective())).isEqualByComparingTo(effective);
    assertThat(source(sums.list())).isEqualByComparingTo(list);
    assertThat(source(sums.contracted())).isEqualByComparingTo(contracted);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "cur-small-fixtures/koku_2022-07-01-alt-columns.csv, line_item_unblended_cost, USD",
    "cur-small-fixtures/keboola_sample_billing_data.csv, lineItem/UnblendedCost, USD",
    "azure-exports/koku_azure_camelCased.csv, preTaxCost, USD",
    "azure-exports/koku_camel_azure_version_2.csv, costInBillingCurrency, USD",
    "azure-exports/koku_costreport_a243c6f2-199f-4074-9a2c-40e671cf1584.csv, PreTaxCost, USD",
    "azure-exports/opencost_headersets_Enterprise.csv, CostInBillingCurrency, CAD",
    "azure-exports/opencost_headersets_EnterpriseCamel.csv, costInBillingCurrency, USD",
    "azure-exports/opencost_headersets_German.csv, PreTaxCost (PreTaxCost), USD",
    "azure-exports/opencost_headersets_PayAsYouGo.csv, PreTaxCost, USD",
    "azure-exports/opencost_headersets_YA.csv, costInBillingCurrency, USD"
  })
  void otherTotalsAreThePlainSumOfTheColumn(String name, String column, String currency)
      throws IOException {
    BillReading read = BillReading.of(file(name));
    assertThat(read.rejections()).isEmpty();
    assertThat(source(read.sums(currency).billed()))
        .isEqualByComparingTo(naive(file(name), column));
  }

  @Test
  void everyGoldenFileOfTheToolkitAddsUp() throws IOException {
    int bills = 0;
    for (Path bill : files("focus-toolkit-golden")) {
      if (bill.toString().contains("contract_commitment")) {
        assertThatThrownBy(() -> BillReading.of(bill))
            .isInstanceOf(UnknownBillFormatException.class)
            .hasMessageContaining("ContractCommitmentId");
        continue;
      }
      BillReading read = BillReading.of(bill);
      assertThat(read.rejections()).isEmpty();
      CurrencySums[] sums = {read.sums("USD"), read.sums("EUR")};
      assertThat(sums[0].billed().sum().add(sums[1].billed().sum()))
          .isEqualByComparingTo(naive(bill, "BilledCost"));
      assertThat(sums[0].effective().sum().add(sums[1].effective().sum()))
          .isEqualByComparingTo(naive(bill, "EffectiveCost"));
      assertThat(sums[0].list().sum().add(sums[1].list().sum()))
          .isEqualByComparingTo(naive(bill, "ListCost"));
      assertThat(sums[0].contracted().sum().add(sums[1].contracted().sum()))
          .isEqualByComparingTo(naive(bill, "ContractedCost"));
      bills++;
    }
    assertThat(bills).isEqualTo(13);
    BillReading consolidated =
        BillReading.of(file("focus-toolkit-golden/consolidated_multi_provider_1_3.csv"));
    assertThat(consolidated.sums("USD").billed().sum()).isEqualByComparingTo("208");
    assertThat(consolidated.sums("EUR").billed().sum()).isEqualByComparingTo("100");
    assertThat(consolidated.summary().deliveries())
        .extracting(delivery -> delivery.scope().serviceProviderName())
        .containsExactly("AWS", "Datadog", "Microsoft Azure");
  }

  @Test
  void theFoundationSampleIsFourDeliveriesOfThreeProviders() throws IOException {
    BillReading read = BillReading.of(file("focus-foundation-1.0/focus_sample.csv"));
    JsonNode expected =
        new ObjectMapper()
            .readTree(file("focus-foundation-1.0/EXPECTED.json").toFile())
            .get("by ProviderName|BillingPeriodStart|BillingCurrency");
    assertThat(read.summary().deliveries()).hasSize(expected.size());
    for (DeliverySummary delivery : read.summary().deliveries()) {
      DeliveryScope scope = delivery.scope();
      String start = scope.billingPeriodStart().toString().replace("T", " ").replace("Z", "");
      JsonNode totals = expected.get(scope.serviceProviderName() + "|" + start + "|USD");
      CurrencySums sums = delivery.sums().getOrDefault("USD", CurrencySums.NONE);
      assertThat(delivery.charges()).isEqualTo(totals.get("rows").asLong());
      assertThat(sums.billed().sum()).isEqualByComparingTo(totals.get("BilledCost").asText());
      assertThat(sums.effective().sum()).isEqualByComparingTo(totals.get("EffectiveCost").asText());
      assertThat(sums.list().sum()).isEqualByComparingTo(totals.get("ListCost").asText());
    }
    assertThat(read.sums("USD").contracted().nulls()).as("Oracle's").isEqualTo(7);
    assertThat(read.charges().stream().filter(c -> !c.getTags().isEmpty())).hasSize(711);
    assertThat(read.charges())
        .flatExtracting(charge -> charge.getTags().keySet())
        .contains(" org", "application");
  }

  @ParameterizedTest(name = "{0} 2018")
  @ValueSource(strings = {"Oct", "Nov"})
  void theWorkshopParquetAddsUpInEveryCut(String month) throws IOException {
    JsonNode expected =
        new ObjectMapper()
            .readTree(file("cur-parquet-aws-workshop-2018/EXPECTED-Oct-Nov.json").toFile())
            .get("months")
            .get(month);
    BillReading read =
        BillReading.of(
            file(
                "cur-parquet-aws-workshop-2018/"
                    + month
                    + "2018-WorkshopCUR-00001.snappy.parquet"));
    assertThat(read.rejections()).isEmpty();
    assertThat(read.charges()).hasSize(expected.get("rows").asInt());
    assertThat(Set.copyOf(read.keys())).hasSize(read.charges().size());
    CurrencySums sums = read.sums("USD");
    assertThat(sums.billed().sum()).isEqualByComparingTo(expected.get("total_unblended").asText());
    assertThat(sums.billed().roundingDifference()).isZero();
    Map<String, Function<Charge, String>> cuts =
        Map.of(
            "by account", Charge::getSubAccountId,
            "by product", charge -> charge.getExtras().get("x_ServiceCode"),
            "by line_item_type", charge -> charge.getExtras().get("x_LineItemType"),
            "by tag cost_center", charge -> charge.getTags().getOrDefault("cost_center", UNTAGGED),
            "by tag department", charge -> charge.getTags().getOrDefault("department", UNTAGGED),
            "by day", charge -> charge.getChargePeriodStart().toString().substring(0, 10));
    cuts.forEach(
        (cut, key) -> {
          Map<String, BigDecimal> found = sumsBy(read.charges(), key, Charge::getBilledCost);
          JsonNode totals = expected.get(cut);
          assertThat(found).as(cut).hasSize(totals.size());
          found.forEach(
              (name, sum) ->
                  assertThat(sum)
                      .as("%s %s", cut, name)
                      .isEqualByComparingTo(totals.get(name).get("unblended").asText()));
        });
  }

  @Test
  void theWorkshopParquetSpreadsUpfrontFeesOverWhatTheyPayFor() throws IOException {
    Path october = file("cur-parquet-aws-workshop-2018/Oct2018-WorkshopCUR-00001.snappy.parquet");
    List<Charge> charges = BillReading.of(october).charges();
    for (Charge charge : charges) {
      Map<String, String> extras = charge.getExtras();
      String effective =
          switch (extras.get("x_LineItemType")) {
            case "DiscountedUsage" -> extras.get("reservation_effective_cost");
            case "RIFee" ->
                new BigDecimal(
                        extras.get("reservation_unused_amortized_upfront_fee_for_billing_period"))
                    .add(new BigDecimal(extras.get("reservation_unused_recurring_fee")))
                    .toPlainString();
            default -> charge.getBilledCost().toPlainString();
          };
      assertThat(charge.getEffectiveCost()).isEqualByComparingTo(effective);
    }
    assertThat(sumsBy(charges, Charge::getChargeCategory, Charge::getEffectiveCost))
        .containsOnlyKeys("Purchase", "Usage");
  }

  @Test
  void notFinalAndFinalBillOfTwoAccountsHaveTheirOwnScopes() throws IOException {
    BillReading read =
        BillReading.of(
            file("cur-small-fixtures/koku_2023-06-01.csv"),
            file("cur-small-fixtures/koku_2023-06-01-not-final.csv"));
    assertThat(read.summary().deliveries())
        .extracting(delivery -> delivery.scope().billingAccountId())
        .containsExactly("0099999999999", "9999999999999");
    assertThat(read.sums("NOK").billed().sum()).isEqualByComparingTo("60");
  }

  @Test
  void actualAndAmortisedCostOfOneMonthAddUpSideBySide() throws IOException {
    BillOptions options = BillOptions.of("acme");
    CurrencySums actual =
        BillReading.of(
                options.withReport("actual"), file("azure-exports/ftk_EA_ActualCost_Small.csv"))
            .sums("USD");
    CurrencySums amortised =
        BillReading.of(
                options.withReport("amortized"),
                file("azure-exports/ftk_EA_AmortizedCost_Small.csv"))
            .sums("USD");
    assertThat(source(actual.billed()).add(source(amortised.billed())))
        .isEqualByComparingTo("8.5450077867419368");
    assertThat(source(actual.effective()).add(source(amortised.effective())))
        .isEqualByComparingTo("16.29693213663664462748541900");
  }

  @Test
  void googleCreditsCancelTheCost() throws IOException {
    Path bill = file("gcp-billing/koku_gcp_2020-11-08_2020-11-11.csv");
    BillReading read = BillReading.of(bill);
    assertThat(read.summary().rows()).isEqualTo(25);
    assertThat(read.rejections()).isEmpty();
    Map<String, BigDecimal> byCategory =
        sumsBy(read.charges(), Charge::getChargeCategory, Charge::getBilledCost);
    assertThat(byCategory.get("Usage")).isEqualByComparingTo("0.000032");
    assertThat(byCategory.get("Usage")).isEqualByComparingTo(naive(bill, "cost"));
    assertThat(byCategory.get("Credit")).isEqualByComparingTo("-0.000032");
    assertThat(read.charges()).hasSize(33);
  }

  @Test
  void aBillWithoutRowsIsNoDelivery() throws IOException {
    BillReading read = BillReading.of(file("azure-exports/ftk_EA_NoRows.csv"));
    assertThat(read.summary().rowsByFile()).containsValues(0L).hasSize(1);
    assertThat(read.summary().rows()).isZero();
    assertThat(read.summary().deliveries()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "cur-small-fixtures/sbroenne_sample-cur20.csv, 4, MISSING_FIELD, BillingCurrency",
    "cur-small-fixtures/sbroenne_sample-legacy-csv.csv, 4, MISSING_FIELD, BillingCurrency",
    "azure-exports/opencost_headersets_BOM.csv, 1, MISSING_FIELD, Currency",
    "azure-exports/opencost_values_MissingBrackets.csv, 1, MISSING_FIELD, BillingCurrency",
    "azure-exports/opencost_values_Template.csv, 87, MISSING_FIELD, BillingCurrency",
    "azure-exports/opencost_values_VirtualMachine.csv, 1, MISSING_FIELD, BillingCurrency",
    "focus-excel-mangled/focus_sample_excel_mangled.csv, 603, INVALID_TIME, ChargePeriodStart",
    "focus-invalid-fixtures/focus_invalid_datetime.csv, 1, INVALID_TIME, BillingPeriodStart",
    "focus-invalid-fixtures/focus_invalid_decimal.csv, 1, INVALID_NUMBER, BilledCost",
    "focus-invalid-fixtures/focus_invalid_json.csv, 1, COLUMN_COUNT,"
  })
  void malformedRowsAreRejectedForAReasonAndNothingIsLost(
      String name, int rejected, String reason, String column) throws IOException {
    BillReading read = BillReading.of(file(name));
    assertThat(read.rejections()).hasSize(rejected);
    assertThat(read.rejections())
        .extracting(Rejection::getReason, Rejection::getColumn)
        .containsOnly(tuple(reason, column));
    assertThat(read.summary().rows()).isEqualTo(read.charges().size() + rejected);
    List<String> lines = Files.readAllLines(file(name));
    for (Rejection rejection : read.rejections()) {
      assertThat(BillReading.raw(rejection))
          .isEqualTo(lines.get((int) rejection.getPosition() - 1));
    }
  }

  @Test
  void theExamplesOfTheSpecificationAreRejectedRowByRow() throws IOException {
    BillReading read = BillReading.of(files("focus-spec-examples"));
    assertThat(read.summary().rows()).isEqualTo(81);
    assertThat(read.charges()).isEmpty();
    assertThat(read.rejections().stream().map(Rejection::getReason).distinct())
        .containsExactlyInAnyOrder("MISSING_FIELD", "INVALID_TIME");
    Predicate<Rejection> dollarSign = r -> BillReading.raw(r).contains("\"$10,100.00 \"");
    assertThat(read.rejections()).anyMatch(dollarSign);
  }

  @Test
  void bogusCategoriesAndUnknownColumnsAreKept() throws IOException {
    BillReading bogus =
        BillReading.of(file("focus-invalid-fixtures/focus_invalid_allowed_values.csv"));
    assertThat(bogus.charges())
        .extracting(Charge::getChargeCategory)
        .containsExactly("Bogus", "Tax");
    BillReading custom =
        BillReading.of(file("focus-invalid-fixtures/focus_invalid_unknown_column.csv"));
    assertThat(custom.charges())
        .extracting(charge -> charge.getExtras().get("CustomField"))
        .containsExactly("X", "Y");
  }

  @Test
  void filesThatAreNoBillAreRefusedWhole() throws IOException {
    for (String name :
        new String[] {
          "cur-headerless-ctrl-a/AfterCUR.gz",
          "focus-invalid-fixtures/telemetry_small.csv",
          "focus-invalid-fixtures/currency_codes.csv",
          "focus-invalid-fixtures/focus_invalid_required_missing.csv",
          "focus-invalid-fixtures/validator_all_fail.csv",
          "focus-invalid-fixtures/validator_fail_invoice_issuer.csv",
          "focus-invalid-fixtures/validator_sample.parquet",
          "focus-toolkit-aws12-azure13/focus_1_3_contract_commitment_azure.csv"
        }) {
      assertThatThrownBy(() -> BillReading.of(file(name)))
          .isInstanceOf(UnknownBillFormatException.class)
          .message()
          .startsWith(file(name) + ": no known bill: ")
          .hasLineCount(1);
    }
    try (Stream<Path> all = Files.list(file("cur-headerless-ctrl-a"))) {
      assertThat(all).anyMatch(path -> path.endsWith("AfterCUR.gz"));
    }
  }
}
