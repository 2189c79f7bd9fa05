package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One bad cell costs one row, and no more. */
class BillRowsTest {

  private static final String HEADER =
      "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,ServiceName,"
          + "ConsumedQuantity,ListUnitPrice\n";

  private static final String GOOD = "1,USD,2026-03-01,2026-03-02,2026-03-01,s,4,0.10\n";

  @TempDir Path directory;

  private BillReading read(String row) throws IOException {
    return BillReading.of(
        Files.writeString(directory.resolve("bill.csv"), HEADER + row + "\n" + GOOD));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1,USD,+999999-01-01T00:00:00Z,+999999-01-01T01:00:00Z,,s,1,1 | INVALID_TIME | ChargePeriodStart
          1,USD,2026-03-01,+10000-01-01,,s,1,1                         | INVALID_TIME | ChargePeriodEnd
          1,USD,0000-12-31,0001-01-01,,s,1,1                           | INVALID_TIME | ChargePeriodStart
          1,USD,-0001-01-01,0001-01-01,,s,1,1                          | INVALID_TIME | ChargePeriodStart
          1,USD,2026-03-01,2026-03-02,0000-03-01,s,1,1                 | INVALID_TIME | BillingPeriodStart
          1,USD,2026-03-02,2026-03-01,,s,1,1                           | INVALID_PERIOD | ChargePeriodEnd
          1,USD,9999-12-01,9999-12-02,,s,1,1                           | INVALID_VALUE | BillingPeriodEnd
          1,usd,2026-03-01,2026-03-02,,s,1,1                           | INVALID_CURRENCY | BillingCurrency
          1,Usd,2026-03-01,2026-03-02,,s,1,1                           | INVALID_CURRENCY | BillingCurrency
          1,$,2026-03-01,2026-03-02,,s,1,1                             | INVALID_CURRENCY | BillingCurrency
          1,US$,2026-03-01,2026-03-02,,s,1,1                           | INVALID_CURRENCY | BillingCurrency
          1,'; DROP TABLE,2026-03-01,2026-03-02,,s,1,1                 | INVALID_CURRENCY | BillingCurrency
          NaN,USD,2026-03-01,2026-03-02,,s,1,1                         | INVALID_NUMBER | BilledCost
          Infinity,USD,2026-03-01,2026-03-02,,s,1,1                    | INVALID_NUMBER | BilledCost
          1,USD,2026-03-01,2026-03-02,,s,Infinity,1                    | INVALID_NUMBER | ConsumedQuantity
          \u0661\u0662,USD,2026-03-01,2026-03-02,,s,1,1                | INVALID_NUMBER | BilledCost
          \uFF11,USD,2026-03-01,2026-03-02,,s,1,1                      | INVALID_NUMBER | BilledCost
          1,USD,2026-03-01,2026-03-02,,s,\u0967,1                      | INVALID_NUMBER | ConsumedQuantity
          1,USD,2026-03-01,2026-03-02,,s,1                             | COLUMN_COUNT |
          ,USD,2026-03-01,2026-03-02,,s,1,1                            | MISSING_FIELD | BilledCost
          NULL,USD,2026-03-01,2026-03-02,,s,1,1                        | MISSING_FIELD | BilledCost
          """)
  void rejectsTheRowWithItsColumn(String row, String reason, String column) throws IOException {
    BillReading read = read(row);
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getReason, Rejection::getColumn)
        .containsExactly(tuple(2L, reason, column));
    assertThat(BillReading.raw(read.rejections().get(0))).isEqualTo(row);
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("1");
  }

  /** Whatever is wrong with a cell that holds a structure. */
  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Tags   | {"a":NaN}                             |
          Tags   | {"a":[Infinity,{"b":-Infinity}]}      |
          Tags   | CONTROL                               |
          Tags   | [{"name":"team","value":"web"}]       |
          Tags   | DEEP                                  |
          x_Note | {"a":NaN}                             |
          x_Note | DEEP                                  |
          x_Note | [NaN]                                 |
          """)
  void aCellThatHoldsAStructureStopsNothing(String column, String cell) throws IOException {
    String value =
        cell.replace("DEEP", "[".repeat(2_000)).replace("CONTROL", "\u0001").replace("\"", "\"\"");
    BillReading read =
        BillReading.of(
            Files.writeString(
                directory.resolve("bill.csv"),
                HEADER.strip()
                    + ","
                    + column
                    + "\n"
                    + GOOD.strip()
                    + ",\""
                    + value
                    + "\"\n"
                    + "2,USD,2026-03-01,2026-03-02,2026-03-01,t,4,0.10,\n"));
    assertThat(read.charges()).hasSize(2);
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("3");
  }

  @Test
  void jsonLinesWithNaNStopNothing() throws IOException {
    String row =
        "{\"BilledCost\":%s,\"BillingCurrency\":\"USD\",\"ChargePeriodStart\":\"2026-03-01\","
            + "\"ChargePeriodEnd\":\"2026-03-02\",\"ConsumedQuantity\":%s,\"Tags\":{\"a\":%s}}%n";
    BillReading read =
        BillReading.of(
            Files.writeString(
                directory.resolve("bill.jsonl"),
                row.formatted("1", "2", "NaN")
                    + row.formatted("2", "NaN", "\"b\"")
                    + row.formatted("NaN", "2", "Infinity")));
    assertThat(read.charges()).hasSize(2);
    assertThat(read.charges().get(0).getTags()).containsEntry("a", "NaN");
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getColumn)
        .containsExactly(tuple(3L, "BilledCost"));
  }

  /** Tags as well, which no charge is told apart by. */
  @ParameterizedTest
  @CsvSource({"Tags,tags", "BilledCost,billed_cost", "ServiceName,Service Name"})
  void twoColumnsOfOneNameThatDifferRejectTheRow(String first, String second) throws IOException {
    String header = "BillingCurrency,ChargePeriodStart,ChargePeriodEnd," + first + "," + second;
    String row = "\nUSD,2026-03-01,2026-03-02,";
    if (!first.equals("BilledCost")) {
      header = header + ",BilledCost";
    }
    String end = first.equals("BilledCost") ? "" : ",1";
    BillReading read =
        BillReading.of(
            Files.writeString(
                directory.resolve("bill.csv"),
                header + row + "1,2" + end + row + "3,3" + end + row + ",4" + end));
    assertThat(read.charges()).hasSize(2);
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getColumn)
        .containsExactly(tuple(2L, first));
  }

  /** A cost that is not there is not 0. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EffectiveCost          | BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ServiceName | 1,,USD,2026-03-01,2026-03-02,s
          lineItem/UnblendedCost | lineItem/UnblendedCost,lineItem/CurrencyCode,lineItem/UsageStartDate,lineItem/UsageEndDate,bill/PayerAccountId,lineItem/LineItemType | ,USD,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,123456789012,Usage
          cost                   | cost,currency,usage_start_time,usage_end_time,billing_account_id,service.description | ,USD,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,A-1,s
          costInBillingCurrency  | costInBillingCurrency,billingCurrency,date,billingAccountId,meterId,SubscriptionId | ,USD,03/01/2026,A-1,m,s
          """)
  void rejectsTheRowWithoutItsCost(String column, String header, String row) throws IOException {
    BillReading read =
        BillReading.of(
            Files.writeString(
                directory.resolve("bill.csv"), header + "\n" + row + "\n" + row + "\n"));
    assertThat(read.charges()).isEmpty();
    assertThat(read.rejections())
        .extracting(Rejection::getReason, Rejection::getColumn)
        .containsExactly(tuple("MISSING_FIELD", column), tuple("MISSING_FIELD", column));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'1,USD\0,2026-03-01,2026-03-02,,s,1,1', BillingCurrency",
    "'1,USD,2026-03-01,2026-03-02,,a\0b,1,1', ServiceName",
    "'1\0,USD,2026-03-01,2026-03-02,,s,1,1', BilledCost",
    "'1,USD,2026-03-01\0,2026-03-02,,s,1,1', ChargePeriodStart"
  })
  void rejectsTheCharacterNul(String row, String column) throws IOException {
    assertThat(read(row).rejections())
        .extracting(Rejection::getPosition, Rejection::getColumn)
        .containsExactly(tuple(2L, column));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"NaN", "nan", "-NaN", " NAN "})
  void aQuantityThatIsNotANumberIsNone(String quantity) throws IOException {
    BillReading read = read("1.5,USD,2026-03-01,2026-03-02,,s," + quantity + "," + quantity);
    assertThat(read.rejections()).isEmpty();
    assertThat(read.charges().get(0).getConsumedQuantity()).isNull();
    assertThat(read.charges().get(0).getExtras()).doesNotContainKey("ListUnitPrice");
    assertThat(read.charges().get(1).getExtras()).containsEntry("ListUnitPrice", "0.1");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"USD", "XXX", "MC", "Token", "Credits", "AI Credits", "DBU.v2"})
  void takesNationalAndVirtualCurrencies(String currency) throws IOException {
    assertThat(read("1," + currency + ",2026-03-01,2026-03-02,,s,1,1").charges())
        .extracting(Charge::getBillingCurrency)
        .containsExactly(currency, "USD");
  }

  @Test
  void accountsOfAwsGetTheZerosThatTheyHaveLost() throws IOException {
    BillReading read =
        BillReading.of(
            Files.writeString(
                directory.resolve("accounts.csv"),
                """
                BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,BillingAccountId,SubAccountId
                1,USD,2026-03-01,2026-03-02,AWS,012345678901,000345678901
                1,USD,2026-03-01,2026-03-03,AWS,12345678901,345678901
                1,USD,2026-03-01,2026-03-04,Amazon Web Services,12345678901.0,345678901.00
                1,USD,2026-03-01,2026-03-05,AWS,012345678901,1234567
                1,USD,2026-03-01,2026-03-02,Microsoft,12345678901,345678901
                """));
    assertThat(read.charges())
        .extracting(Charge::getBillingAccountId, Charge::getSubAccountId)
        .containsExactly(
            tuple("012345678901", "000345678901"),
            tuple("012345678901", "000345678901"),
            tuple("012345678901", "000345678901"),
            tuple("012345678901", "1234567"),
            tuple("12345678901", "345678901"));
    assertThat(read.summary().deliveries())
        .extracting(d -> d.scope().serviceProviderName(), DeliverySummary::padded)
        .containsExactly(
            tuple("AWS", 1L), tuple("Amazon Web Services", 1L), tuple("Microsoft", 0L));
  }
}
