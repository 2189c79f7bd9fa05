package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Charge;
import io.tributary.events.MalformedTextException;
import io.tributary.events.Rejection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bills in every encoding, with separators of every kind, and broken ones. */
class BillTextTest {

  private static final String HEADER =
      "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ServiceName";

  @TempDir Path directory;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("bill.csv"), bytes);
  }

  private Path write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static BillOptions in(String encoding) {
    return BillOptions.of("acme").withEncoding(TextEncoding.named(encoding));
  }

  private static byte[] marked(Charset charset, String text, int... mark) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b : mark) {
      bytes.write(b);
    }
    bytes.write(text.getBytes(charset));
    return bytes.toByteArray();
  }

  private static final String ROWS =
      HEADER
          + "\r\n1,EUR,2026-03-01,2026-03-02,B\u00FCro\r\n"
          + "bad,EUR,2026-03-01,2026-03-02,\"zwei\r\nZeilen\"\r\n"
          + "\r\n"
          + "2,EUR,2026-03-01,2026-03-02,B\u00E4ro\r\n"
          + "worse,EUR,2026-03-01,2026-03-02,\u00FC";

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "UTF-8",
        "windows-1252",
        "ISO-8859-1",
        "ISO-8859-15",
        "UTF-16LE",
        "UTF-16BE",
        "UTF-32LE",
        "GB18030",
        "x-MacRoman"
      })
  void readsAnEncodingThatIsNamedAndRejectsRowsWithTheirOwnBytes(String encoding)
      throws IOException {
    Charset charset = Charset.forName(encoding);
    BillReading read = BillReading.of(in(encoding), write(ROWS.getBytes(charset)));
    assertThat(read.charges())
        .extracting(Charge::getServiceName)
        .containsExactly("B\u00FCro", "B\u00E4ro");
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getColumn, r -> text(r, charset))
        .containsExactly(
            tuple(3L, "BilledCost", "bad,EUR,2026-03-01,2026-03-02,\"zwei\r\nZeilen\""),
            tuple(7L, "BilledCost", "worse,EUR,2026-03-01,2026-03-02,\u00FC"));
  }

  private static String text(Rejection rejection, Charset charset) {
    return charset.decode(rejection.getRaw().duplicate()).toString();
  }

  @Test
  void aByteOrderMarkDecidesWhateverIsNamed() throws IOException {
    for (byte[] bytes :
        new byte[][] {
          marked(StandardCharsets.UTF_8, ROWS, 0xef, 0xbb, 0xbf),
          marked(StandardCharsets.UTF_16LE, ROWS, 0xff, 0xfe),
          marked(StandardCharsets.UTF_16BE, ROWS, 0xfe, 0xff),
          marked(Charset.forName("UTF-32LE"), ROWS, 0xff, 0xfe, 0, 0)
        }) {
      for (String named : new String[] {"UTF-8", "windows-1252", "UTF-16"}) {
        BillReading read = BillReading.of(in(named), write(bytes));
        assertThat(read.charges())
            .extracting(Charge::getServiceName)
            .containsExactly("B\u00FCro", "B\u00E4ro");
        assertThat(read.rejections()).extracting(Rejection::getPosition).containsExactly(3L, 7L);
      }
    }
  }

  @Test
  void utf16WithoutMarkIsReadInEitherOrder() throws IOException {
    for (Charset charset : new Charset[] {StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE}) {
      assertThat(BillReading.of(in("UTF-16"), write(ROWS.getBytes(charset))).charges()).hasSize(2);
    }
  }

  @Test
  void refusesWhatIsNotInTheEncodingNamingByteAndLine() throws IOException {
    byte[] latin = ROWS.getBytes(StandardCharsets.ISO_8859_1);
    int offset = indexOf(latin, (byte) 0xfc);
    Path file = write(latin);
    assertThatThrownBy(() -> BillReading.of(file))
        .isInstanceOf(MalformedTextException.class)
        .hasMessage(
            file
                + ": line 2: byte "
                + offset
                + " (0xFC) is not UTF-8; say what it is, as --encoding windows-1252");
    assertThatThrownBy(() -> BillReading.of(in("US-ASCII"), file))
        .isInstanceOf(MalformedTextException.class)
        .hasMessageContaining(": line 2: byte " + offset + " (0xFC) is not US-ASCII");
  }

  @Test
  void findsTheMalformedByteFarBehindAndAcrossBuffers() throws IOException {
    StringBuilder rows = new StringBuilder(HEADER).append('\n');
    for (int i = 0; i < 20_000; i++) {
      rows.append("1,EUR,2026-03-01,2026-03-02,\u00FC").append(i).append('\n');
    }
    byte[] text = rows.toString().getBytes(StandardCharsets.UTF_8);
    byte[] cut = Arrays.copyOf(text, text.length + 1);
    cut[text.length] = (byte) 0xc3;
    Path file = write(cut);
    assertThatThrownBy(() -> BillReading.of(file))
        .isInstanceOf(MalformedTextException.class)
        .hasMessageStartingWith(
            file + ": line 20002: byte " + text.length + " (0xC3) is not UTF-8");
  }

  private static int indexOf(byte[] bytes, byte wanted) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void anEncodingThatIsNoneNamesOthers() {
    for (String name : new String[] {"latin 9x", "utf9", "", "x-JISAutoDetect"}) {
      assertThatThrownBy(() -> TextEncoding.named(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "no encoding '" + name + "'; known are UTF-8, UTF-16, windows-1252");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ' ',
      value = {"tab \t", "semicolon ;", "bar |"})
  void findsTheSeparatorOfTheHeader(String name, String given) throws IOException {
    String separator = name.equals("tab") ? "\t" : given;
    BillReading read =
        BillReading.of(
            write(
                HEADER.replace(",", separator)
                    + "\n1.5,EUR,2026-03-01,2026-03-02,\"a,b\"\n"
                        .replace(",2", separator + "2")
                        .replace(",EUR", separator + "EUR")
                        .replace(",\"", separator + "\"")));
    assertThat(read.charges())
        .extracting(Charge::getServiceName, c -> c.getBilledCost().doubleValue())
        .containsExactly(tuple("a,b", 1.5));
  }

  @Test
  void refusesAQuoteThatIsNeverClosedNamingItsLine() throws IOException {
    for (String end : new String[] {"", "\n", "\n1,EUR,2026-03-01,2026-03-02,d\n"}) {
      Path file =
          write(
              HEADER + "\n1,EUR,2026-03-01,2026-03-02,a\n\n1,EUR,2026-03-01,2026-03-02,\"b" + end);
      assertThatThrownBy(() -> BillReading.of(file))
          .isInstanceOf(DamagedFileException.class)
          .hasMessage(file + ": damaged: line 4: a quote opens in this row and is never closed");
    }
  }

  @Test
  void refusesACellBeyondTheLimitNamingItsLineAndWhy() throws IOException {
    Path file =
        write(HEADER + "\n1,EUR,2026-03-01,2026-03-02,a\n1,EUR,\"" + "x".repeat(17_000_000));
    assertThatThrownBy(() -> BillReading.of(file))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageStartingWith(
            file
                + ": damaged: line 3: the row cannot be read: The maximum buffer size of 16777216");
  }

  @Test
  void columnsOfOneNameMustSayTheSame() throws IOException {
    BillReading read =
        BillReading.of(
            write(
                """
                BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,billed_cost,x,x
                1,EUR,2026-03-01,2026-03-02,1,a,b
                1,EUR,2026-03-01,2026-03-02,2,a,a
                ,EUR,2026-03-01,2026-03-02,3,,
                """));
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getColumn, Rejection::getDetail)
        .containsExactly(tuple(3L, "BilledCost", "BilledCost and billed_cost differ"));
    assertThat(read.sums("EUR").billed().sum()).isEqualByComparingTo("4");
    assertThat(read.charges().get(0).getExtras())
        .containsEntry("x", "a")
        .containsEntry("x (column 7)", "b");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "billed_cost,billing_currency,charge_period_start,charge_period_end",
        "BILLED_COST;BILLING_CURRENCY;CHARGE_PERIOD_START;CHARGE_PERIOD_END",
        "Billed Cost,Billing Currency,Charge Period Start,Charge Period End",
        "billed-cost,billing-currency,charge-period-start,charge-period-end"
      })
  void readsFocusInOtherSpellings(String header) throws IOException {
    String separator = header.contains(";") ? ";" : ",";
    String row = String.join(separator, "1.5", "USD", "2026-03-01", "2026-03-02");
    assertThat(BillReading.of(write(header + "\n" + row + "\n")).sums("USD").billed().sum())
        .isEqualByComparingTo("1.5");
  }

  @Test
  void refusesHeadersOfSeveralFormatsAndFormatsThatTheHeaderIsNotOf() throws IOException {
    Path both =
        write(
            HEADER
                + ",usage_start_time,usage_end_time,cost,currency,sku.id"
                + "\n1,EUR,2026-03-01,2026-03-02,s,2026-03-01,2026-03-02,1,EUR,k\n");
    assertThatThrownBy(() -> BillReading.of(both))
        .isInstanceOf(UnknownBillFormatException.class)
        .hasMessage(
            both + ": its header is that of several bills: FOCUS, GCP; say which by --format");
    BillOptions gcp =
        new BillOptions("acme", null, "default", BillFormat.GCP, TextEncoding.DEFAULT);
    assertThat(BillReading.of(gcp, both).sums("EUR").billed().sum()).isEqualByComparingTo("1");
    Path focus = write(HEADER + "\n1,EUR,2026-03-01,2026-03-02,s\n");
    assertThatThrownBy(() -> BillReading.of(gcp, focus))
        .isInstanceOf(UnknownBillFormatException.class)
        .hasMessage(
            focus
                + ": no bill of format GCP: its header lacks cost, currency, usage_start_time,"
                + " usage_end_time");
  }
}
