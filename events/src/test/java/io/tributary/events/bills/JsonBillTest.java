package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bills of JSON lines. */
class JsonBillTest {

  private static final String FOCUS =
      """
      {"BilledCost":1.50,"BillingCurrency":"USD","ChargePeriodStart":"2026-03-01","ChargePeriodEnd":"2026-03-02","Tags":{"team":"web","n":1.0,"none":null}}

      {"BilledCost":"2E-7","BillingCurrency":"USD","ChargePeriodStart":"2026-03-01T00:00:00Z","ChargePeriodEnd":"2026-03-02","ServiceName":"B\\u00fcro","x_list":[1.10,null,{"b":1,"a":null}],"x_s":{"a":{"b":true}}}
      """;

  @TempDir Path directory;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("bill.json"), bytes);
  }

  private Path write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertIsTheBill(BillReading read) {
    assertThat(read.rejections()).isEmpty();
    assertThat(read.charges())
        .extracting(c -> c.getBilledCost().stripTrailingZeros().toPlainString())
        .containsExactly("1.5", "0.0000002");
    assertThat(read.charges().get(0).getTags()).containsOnly(entry("team", "web"), entry("n", "1"));
    assertThat(read.charges().get(1).getServiceName()).isEqualTo("B\u00FCro");
    assertThat(read.charges().get(1).getExtras())
        .containsOnly(entry("x_list", "[1.1,null,{\"b\":1}]"), entry("x_s.a.b", "true"));
  }

  @Test
  void readsEveryLineGzippedOrNotInAnyEncoding() throws IOException {
    assertIsTheBill(BillReading.of(write(FOCUS)));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(FOCUS.getBytes(StandardCharsets.UTF_8));
    }
    assertIsTheBill(BillReading.of(write(packed.toByteArray())));
    String umlaut = FOCUS.replace("\\u00fc", "\u00FC").replace("\n", "\r\n");
    for (String encoding : new String[] {"windows-1252", "UTF-16LE"}) {
      assertIsTheBill(
          BillReading.of(
              BillOptions.of("acme").withEncoding(TextEncoding.named(encoding)),
              write(umlaut.getBytes(Charset.forName(encoding)))));
    }
  }

  @Test
  void aLineThatIsNoObjectCostsOnlyItself() throws IOException {
    String good =
        "{\"BilledCost\":1,\"BillingCurrency\":\"USD\",\"ChargePeriodStart\":\"2026-03-01\",\"ChargePeriodEnd\":\"2026-03-02\"}";
    BillReading read =
        BillReading.of(
            write(
                String.join(
                    "\n",
                    good,
                    good.replace("1,", "\"x\","),
                    "[1]",
                    good.substring(0, 40),
                    good + good,
                    "{\"BilledCost\":1,\"BilledCost\":2,\"BillingCurrency\":\"USD\",\"ChargePeriodStart\":\"2026-03-01\",\"ChargePeriodEnd\":\"2026-03-02\"}",
                    good.replace("1,", "NaN,"),
                    good)));
    assertThat(read.charges()).hasSize(2);
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getReason, Rejection::getColumn)
        .containsExactly(
            tuple(2L, "INVALID_NUMBER", "BilledCost"),
            tuple(3L, "UNDECODABLE", null),
            tuple(4L, "UNDECODABLE", null),
            tuple(5L, "UNDECODABLE", null),
            tuple(6L, "INVALID_VALUE", "BilledCost"),
            tuple(7L, "INVALID_NUMBER", "BilledCost"));
    assertThat(BillReading.raw(read.rejections().get(1))).isEqualTo("[1]");
    assertThat(read.summary().rows()).isEqualTo(8);
  }

  @Test
  void refusesAMixOfRowsAndRecordsByName() throws IOException {
    Path mix = write(FOCUS + "{\"type\":\"usage\",\"event_id\":\"e\"}\n");
    assertThatThrownBy(() -> BillReading.of(mix))
        .isInstanceOf(UnknownBillFormatException.class)
        .hasMessage(mix + ": it mixes rows of a bill and records: line 4 is a record; part them");
    assertThat(BillSource.of(mix).holdsRecords()).isFalse();
    Path records = write("\n {\"a\":{\"type\":\"x\"},\"type\":\"usage\"}\n");
    assertThat(BillSource.of(records).holdsRecords()).isTrue();
    Path other = write(FOCUS.replace("\"x_s\"", "\"type\":\"Virtual machine\",\"x_s\""));
    assertThat(BillSource.of(other).holdsRecords()).isFalse();
    assertThat(BillReading.of(other).charges()).hasSize(2);
  }

  @Test
  void refusesJsonThatIsNoLinesOfObjects() throws IOException {
    Path pretty = write("{\n  \"BilledCost\": 1\n}\n");
    assertThatThrownBy(() -> BillReading.of(pretty))
        .isInstanceOf(UnknownBillFormatException.class)
        .hasMessageContaining("no line of it is an object");
    Path unknown = write("{\"a\":1}\n{\"b\":{\"c\":2}}\n");
    assertThatThrownBy(() -> BillReading.of(unknown))
        .isInstanceOf(UnknownBillFormatException.class)
        .hasMessageContaining("its header is a,b.c");
  }

  @Test
  void readsEveryFormat() throws IOException {
    assertThat(
            BillReading.of(
                    write(
                        """
                        {"line_item_usage_start_date":"2026-03-01T00:00:00Z","line_item_usage_end_date":"2026-03-01T01:00:00Z","line_item_unblended_cost":0.5,"line_item_currency_code":"USD","bill_payer_account_id":12345678901,"product":{"product_name":"EC2"},"resource_tags":{"user_team":"web"}}
                        """))
                .charges())
        .extracting(
            Charge::getServiceProviderName,
            Charge::getBillingAccountId,
            Charge::getServiceName,
            c -> c.getTags().get("team"))
        .containsExactly(tuple("AWS", "012345678901", "EC2", "web"));
    assertThat(
            BillReading.of(
                    write(
                        """
                        {"date":"2026-03-01","costInBillingCurrency":1.25,"billingCurrency":"EUR","meterCategory":"VM","meterId":"m","tags":"\\"team\\":\\"web\\""}
                        """))
                .charges())
        .extracting(Charge::getServiceProviderName, c -> c.getTags().get("team"))
        .containsExactly(tuple("Microsoft", "web"));
    assertThat(
            BillReading.of(
                    write(
                        """
                        {"billing_account_id":"B","service":{"id":"S","description":"Compute"},"sku":{"id":"K","description":"Core"},"usage_start_time":"2026-03-01 00:00:00 UTC","usage_end_time":"2026-03-01 01:00:00 UTC","project":{"id":"p","labels":[{"key":"a","value":"b"}]},"labels":[{"key":"team","value":"web"}],"cost":1.5,"currency":"USD","credits":[{"name":"c","amount":-0.25}],"invoice":{"month":"202603"}}
                        """))
                .charges())
        .extracting(
            Charge::getSubAccountId,
            Charge::getServiceName,
            c -> c.getTags().get("team"),
            c -> c.getExtras().get("project.labels"),
            c -> c.getBilledCost().stripTrailingZeros().toPlainString())
        .containsExactly(
            tuple("p", "Compute", "web", "{\"a\":\"b\"}", "1.5"),
            tuple("p", "Compute", "web", "{\"a\":\"b\"}", "-0.25"));
  }
}
