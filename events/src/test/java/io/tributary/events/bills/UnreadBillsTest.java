package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.bills.BillFiles.LeftOut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of files that nobody named one by one, the content decides which are bills. */
class UnreadBillsTest {

  private static final String HEADER =
      "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ServiceName\n";

  @TempDir Path directory;

  private BillSet scan() throws IOException {
    return BillSet.scan(
        BillFiles.find(List.of(directory.toString())).candidates(),
        BillOptions.of("acme"),
        BillProgress.SILENT);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text, StandardCharsets.ISO_8859_1);
  }

  @Test
  void readsBillsOfAnyNameAndLeavesOutTheRestWithAReason() throws IOException {
    write("a.csv", HEADER + "1,USD,2026-03-01,2026-03-02,a\n");
    write("b.txt", HEADER + "2,USD,2026-03-01,2026-03-02,b\n");
    write("c.tsv", (HEADER + "4,USD,2026-03-01,2026-03-02,c\n").replace(',', '\t'));
    write(
        "d.jsonl",
        "{\"BilledCost\":8,\"BillingCurrency\":\"USD\",\"ChargePeriodStart\":\"2026-03-01\",\"ChargePeriodEnd\":\"2026-03-02\"}\n");
    write("notes.txt", "He said \"no\n");
    write("empty.log", "");
    write("quote.md", "\"to be");
    write("settings.json", "{\n \"a\": 1\n}\n");
    write("picture.png", "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR");
    BillSet bills = scan();
    assertThat(BillReading.of(bills).sums("USD").billed().sum()).isEqualByComparingTo("15");
    assertThat(bills.unread()).isEmpty();
    assertThat(bills.leftOut())
        .extracting(file -> Path.of(file.name()).getFileName().toString(), LeftOut::why)
        .containsExactly(
            tuple("empty.log", "no known bill: the file is empty"),
            tuple("notes.txt", "no known bill: its header is He said \"no"),
            tuple("picture.png", "neither Parquet nor text that is a table"),
            tuple("quote.md", "neither Parquet nor text that is a table"),
            tuple("settings.json", "no known bill: it is JSON, but no line of it is an object"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          x.csv   | `Dear,Sir`                                                   | no known bill
          x.txt   | `{H}1,USD,2026-03-01,2026-03-02,B\u00FCro`                   | is not UTF-8
          x.dat   | `{H}1,USD,2026-03-01,2026-03-02,"never closed`               | never closed
          x.json  | `{"BilledCost":1,"BillingCurrency":"USD","ChargePeriodStart":"\u00FC"}` | is not UTF-8
          """)
  void aBillThatCannotBeReadHoldsBackWhatMayBeItsDelivery(String name, String text, String why)
      throws IOException {
    write("a.csv", HEADER + "1,USD,2026-03-01,2026-03-02,a\n");
    write(name, text.replace("{H}", HEADER));
    assertThatThrownBy(this::scan)
        .isInstanceOf(UnreadBillsException.class)
        .hasMessageStartingWith(directory.resolve(name) + ": ")
        .hasMessageContaining(why)
        .hasMessageEndingWith("so nothing is published");
  }

  @Test
  void aHeaderAloneIsNoDeliveryAndNoError() throws IOException {
    write("a.csv", HEADER);
    write("b.csv", HEADER.strip());
    BillReading read = BillReading.of(scan());
    assertThat(read.summary().rowsByFile()).hasSize(2).containsValues(0L, 0L);
    assertThat(read.summary().deliveries()).isEmpty();
  }
}
