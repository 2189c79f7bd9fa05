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

class AzureBillTest {

  private static final Path BILL = BillReading.own("azure-ea.csv");

  @Test
  void mapsEnterpriseNamesToFocus() throws IOException {
    Charge charge = BillReading.of(BILL).charges().get(0);
    assertThat(charge.getServiceProviderName()).isEqualTo("Microsoft");
    assertThat(charge.getBillingAccountId()).isEqualTo("77");
    assertThat(charge.getSubAccountId()).isEqualTo("s-1");
    assertThat(charge.getBillingPeriodStart()).isEqualTo(Instant.parse("2025-09-01T00:00:00Z"));
    assertThat(charge.getBillingPeriodEnd()).isEqualTo(Instant.parse("2025-10-01T00:00:00Z"));
    assertThat(charge.getChargePeriodStart()).isEqualTo(Instant.parse("2025-09-02T00:00:00Z"));
    assertThat(charge.getChargePeriodEnd()).isEqualTo(Instant.parse("2025-09-03T00:00:00Z"));
    assertThat(charge.getServiceName()).isEqualTo("Storage");
    assertThat(charge.getSkuId()).isEqualTo("m-1");
    assertThat(charge.getSkuMeter()).isEqualTo("LRS");
    assertThat(charge.getBilledCost()).isEqualByComparingTo("0.0000564902");
    assertThat(charge.getEffectiveCost()).isEqualByComparingTo("0.0000564902");
    assertThat(charge.getListCost()).isEqualByComparingTo("0.1");
    assertThat(charge.getContractedCost()).isEqualByComparingTo("0.0000564902");
    assertThat(charge.getTags()).containsOnly(entry("tagA", "value A"), entry("tagB", "b"));
    assertThat(charge.getExtras())
        .containsOnly(
            entry("SubAccountName", "Shop"),
            entry("x_ServiceCode", "Compute.Disks"),
            entry("x_LineItemType", "Usage"),
            entry("ResourceGroup", "group-1"));
  }

  @Test
  void mapsChargeTypeToCategory() throws IOException {
    assertThat(BillReading.of(BILL).charges())
        .extracting(Charge::getChargeCategory)
        .containsExactly("Usage", "Purchase", "Adjustment");
  }

  @Test
  void readsMonthFirstAndRejectsWhatIsNoDay() throws IOException {
    assertThat(BillReading.of(BILL).rejections())
        .extracting(Rejection::getPosition, Rejection::getReason, Rejection::getColumn)
        .containsExactly(tuple(5L, "INVALID_TIME", "Date"));
  }

  @Test
  void actualAndAmortisedReportsStandSideBySideAndAddUp() throws IOException {
    BillOptions options = BillOptions.of("acme");
    BillReading actual = BillReading.of(options.withReport("actual"), BILL);
    BillReading amortised = BillReading.of(options.withReport("amortized"), BILL);
    assertThat(actual.sums("CAD").billed().sum()).isEqualByComparingTo("10.0000564902");
    assertThat(actual.sums("CAD").effective().sum()).isZero();
    assertThat(amortised.sums("CAD").billed().sum()).isZero();
    assertThat(amortised.sums("CAD").list().sum()).isZero();
    assertThat(amortised.sums("CAD").contracted().sum()).isZero();
    assertThat(amortised.sums("CAD").effective().sum()).isEqualByComparingTo("10.0000564902");
    assertThat(actual.keys()).doesNotContainAnyElementsOf(amortised.keys());
  }

  @Test
  void readsLocalisedHeaders() throws IOException {
    Charge charge = BillReading.of(BillReading.own("azure-german.csv")).charges().get(0);
    assertThat(charge.getSubAccountId()).isEqualTo("s-9");
    assertThat(charge.getBillingAccountId()).isEqualTo("unknown");
    assertThat(charge.getBilledCost()).isEqualByComparingTo("0.075");
    assertThat(charge.getBillingCurrency()).isEqualTo("EUR");
    assertThat(charge.getServiceName()).isEqualTo("Load Balancer");
    assertThat(charge.getConsumedUnit()).isEqualTo("100 Stunden");
    assertThat(charge.getTags()).containsOnly(entry("größe", "klein"));
    assertThat(charge.getExtras())
        .containsOnly(
            entry("ResourceGroup", "Gruppe Süd"),
            entry("MeterCategory", "Lastverteiler"),
            entry("x_ServiceCode", "Network"),
            entry("AdditionalInfo", "hinweis"));
  }
}
