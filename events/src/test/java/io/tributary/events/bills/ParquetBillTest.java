package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParquetBillTest {

  private static final MessageType FOCUS =
      MessageTypeParser.parseMessageType(
          """
          message focus {
            required double BilledCost;
            required fixed_len_byte_array(16) EffectiveCost (DECIMAL(38,20));
            optional int64 ListCost (DECIMAL(18,6));
            optional float ContractedCost;
            optional int32 ConsumedQuantity;
            required binary BillingCurrency (STRING);
            required int64 ChargePeriodStart (TIMESTAMP(MILLIS,true));
            required int64 ChargePeriodEnd (TIMESTAMP(MICROS,false));
            optional int96 BillingPeriodStart;
            optional int32 x_Day (DATE);
            optional boolean x_Final;
            required binary ServiceName (STRING);
            optional group Tags (MAP) {
              repeated group key_value {
                required binary key (STRING);
                optional binary value (STRING);
              }
            }
          }
          """);

  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  @TempDir Path directory;

  private Path write(MessageType schema, int rows, RowWriter fill) throws IOException {
    Path file = directory.resolve("bill.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withRowGroupSize(20_000L)
            .withPageSize(500)
            .build()) {
      for (int i = 0; i < rows; i++) {
        Group row = new SimpleGroup(schema);
        fill.fill(row, i);
        writer.write(row);
      }
    }
    return file;
  }

  private interface RowWriter {
    void fill(Group row, int index);
  }

  private static void fill(Group row, int index) {
    row.add("BilledCost", index == 1 ? 2.0E23 : 0.1 + index * 1e-9);
    row.add("EffectiveCost", fixed(new BigDecimal("0.12345678901234567855")));
    row.add("BillingCurrency", "USD");
    row.add("ChargePeriodStart", START.toEpochMilli());
    row.add("ChargePeriodEnd", ChronoUnit.MICROS.between(Instant.EPOCH, START) + 3_600_000_000L);
    row.add("ServiceName", "service " + index % 7);
    if (index == 0) {
      row.add("ListCost", 1_500_000L);
      row.add("ContractedCost", 0.1f);
      row.add("ConsumedQuantity", 3);
      row.add("BillingPeriodStart", int96(2_461_042));
      row.add("x_Day", 20_000);
      row.add("x_Final", true);
      Group tags = row.addGroup("Tags");
      tags.addGroup("key_value").append("key", "team").append("value", "red");
      tags.addGroup("key_value").append("key", "bare");
    }
  }

  private static Binary fixed(BigDecimal value) {
    byte[] digits = value.unscaledValue().toByteArray();
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.position(16 - digits.length);
    bytes.put(digits);
    return Binary.fromConstantByteArray(bytes.array());
  }

  private static Binary int96(int julianDay) {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0).putInt(julianDay);
    return Binary.fromConstantByteArray(bytes.array());
  }

  @Test
  void readsEveryTypeExactly() throws IOException {
    BillReading read = BillReading.of(write(FOCUS, 1, ParquetBillTest::fill));
    Charge charge = read.charges().get(0);
    assertThat(charge.getBilledCost()).as("0.1 as a double").isEqualByComparingTo("0.1");
    assertThat(charge.getEffectiveCost()).isEqualByComparingTo("0.123456789012345679");
    assertThat(read.sums("USD").effective().roundingDifference()).isEqualByComparingTo("-4.5E-19");
    assertThat(charge.getListCost()).isEqualByComparingTo("1.5");
    assertThat(charge.getContractedCost()).as("0.1 as a float").isEqualByComparingTo("0.1");
    assertThat(charge.getConsumedQuantity()).isEqualByComparingTo("3");
    assertThat(charge.getChargePeriodStart()).isEqualTo(START);
    assertThat(charge.getChargePeriodEnd()).isEqualTo(START.plusSeconds(3600));
    assertThat(charge.getBillingPeriodStart()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(charge.getTags()).containsOnly(entry("team", "red"));
    assertThat(charge.getExtras())
        .containsOnly(entry("x_Day", "2024-10-04"), entry("x_Final", "true"));
  }

  @ParameterizedTest(name = "{0} rows and a row group of none {1} them")
  @CsvSource({"0, after", "30, after", "30, before"})
  void aRowGroupOfNoRowsIsNoDamage(int rows, String where) throws IOException {
    Path file = write(FOCUS, rows, ParquetBillTest::fill);
    withAnEmptyRowGroup(file, where.equals("before"));
    BillReading read = BillReading.of(file);
    assertThat(read.charges()).hasSize(Math.max(0, rows - 1));
    assertThat(read.rejections()).as("of an amount that is too large").hasSize(rows > 1 ? 1 : 0);
  }

  /** As pyarrow writes a table without rows: the columns of the group are nowhere in the file. */
  private static void withAnEmptyRowGroup(Path file, boolean first) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int tail = bytes.length - 2 * Integer.BYTES;
    int size = ByteBuffer.wrap(bytes, tail, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt();
    FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(bytes, tail - size, size));
    List<ColumnChunk> columns = new ArrayList<>();
    for (ColumnDescriptor column : FOCUS.getColumns()) {
      ColumnMetaData nothing =
          new ColumnMetaData(
              type(column),
              List.of(Encoding.PLAIN),
              List.of(column.getPath()),
              CompressionCodec.SNAPPY,
              0,
              0,
              0,
              0);
      columns.add(new ColumnChunk(0).setMeta_data(nothing));
    }
    footer
        .getRow_groups()
        .add(first ? 0 : footer.getRow_groups().size(), new RowGroup(columns, 0, 0));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, tail - size);
    Util.writeFileMetaData(footer, out);
    int written = out.size() - (tail - size);
    out.write(
        ByteBuffer.allocate(2 * Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(written)
            .put(bytes, bytes.length - Integer.BYTES, Integer.BYTES)
            .array());
    Files.write(file, out.toByteArray());
  }

  private static Type type(ColumnDescriptor column) {
    String name = column.getPrimitiveType().getPrimitiveTypeName().name();
    return Type.valueOf(name.equals("BINARY") ? "BYTE_ARRAY" : name);
  }

  @Test
  void takesDoublesAtTheirShortestForm() {
    assertThat(text(2.0E-3)).isEqualTo("0.002");
    assertThat(text(2.0E23)).isEqualTo("200000000000000000000000");
    assertThat(text(8.41E21)).isEqualTo("8410000000000000000000");
    assertThat(text(-0.0)).isEqualTo("0");
    assertThat(text(Double.NaN)).isEqualTo("NaN");
  }

  private static String text(double value) {
    ParquetText text = new ParquetText(FOCUS.getType("BilledCost").asPrimitiveType());
    text.addDouble(value);
    return String.valueOf(text.last());
  }

  @Test
  void rejectsARowWithItsNumberAndItsContentAsJson() throws IOException {
    BillReading read = BillReading.of(write(FOCUS, 3, ParquetBillTest::fill));
    assertThat(read.charges()).hasSize(2);
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getReason, Rejection::getColumn)
        .containsExactly(tuple(2L, "NUMBER_OUT_OF_RANGE", "BilledCost"));
    assertThat(BillReading.raw(read.rejections().get(0)))
        .contains("\"BilledCost\":\"200000000000000000000000\"", "\"ServiceName\":\"service 1\"");
  }

  @Test
  void readsManyRowGroupsAndPages() throws IOException {
    List<BigDecimal> expected = new ArrayList<>();
    Path file =
        write(
            FOCUS,
            5000,
            (row, index) -> {
              fill(row, index == 1 ? 2 : index);
              expected.add(BigDecimal.valueOf(row.getDouble("BilledCost", 0)));
            });
    BillReading read = BillReading.of(file);
    assertThat(read.charges()).hasSize(5000);
    assertThat(read.sums("USD").billed().sum())
        .isEqualByComparingTo(expected.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    assertThat(read.charges().get(4999).getServiceName()).isEqualTo("service " + 4999 % 7);
  }

  @Test
  void readsTheMapsOfCur2() throws IOException {
    MessageType cur =
        MessageTypeParser.parseMessageType(
            """
            message cur {
              required binary line_item_line_item_type (STRING);
              required int64 line_item_usage_start_date (TIMESTAMP(MILLIS,true));
              required int64 line_item_usage_end_date (TIMESTAMP(MILLIS,true));
              required double line_item_unblended_cost;
              required binary line_item_currency_code (STRING);
              optional group product (MAP) {
                repeated group key_value { required binary key (STRING); optional binary value (STRING); }
              }
              optional group resource_tags (MAP) {
                repeated group key_value { required binary key (STRING); optional binary value (STRING); }
              }
            }
            """);
    Path file =
        write(
            cur,
            2,
            (row, index) -> {
              row.add("line_item_line_item_type", "Usage");
              row.add("line_item_usage_start_date", START.toEpochMilli());
              row.add("line_item_usage_end_date", START.plusSeconds(3600).toEpochMilli());
              row.add("line_item_unblended_cost", 1.5);
              row.add("line_item_currency_code", "USD");
              if (index == 0) {
                entries(row.addGroup("product")).accept(new String[] {"product_name", "Boxes"});
                entries(row.addGroup("resource_tags")).accept(new String[] {"user_team", "red"});
              }
            });
    BillReading read = BillReading.of(file);
    assertThat(read.charges())
        .extracting(Charge::getServiceName, Charge::getTags)
        .containsExactlyInAnyOrder(
            tuple("Boxes", java.util.Map.of("team", "red")), tuple(null, java.util.Map.of()));
  }

  private static Consumer<String[]> entries(Group map) {
    return pair -> map.addGroup("key_value").append("key", pair[0]).append("value", pair[1]);
  }
}
