package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Structures of Parquet in the shapes that writers have given them, written by Parquet's own. */
class ParquetStructureTest {

  private static final String CORE =
      """
        required double BilledCost;
        required binary BillingCurrency (STRING);
        required binary ChargePeriodStart (STRING);
        required binary ChargePeriodEnd (STRING);
      """;

  @TempDir Path directory;

  private interface RowWriter {
    void fill(Group row, int index);
  }

  private BillReading read(String columns, int rows, RowWriter fill) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType("message bill {\n" + CORE + columns + "}");
    Path file = directory.resolve("bill.parquet");
    Files.deleteIfExists(file);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .build()) {
      for (int i = 0; i < rows; i++) {
        Group row = new SimpleGroup(schema);
        row.append("BilledCost", 1.0).append("BillingCurrency", "USD");
        row.append("ChargePeriodStart", "2026-03-01").append("ChargePeriodEnd", "2026-03-02");
        fill.fill(row, i);
        writer.write(row);
      }
    }
    return BillReading.of(file);
  }

  /** The extras of every charge, in the order of the rows. */
  private java.util.List<Map<String, String>> extras(String columns, int rows, RowWriter fill)
      throws IOException {
    return read(columns, rows, fill).charges().stream().map(Charge::getExtras).toList();
  }

  @Test
  void membersOfStructuresAreColumnsAtAnyDepth() throws IOException {
    assertThat(
            extras(
                """
                optional group x_a {
                  optional binary name (STRING);
                  optional group b { optional int64 count; optional group c { required boolean d; } }
                }
                """,
                4,
                (row, index) -> {
                  if (index > 0) {
                    Group a = row.addGroup("x_a").append("name", "n" + index);
                    if (index > 1) {
                      Group b = a.addGroup("b");
                      if (index > 2) {
                        b.append("count", 7L).addGroup("c").append("d", true);
                      }
                    }
                  }
                }))
        .containsExactly(
            Map.of(),
            Map.of("x_a.name", "n1"),
            Map.of("x_a.name", "n2"),
            Map.of("x_a.name", "n3", "x_a.b.count", "7", "x_a.b.c.d", "true"));
  }

  @Test
  void listsOfThreeLevelsTellNullEmptyAndNullElementsApart() throws IOException {
    assertThat(
            extras(
                """
                optional group x_list (LIST) {
                  repeated group list {
                    optional group element {
                      optional binary key (STRING);
                      optional group amounts (LIST) { repeated group list { optional double element; } }
                    }
                  }
                }
                """,
                4,
                (row, index) -> {
                  if (index == 0) {
                    return;
                  }
                  Group list = row.addGroup("x_list");
                  if (index == 2) {
                    list.addGroup("list");
                    list.addGroup("list").addGroup("element");
                  } else if (index == 3) {
                    Group element = list.addGroup("list").addGroup("element").append("key", "k");
                    Group amounts = element.addGroup("amounts");
                    amounts.addGroup("list").append("element", 0.1);
                    amounts.addGroup("list");
                    amounts.addGroup("list").append("element", -2.5e-7);
                    list.addGroup("list").addGroup("element").addGroup("amounts");
                  }
                }))
        .containsExactly(
            Map.of(),
            Map.of("x_list", "[]"),
            Map.of("x_list", "[null,{}]"),
            Map.of(
                "x_list", "[{\"amounts\":[0.1,null,-0.00000025],\"key\":\"k\"},{\"amounts\":[]}]"));
  }

  @Test
  void readsTheListsOfOlderWriters() throws IOException {
    RowWriter primitive =
        (row, index) -> row.addGroup("x").append("element", 1).append("element", 2);
    assertThat(extras("optional group x (LIST) { repeated int32 element; }", 1, primitive))
        .containsExactly(Map.of("x", "[1,2]"));
    RowWriter several =
        (row, index) -> {
          Group list = row.addGroup("x");
          list.addGroup("element").append("a", "1").append("b", "2");
          list.addGroup("element").append("a", "3");
        };
    assertThat(
            extras(
                "optional group x (LIST) { repeated group element { required binary a (STRING); optional binary b (STRING); } }",
                1,
                several))
        .containsExactly(Map.of("x", "[{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"3\"}]"));
    for (String name : new String[] {"array", "x_tuple"}) {
      assertThat(
              extras(
                  "optional group x (LIST) { repeated group "
                      + name
                      + " { required binary a (STRING); } }",
                  1,
                  (row, index) -> row.addGroup("x").addGroup(name).append("a", "1")))
          .containsExactly(Map.of("x", "[{\"a\":\"1\"}]"));
    }
    assertThat(
            extras(
                "optional group x (LIST) { repeated group bag { optional binary array_element (STRING); } }",
                1,
                (row, index) -> row.addGroup("x").addGroup("bag").append("array_element", "1")))
        .containsExactly(Map.of("x", "[\"1\"]"));
  }

  @Test
  void readsRepeatedFieldsThatNobodyCallsLists() throws IOException {
    assertThat(
            extras(
                "repeated int32 x; optional group x_a { repeated group b { required binary c (STRING); repeated int64 d; } }",
                3,
                (row, index) -> {
                  if (index > 0) {
                    row.append("x", 1).append("x", index);
                    Group a = row.addGroup("x_a");
                    if (index > 1) {
                      a.addGroup("b").append("c", "1").append("d", 1L).append("d", 2L);
                      a.addGroup("b").append("c", "2");
                    }
                  }
                }))
        .containsExactly(
            Map.of("x", "[]"),
            Map.of("x", "[1,1]", "x_a.b", "[]"),
            Map.of("x", "[1,2]", "x_a.b", "[{\"c\":\"1\",\"d\":[1,2]},{\"c\":\"2\",\"d\":[]}]"));
  }

  @Test
  void tagsAreTheSameFromEveryShape() throws IOException {
    Map<String, String> expected = new TreeMap<>(Map.of("team", "web", "env", "prod"));
    BillReading map =
        read(
            "optional group Tags (MAP) { repeated group key_value { required binary key (STRING); optional binary value (STRING); } }",
            2,
            (row, index) -> {
              Group tags = row.addGroup("Tags");
              if (index == 0) {
                tags.addGroup("key_value").append("key", "team").append("value", "web");
                tags.addGroup("key_value").append("key", "env").append("value", "prod");
                tags.addGroup("key_value").append("key", "bare");
              }
            });
    BillReading older =
        read(
            "optional group Tags (MAP_KEY_VALUE) { repeated group map { required binary k (STRING); optional binary v (STRING); } }",
            2,
            (row, index) -> {
              if (index == 0) {
                Group tags = row.addGroup("Tags");
                tags.addGroup("map").append("k", "team").append("v", "web");
                tags.addGroup("map").append("k", "env").append("v", "prod");
              }
            });
    BillReading list =
        read(
            "optional group Tags (LIST) { repeated group list { required group element { required binary key (STRING); optional binary value (STRING); } } }",
            2,
            (row, index) -> {
              Group tags = row.addGroup("Tags");
              if (index == 0) {
                tags.addGroup("list")
                    .addGroup("element")
                    .append("key", "team")
                    .append("value", "web");
                tags.addGroup("list")
                    .addGroup("element")
                    .append("key", "env")
                    .append("value", "prod");
                tags.addGroup("list").addGroup("element").append("key", "bare");
              }
            });
    BillReading structure =
        read(
            "optional group Tags { optional binary team (STRING); optional binary env (STRING); optional binary bare (STRING); }",
            2,
            (row, index) -> {
              if (index == 0) {
                row.addGroup("Tags").append("team", "web").append("env", "prod");
              }
            });
    for (BillReading read : new BillReading[] {map, older, list, structure}) {
      assertThat(read.charges().get(0).getTags()).isEqualTo(expected);
      assertThat(read.charges().get(1).getTags()).isEmpty();
      assertThat(read.charges().get(0).getExtras()).isEmpty();
      assertThat(read.keys()).isEqualTo(map.keys());
    }
  }

  @Test
  void mapsThatFocusDefinesAreObjectsFromEveryShape() throws IOException {
    String expected = "{\"CoreCount\":4,\"Redundancy\":\"Local\"}";
    assertThat(
            extras(
                "optional group SkuPriceDetails { optional int32 CoreCount; optional binary Redundancy (STRING); optional binary Other (STRING); }",
                1,
                (row, index) ->
                    row.addGroup("SkuPriceDetails")
                        .append("CoreCount", 4)
                        .append("Redundancy", "Local")))
        .containsExactly(Map.of("SkuPriceDetails", expected));
    assertThat(
            extras(
                "optional binary SkuPriceDetails (STRING);",
                1,
                (row, index) ->
                    row.append(
                        "SkuPriceDetails",
                        "{ \"Redundancy\": \"Local\", \"CoreCount\": 4.0, \"Other\": null }")))
        .containsExactly(Map.of("SkuPriceDetails", expected));
    assertThat(
            extras(
                "optional group AllocatedTags (LIST) { repeated group list { required group element { required binary key (STRING); required binary value (STRING); } } }",
                1,
                (row, index) ->
                    row.addGroup("AllocatedTags")
                        .addGroup("list")
                        .addGroup("element")
                        .append("key", "pod")
                        .append("value", "p-1")))
        .containsExactly(Map.of("AllocatedTags", "{\"pod\":\"p-1\"}"));
  }

  @Test
  void everyTypeWithinAStructureKeepsItsDigits() throws IOException {
    Map<String, String> extras =
        extras(
                """
                optional group x (LIST) { repeated group list { optional group element {
                  optional int32 day (DATE);
                  optional int64 at (TIMESTAMP(MICROS,true));
                  optional int96 old;
                  optional boolean yes;
                  optional int64 money (DECIMAL(18,6));
                  optional fixed_len_byte_array(16) big (DECIMAL(38,20));
                  optional int64 unsigned (INTEGER(64,false));
                  optional float single;
                  optional double none;
                  optional int32 clock (TIME(MILLIS,true));
                  optional binary raw;
                } } }
                """,
                1,
                (row, index) ->
                    row.addGroup("x")
                        .addGroup("list")
                        .addGroup("element")
                        .append("day", 20_000)
                        .append("at", 1_767_225_600_000_001L)
                        .append("old", int96())
                        .append("yes", false)
                        .append("money", 1_500_000L)
                        .append("big", fixed())
                        .append("unsigned", -1L)
                        .append("single", 0.1f)
                        .append("none", Double.NaN)
                        .append("clock", 3_600_000)
                        .append("raw", Binary.fromConstantByteArray(new byte[] {(byte) 0xff, 0})))
            .get(0);
    assertThat(extras)
        .containsExactly(
            entry(
                "x",
                "[{\"at\":\"2026-01-01T00:00:00.000001Z\",\"big\":123456789012345678.12345678901234567891,"
                    + "\"clock\":\"01:00\",\"day\":\"2024-10-04\",\"money\":1.5,\"none\":\"NaN\","
                    + "\"old\":\"2026-01-01T00:00:00Z\",\"raw\":\"0xff00\",\"single\":0.1,"
                    + "\"unsigned\":18446744073709551615,\"yes\":false}]"));
  }

  private static Binary int96() {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0).putInt(2_461_042);
    return Binary.fromConstantByteArray(bytes.array());
  }

  private static Binary fixed() {
    byte[] digits =
        new java.math.BigInteger("12345678901234567812345678901234567891").toByteArray();
    byte[] bytes = new byte[16];
    System.arraycopy(digits, 0, bytes, 16 - digits.length, digits.length);
    return Binary.fromConstantByteArray(bytes);
  }

  @Test
  void textThatIsNotUtf8RejectsTheRowWhereAChargeIsMadeOfIt() throws IOException {
    Binary broken = Binary.fromConstantByteArray(new byte[] {'a', (byte) 0xe4, 'b'});
    BillReading read =
        read(
            "optional binary ServiceName (STRING); optional binary x (STRING);",
            4,
            (row, index) ->
                row.append("ServiceName", index == 1 ? broken : Binary.fromString("a\uFFFDb"))
                    .append("x", index == 2 ? broken : Binary.fromString("x")));
    assertThat(read.rejections())
        .extracting(Rejection::getPosition, Rejection::getColumn, Rejection::getDetail)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                2L, "ServiceName", "ServiceName is not text in UTF-8: 0x61e462"));
    assertThat(read.charges()).extracting(Charge::getServiceName).containsOnly("a\uFFFDb");
    assertThat(read.charges())
        .extracting(charge -> charge.getExtras().get("x"))
        .containsExactly("x", "0x61e462", "x");
  }
}
