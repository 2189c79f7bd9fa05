package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

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
}
