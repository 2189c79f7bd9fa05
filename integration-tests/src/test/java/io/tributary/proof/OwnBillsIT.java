package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Rejection;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.DeliverySum;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two small bills of our own whose sums fit on paper, as tenants of one warehouse. */
class OwnBillsIT {

  @TempDir private static Path warehouse;

  @BeforeAll
  static void takeIn() {
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse,
        "--tenant",
        "focus",
        "--charges",
        Resources.file("bills/focus.csv"));
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse,
        "--tenant",
        "cur",
        "--charges",
        Resources.file("bills/cur.csv"));
  }

  private static BigDecimal cost(String amount) {
    return new BigDecimal(amount);
  }

  @Test
  void everyMeasureAddsUpPerCurrency() {
    assertThat(Costs.totals(warehouse, "focus", "billed"))
        .containsExactly(entry("EUR", cost("0.2")), entry("USD", cost("0.352500000000000001")));
    assertThat(Costs.totals(warehouse, "focus", "effective"))
        .containsExactly(entry("EUR", cost("0.2")), entry("USD", cost("0.2525")));
    assertThat(Costs.totals(warehouse, "focus", "list"))
        .containsExactly(entry("EUR", cost("0.2")), entry("USD", cost("2.205")));
    assertThat(Costs.totals(warehouse, "focus", "contracted"))
        .containsExactly(entry("EUR", cost("0.2")), entry("USD", cost("0.35")));
  }

  @Test
  void costIsBrokenDownByColumnsAndTime() {
    assertThat(Costs.by(warehouse, "focus", "billed", "Day,ServiceName"))
        .containsOnly(
            entry("2026-01-03|Compute|USD", cost("1.100000000000000001")),
            entry("2026-01-04|Storage|USD", cost("0.0025")),
            entry("2026-01-01|Storage|USD", cost("-0.75")),
            entry("2026-01-01|null|EUR", cost("0.2")));
  }

  @Test
  void whatRoundingTookAwayIsRecorded() {
    List<DeliveryReceipt> receipts = Tables.rows(warehouse, "focus", DeliveryReceipt.class);
    assertThat(receipts).hasSize(1);
    assertThat(receipts.get(0).getSums())
        .extracting(DeliverySum::getCurrency, DeliverySum::getBilledCostRounding)
        .containsExactlyInAnyOrder(tuple("EUR", "0"), tuple("USD", "0.00000000000000000049"));
    assertThat(receipts.get(0).getSums())
        .extracting(DeliverySum::getCurrency, DeliverySum::getContractedCostNulls)
        .containsExactlyInAnyOrder(tuple("EUR", 0L), tuple("USD", 1L));
  }

  @Test
  void badRowsAreKeptWithReasonPlaceAndBytes() throws IOException {
    List<Rejection> rejections = Tables.rows(warehouse, "focus", Rejection.class);
    assertThat(rejections)
        .extracting(Rejection::getPosition, Rejection::getReason, Rejection::getColumn)
        .containsExactlyInAnyOrder(
            tuple(7L, "INVALID_NUMBER", "BilledCost"),
            tuple(8L, "INVALID_TIME", "ChargePeriodStart"),
            tuple(9L, "COLUMN_COUNT", null));
    List<String> lines = Files.readAllLines(Resources.file("bills/focus.csv"));
    for (Rejection rejection : rejections) {
      assertThat(StandardCharsets.UTF_8.decode(rejection.getRaw().duplicate()).toString())
          .isEqualTo(lines.get((int) rejection.getPosition() - 1));
    }
  }

  @Test
  void reservationsOfACurAreAmortised() {
    assertThat(Costs.by(warehouse, "cur", "billed", "SubAccountId"))
        .containsOnly(
            entry("222|USD", cost("0.096")),
            entry("111|USD", cost("29.76")),
            entry("333|USD", cost("0.00006")));
    assertThat(Costs.by(warehouse, "cur", "effective", "ChargeCategory,ServiceName"))
        .containsOnly(
            entry("Usage|Amazon Elastic Compute Cloud|USD", cost("0.136")),
            entry("Purchase|Amazon Elastic Compute Cloud|USD", cost("0.75")),
            entry("Usage|Amazon Simple Storage Service|USD", cost("0.00006")));
    assertThat(Costs.totals(warehouse, "cur", "list")).containsOnly(entry("USD", cost("29.95206")));
  }

  @Test
  void noTenantSeesAnother() {
    assertThat(Costs.by(warehouse, "cur", "billed", "ServiceProviderName")).hasSize(1);
    assertThat(Costs.totals(warehouse, "Focus", "billed")).isEmpty();
    Cli.fine("audit", "--warehouse", warehouse);
  }
}
