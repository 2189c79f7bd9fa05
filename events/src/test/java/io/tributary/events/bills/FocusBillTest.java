package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Charge;
import io.tributary.events.Op;
import io.tributary.events.Rejection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FocusBillTest {

  private static final Path BILL = BillReading.own("focus.csv");

  @TempDir Path directory;

  @Test
  void everyRowIsAChargeOrARejection() throws IOException {
    BillReading read = BillReading.of(BILL);
    assertThat(read.summary().rows()).isEqualTo(9);
    assertThat(read.charges()).hasSize(3);
    assertThat(read.rejections()).hasSize(6);
    assertThat(read.summary().rejected()).isEqualTo(6);
    DeliverySummary delivery = read.summary().deliveries().get(0);
    assertThat(delivery.sourceRows()).isEqualTo(9);
    assertThat(delivery.charges()).isEqualTo(3);
    assertThat(delivery.rejected()).isEqualTo(6);
    assertThat(delivery.sources()).containsExactly(BILL.toString());
  }

  @Test
  void fillsEveryFieldOfACharge() throws IOException {
    Charge charge = BillReading.of(BILL).charge("Hours of m");
    assertThat(charge.getTenantId()).isEqualTo("acme");
    assertThat(charge.getOp()).isEqualTo(Op.UPSERT);
    assertThat(charge.getVersion()).isEqualTo(4);
    assertThat(charge.getReport()).isEqualTo("default");
    assertThat(charge.getServiceProviderName()).isEqualTo("Cirrus");
    assertThat(charge.getBillingAccountId()).isEqualTo("acct-1");
    assertThat(charge.getSubAccountId()).isEqualTo("sub-1");
    assertThat(charge.getBillingPeriodStart()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(charge.getBillingPeriodEnd()).isEqualTo(Instant.parse("2026-02-01T00:00:00Z"));
    assertThat(charge.getChargePeriodStart()).isEqualTo(Instant.parse("2026-01-05T00:00:00Z"));
    assertThat(charge.getChargePeriodEnd()).isEqualTo(Instant.parse("2026-01-05T01:00:00Z"));
    assertThat(charge.getChargeCategory()).isEqualTo("Usage");
    assertThat(charge.getChargeClass()).isNull();
    assertThat(charge.getServiceCategory()).isEqualTo("Compute");
    assertThat(charge.getServiceName()).isEqualTo("Machines");
    assertThat(charge.getRegionId()).isEqualTo("eu-1");
    assertThat(charge.getSkuId()).isEqualTo("sku-m");
    assertThat(charge.getSkuMeter()).isEqualTo("hours");
    assertThat(charge.getResourceId()).isEqualTo("vm-1");
    assertThat(charge.getBillingCurrency()).isEqualTo("USD");
    assertThat(charge.getBilledCost()).isEqualByComparingTo("1.25");
    assertThat(charge.getEffectiveCost()).isEqualByComparingTo("1");
    assertThat(charge.getListCost()).isEqualByComparingTo("2.5");
    assertThat(charge.getContractedCost()).isEqualByComparingTo("1.25");
    assertThat(charge.getConsumedQuantity()).isEqualByComparingTo("2");
    assertThat(charge.getConsumedUnit()).isEqualTo("Hours");
    assertThat(charge.getTags()).containsOnly(entry("env", "prod"), entry(" org", "x y"));
    assertThat(charge.getExtras())
        .containsOnly(entry("InvoiceId", "INV-7"), entry("x_Team", "blue"));
  }

  @Test
  void readsNullsScientificNumbersAndMoreThan18Decimals() throws IOException {
    BillReading read = BillReading.of(BILL);
    Charge charge = read.charge("Requests");
    assertThat(charge.getBilledCost()).isEqualByComparingTo("0.000005");
    assertThat(charge.getEffectiveCost()).as("rounded half-even").isZero();
    assertThat(charge.getListCost()).isZero();
    assertThat(charge.getTags()).containsOnly(entry("env", "dev"), entry("team", "a"));
    assertThat(charge.getExtras()).isEmpty();
    CurrencySums dollars = read.sums("USD");
    assertThat(dollars.effective().roundingDifference()).isEqualByComparingTo("5E-19");
    assertThat(dollars.list().nulls()).isEqualTo(1);
    assertThat(dollars.contracted().nulls()).isEqualTo(1);
    assertThat(dollars.billed().nulls()).isZero();
  }

  @Test
  void keepsMalformedTagsAsAnExtraAndCurrenciesApart() throws IOException {
    BillReading read = BillReading.of(BILL);
    assertThat(read.charge("Voucher").getTags()).isEmpty();
    assertThat(read.charge("Voucher").getExtras()).containsEntry("Tags", "{broken");
    assertThat(read.sums("EUR").billed().sum()).isEqualByComparingTo("-3");
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("1.250005");
  }

  @Test
  void saysOfEveryRejectedRowWhereItStandsAndWhy() throws IOException {
    BillReading read = BillReading.of(BILL);
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getReason, Rejection::getColumn)
        .containsExactly(
            tuple(5L, "INVALID_NUMBER", "BilledCost"),
            tuple(6L, "INVALID_TIME", "ChargePeriodStart"),
            tuple(8L, "MISSING_FIELD", "BillingCurrency"),
            tuple(9L, "INVALID_PERIOD", "ChargePeriodEnd"),
            tuple(10L, "COLUMN_COUNT", null),
            tuple(11L, "NUMBER_OUT_OF_RANGE", "BilledCost"));
    Rejection money = read.rejections().get(0);
    assertThat(money.getDetail()).isEqualTo("BilledCost is no decimal number: '1,200'");
    assertThat(money.getReasonNumber()).isEqualTo(4);
    assertThat(money.getStage()).isEqualTo("read");
    assertThat(money.getSource()).isEqualTo(BILL.toString());
    assertThat(money.getRecordTime()).isEqualTo(Instant.parse("2026-01-05T02:00:00Z"));
    assertThat(money.getDeliveryId()).isEqualTo(read.charges().get(0).getDeliveryId());
    assertThat(BillReading.raw(money)).startsWith("\"1,200\",acct-1,USD,").endsWith(",,,,,,");
    Rejection date = read.rejections().get(1);
    assertThat(date.getRecordTime()).isEqualTo(Instant.EPOCH);
    assertThat(BillReading.raw(date)).contains("\"Bad\ndate\",1/5/26").endsWith(",,,,,,");
    assertThat(BillReading.raw(read.rejections().get(4))).isEqualTo("too,few");
  }

  @Test
  void readsGzipWithByteOrderMarkTheSame() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
      gzip.write(Files.readAllBytes(BILL));
    }
    Path file = Files.write(directory.resolve("focus.csv.gz"), packed.toByteArray());
    BillReading read = BillReading.of(file);
    assertThat(read.charges()).isEqualTo(BillReading.of(BILL).charges());
    assertThat(read.rejections())
        .extracting(BillReading::raw)
        .isEqualTo(BillReading.of(BILL).rejections().stream().map(BillReading::raw).toList());
  }

  @Test
  void defaultsEveryColumnThatIsNotMandatory() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("least.csv"),
            """
            billedcost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName
            2,USD,2026-03-10,2026-03-11,Reseller
            0,USD,2026-03-11,2026-03-12,
            """);
    BillReading read = BillReading.of(file);
    Charge charge = read.charges().get(0);
    assertThat(charge.getServiceProviderName()).isEqualTo("Reseller");
    assertThat(charge.getBillingAccountId()).isEqualTo("unknown");
    assertThat(charge.getChargeCategory()).isEqualTo("Usage");
    assertThat(charge.getBillingPeriodStart()).isEqualTo(Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(charge.getBillingPeriodEnd()).isEqualTo(Instant.parse("2026-04-01T00:00:00Z"));
    assertThat(charge.getEffectiveCost()).isEqualByComparingTo("2");
    assertThat(charge.getListCost()).isEqualByComparingTo("2");
    assertThat(charge.getContractedCost()).isEqualByComparingTo("2");
    Charge second = read.charges().get(1);
    assertThat(second.getServiceProviderName()).isEqualTo("unknown");
    assertThat(second.getBilledCost()).isZero();
    BillOptions named = new BillOptions("acme", "Cirrus", "default", null, TextEncoding.DEFAULT);
    assertThat(BillReading.of(named, file).charges())
        .extracting(Charge::getServiceProviderName)
        .containsOnly("Cirrus");
  }

  @Test
  void rejectsARowWhoseBillingPeriodDoesNotEndAfterItStarts() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("periods.csv"),
            """
            BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,BillingPeriodEnd
            1,USD,2026-03-10,2026-03-11,2026-02-28T16:00:00Z,2026-03-31T15:59:59Z
            2,USD,2026-03-10,2026-03-11,2026-03-01,2026-03-01
            3,USD,2026-03-10,2026-03-11,2026-03-01T08:00:00Z,2026-03-01
            4,USD,2026-03-10,2026-03-11,2026-03-01,
            """);
    BillReading read = BillReading.of(file);
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getReason, Rejection::getColumn)
        .containsExactly(
            tuple(3L, "INVALID_PERIOD", "BillingPeriodEnd"),
            tuple(4L, "INVALID_PERIOD", "BillingPeriodEnd"));
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("5");
  }

  @Test
  void rejectsEveryRowOfAFileThatLacksAMandatoryColumn() throws IOException {
    for (String column :
        new String[] {"BilledCost", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd"}) {
      String header =
          "EffectiveCost,BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,x";
      String file = header.replace("," + column, ",y") + "\n1,1,1,1,1,1\n";
      file = file.replace("1,1,1,1,1,1", "1,1,USD,2026-01-01,2026-01-02,1");
      BillReading read = BillReading.of(Files.writeString(directory.resolve(column), file));
      assertThat(read.charges()).isEmpty();
      assertThat(read.rejections())
          .extracting(Rejection::getReason, Rejection::getColumn, Rejection::getDetail)
          .containsExactly(tuple("MISSING_FIELD", column, "the header has no column " + column));
      assertThat(read.rejections().get(0).getDeliveryId()).isNull();
    }
  }

  @Test
  void dataThroughIsTheLatestEndOfShortUsageElseOfAnything() throws IOException {
    assertThat(BillReading.of(BILL).summary().deliveries().get(0).delivery().getDataThrough())
        .as("the voucher's month and rejected rows do not count")
        .isEqualTo(Instant.parse("2026-01-05T02:00:00Z"));
    Path monthly =
        Files.writeString(
            directory.resolve("monthly.csv"),
            """
            BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd
            2,USD,2026-03-01,2026-04-01
            """);
    assertThat(BillReading.of(monthly).summary().deliveries().get(0).delivery().getDataThrough())
        .isEqualTo(Instant.parse("2026-04-01T00:00:00Z"));
  }

  @Test
  void headerNamesThatNoRowHasAreNoColumns() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("surplus.csv"),
            """
            BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,x_New
            2,USD,2026-03-01,2026-04-01
            3,USD,2026-03-01,2026-04-01
            4,USD,2026-03-01
            """);
    BillReading read = BillReading.of(file);
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("5");
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getReason)
        .containsExactly(tuple(4L, "COLUMN_COUNT"));
  }
}
