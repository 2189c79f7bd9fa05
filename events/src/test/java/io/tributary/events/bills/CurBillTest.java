package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tributary.events.Charge;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurBillTest {

  @TempDir Path directory;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          LINE,         CATEGORY,   BILLED, EFFECTIVE,  LIST,  CONTRACTED
          ordinary,     Usage,      10,     10,         12,    9
          reserved,     Usage,      0,      6,          12,    0
          covered,      Usage,      8,      5,          12,    8
          negation,     Usage,      -8,     0,          -8,    -8
          fee,          Purchase,   22.32,  44.6569863, 22.32, 22.32
          plan fee,     Purchase,   7,      2.25,       7,     7
          upfront,      Purchase,   100,    0,          100,   100
          domain,       Purchase,   12,     12,         12,    12
          VAT,          Tax,        2.5,    2.5,        2.5,   2.5
          sorry,        Adjustment, -1,     -1,         -1,    -1
          discount,     Credit,     -0.5,   -0.5,       -0.5,  -0.5
          plan upfront, Purchase,   50,     0,          50,    50
          """)
  void mapsMeasuresAndCategoryByLineItemType(
      String line,
      String category,
      BigDecimal billed,
      BigDecimal effective,
      BigDecimal list,
      BigDecimal contracted)
      throws IOException {
    Charge charge = BillReading.of(BillReading.own("cur-legacy.csv")).charge(line);
    assertThat(charge.getChargeCategory()).isEqualTo(category);
    assertThat(charge.getBilledCost()).isEqualByComparingTo(billed);
    assertThat(charge.getEffectiveCost()).isEqualByComparingTo(effective);
    assertThat(charge.getListCost()).isEqualByComparingTo(list);
    assertThat(charge.getContractedCost()).isEqualByComparingTo(contracted);
  }

  @Test
  void mapsLegacyNamesToFocus() throws IOException {
    BillReading read = BillReading.of(BillReading.own("cur-legacy.csv"));
    Charge charge = read.charge("ordinary");
    assertThat(charge.getServiceProviderName()).isEqualTo("AWS");
    assertThat(charge.getBillingAccountId()).isEqualTo("900");
    assertThat(charge.getSubAccountId()).isEqualTo("901");
    assertThat(charge.getServiceName()).isEqualTo("Boxes");
    assertThat(charge.getRegionId()).isEqualTo("east-1");
    assertThat(charge.getSkuId()).isEqualTo("S1");
    assertThat(charge.getSkuMeter()).isEqualTo("BoxUsage");
    assertThat(charge.getResourceId()).isEqualTo("r-1");
    assertThat(charge.getConsumedQuantity()).isEqualByComparingTo("1");
    assertThat(charge.getConsumedUnit()).isEqualTo("Hrs");
    assertThat(charge.getTags())
        .containsOnly(entry("team", "red"), entry("aws:createdBy", "robot"));
    assertThat(charge.getExtras())
        .containsOnly(
            entry("identity/LineItemId", "l1"),
            entry("identity/TimeInterval", "i"),
            entry("InvoiceId", "inv"),
            entry("bill/BillType", "Anniversary"),
            entry("x_LineItemType", "Usage"),
            entry("x_ServiceCode", "Box"),
            entry("x_Operation", "Run"),
            entry("AvailabilityZone", "z1"),
            entry("PricingUnit", "Hrs"),
            entry("reservation/EffectiveCost", "0"));
    assertThat(read.charge("domain").getServiceName())
        .as("the code where no name")
        .isEqualTo("Domain");
    assertThat(read.charge("reserved").getExtras()).containsEntry("CommitmentDiscountId", "arn:ri");
    assertThat(read.charge("fee").getConsumedQuantity()).as("only usage consumes").isNull();
    assertThat(read.charge("fee").getExtras()).containsEntry("lineItem/UsageAmount", "744");
  }

  @Test
  void readsTheMapsOfCur2() throws IOException {
    Charge charge = BillReading.of(BillReading.own("cur2.csv")).charge("box");
    assertThat(charge.getServiceName()).isEqualTo("Boxes");
    assertThat(charge.getRegionId()).isEqualTo("east-1");
    assertThat(charge.getTags())
        .containsOnly(entry("team", "red"), entry("aws_created_by", "robot"));
    assertThat(charge.getListCost()).as("no such column").isEqualByComparingTo("0.0104");
    assertThat(charge.getBillingPeriodStart()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(charge.getExtras())
        .containsEntry("cost_category", "{\"Unit\":\"Retail\"}")
        .containsEntry("x_ServiceCode", "Box")
        .doesNotContainKey("resource_tags");
  }

  @Test
  void keepsWhatCostCategoriesAskFor() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("cur.csv"),
            """
            lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/LineItemType,lineItem/CurrencyCode,lineItem/UnblendedCost,lineItem/UsageAccountName,bill/BillingEntity
            2026-01-01,2026-01-02,Usage,USD,3,Sandbox,AWS Marketplace
            """);
    assertThat(BillReading.of(file).charges().get(0).getExtras())
        .containsOnly(
            entry("x_LineItemType", "Usage"),
            entry("SubAccountName", "Sandbox"),
            entry("x_BillingEntity", "AWS Marketplace"));
  }

  @Test
  void takesAReportWithoutReservationColumnsAtItsUnblendedCost() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("cur.csv"),
            """
            lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/LineItemType,lineItem/CurrencyCode,lineItem/UnblendedCost
            2026-01-01,2026-01-02,DiscountedUsage,USD,3
            2026-01-01,2026-01-02,RIFee,USD,4
            2026-01-01,2026-01-02,SavingsPlanRecurringFee,USD,5
            """);
    BillReading read = BillReading.of(file);
    assertThat(read.sums("USD").effective().sum()).isEqualByComparingTo("12");
    assertThat(read.charges().get(0).getBillingAccountId()).isEqualTo("unknown");
  }
}
