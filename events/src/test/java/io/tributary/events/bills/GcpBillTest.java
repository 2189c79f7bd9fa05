package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GcpBillTest {

  private static final Path BILL = BillReading.own("gcp.csv");

  @Test
  void everyCreditIsAChargeOfItsOwn() throws IOException {
    BillReading read = BillReading.of(BILL);
    assertThat(read.charges())
        .extracting(
            Charge::getChargeCategory,
            Charge::getChargeDescription,
            c -> c.getBilledCost().stripTrailingZeros().toPlainString())
        .containsExactly(
            tuple("Usage", "Core hours", "1.5"),
            tuple("Credit", "Trial", "-1.25"),
            tuple("Credit", "Sustained use", "-0.000005"),
            tuple("Usage", "Core hours", "0.5"),
            tuple("Credit", "Trial", "-0.5"),
            tuple("Tax", "Tax", "0.3"));
    assertThat(read.summary().rows()).isEqualTo(4);
    assertThat(read.summary().charges()).isEqualTo(6);
    assertThat(read.summary().rejected()).isEqualTo(1);
    assertThat(read.keys()).doesNotHaveDuplicates();
  }

  @Test
  void mapsNamesToFocus() throws IOException {
    BillReading read = BillReading.of(BILL);
    Charge charge = read.charges().get(0);
    assertThat(charge.getServiceProviderName()).isEqualTo("Google Cloud");
    assertThat(charge.getBillingAccountId()).isEqualTo("B-1");
    assertThat(charge.getSubAccountId()).isEqualTo("p-1");
    assertThat(charge.getServiceName()).isEqualTo("Compute");
    assertThat(charge.getSkuMeter()).isEqualTo("Core hours");
    assertThat(charge.getResourceId()).isEqualTo("//vm");
    assertThat(charge.getResourceName()).isEqualTo("vm");
    assertThat(charge.getConsumedQuantity()).isEqualByComparingTo("2");
    assertThat(charge.getTags()).containsOnly(entry("team", "o'neil"));
    assertThat(charge.getExtras())
        .containsOnly(entry("x_ServiceCode", "SV"), entry("x_LineItemType", "regular"));
    Charge credit = read.charges().get(1);
    assertThat(credit.getConsumedQuantity()).isNull();
    assertThat(credit.getExtras())
        .contains(
            entry("credits.id", "c-1"),
            entry("credits.name", "Trial"),
            entry("credits.type", "PROMOTION"));
  }

  @Test
  void theInvoiceMonthIsTheBillingPeriod() throws IOException {
    assertThat(BillReading.of(BILL).charge("Tax").getBillingPeriodStart())
        .isEqualTo(Instant.parse("2026-02-01T00:00:00Z"));
  }

  @Test
  void creditsThatCannotBeReadRejectTheRowWithItsMoney() throws IOException {
    assertThat(BillReading.of(BILL).rejections())
        .extracting(Rejection::getPosition, Rejection::getReason, Rejection::getColumn)
        .containsExactly(tuple(4L, "INVALID_VALUE", "credits"));
  }

  /** Beside a row whose credit has one, in text too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{}]",
        "[null]",
        "[5]",
        "['5']",
        "[{'name':'x'}]",
        "[{'name':'x','amount':null}]",
        "[{'name':'x','amount':{'v':-1}}]",
        "[{'name':'x','amount':[-1]}]",
        "[{'Name':'x','Amount':-1}]",
        "[[{'name':'x','amount':-1}]]",
        "[{'name':'x','amount':-1},{'name':'y'}]",
        "[{'name':'x','amount':NaN}]"
      })
  void aCreditWithoutAmountRejectsTheRow(String credits, @TempDir Path directory)
      throws IOException {
    String row = "1,USD,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,A-1,s,\"%s\"%n";
    BillReading read =
        BillReading.of(
            Files.writeString(
                directory.resolve("bill.csv"),
                "cost,currency,usage_start_time,usage_end_time,billing_account_id,"
                    + "service.description,credits\n"
                    + row.formatted(credits)
                    + row.formatted("[{'name':'x','amount':'-0.25'}]")));
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getColumn)
        .containsExactly(tuple(2L, "credits"));
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("0.75");
  }

  @Test
  void aStructureThatIsNestedTooDeeplyRejectsItsRow(@TempDir Path directory) throws IOException {
    String row = "1,USD,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,A-1,\"%s\",\"{'id':'k'}\"%n";
    String deep = "{'id':'s','d':" + "{'a':".repeat(250) + "1" + "}".repeat(250) + "}";
    BillReading read =
        BillReading.of(
            Files.writeString(
                directory.resolve("bill.csv"),
                "cost,currency,usage_start_time,usage_end_time,billing_account_id,service,sku\n"
                    + row.formatted("{'id':'s'}")
                    + row.formatted(deep)));
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getColumn)
        .containsExactly(tuple(3L, "service"));
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("1");
  }
}
