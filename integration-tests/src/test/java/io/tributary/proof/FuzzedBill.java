package io.tributary.proof;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * A small bill that something has happened to, all of it drawn from a seed: cells swapped and
 * mangled, columns shuffled, dropped and there twice, bytes flipped, cut and moved.
 *
 * @param file the bill
 * @param text what it is as text, in {@code charset}; null where it is none any more
 * @param what happened, for people
 */
record FuzzedBill(Path file, byte[] bytes, Container container, Charset charset, String what) {

  enum Container {
    CSV,
    JSON,
    PARQUET,
    PACKED
  }

  private static final String[][] HEADERS = {
    {
      "BilledCost", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd", "BillingAccountId",
      "ProviderName", "ServiceName", "ConsumedQuantity", "ListCost", "Tags"
    },
    {
      "lineItem/UnblendedCost", "lineItem/CurrencyCode", "lineItem/UsageStartDate",
      "lineItem/UsageEndDate", "bill/PayerAccountId", "lineItem/LineItemType",
      "lineItem/UsageType", "lineItem/UsageAmount", "reservation/EffectiveCost",
      "resourceTags/user:team"
    },
    {
      "CostInBillingCurrency",
      "BillingCurrency",
      "Date",
      "BillingPeriodStartDate",
      "BillingAccountId",
      "ChargeType",
      "MeterCategory",
      "Quantity",
      "UnitPrice",
      "Tags"
    },
    {
      "cost",
      "currency",
      "usage_start_time",
      "usage_end_time",
      "billing_account_id",
      "cost_type",
      "sku.description",
      "usage.amount",
      "invoice.month",
      "credits"
    }
  };

  private static final String[] WORDS = {
    "web",
    "",
    "B\u00FCro",
    "a,b",
    "a\"b",
    "two\nlines",
    "NULL",
    " x ",
    "{\"team\":\"web\"}",
    "[{'key': 'a', 'value': 'b'}]",
    "{broken",
    "0123",
    "\u0661\u0662",
    "usd",
    "NaN",
    "Infinity",
    "1e400",
    "-1E-7",
    "+5",
    "1_000",
    "1,5",
    "2026-02-30",
    "+999999-01-01",
    "0000-01-01",
    "a\0b",
    "9999-12-31",
    "2026-03-01T00:00:00+99:00",
    "\uD83D\uDE00",
    "1".repeat(50),
    "0x10",
    "true"
  };

  static FuzzedBill of(long seed, Path directory) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    int format = random.nextInt(HEADERS.length);
    List<List<String>> table = table(format, random);
    List<String> what = new ArrayList<>(List.of("seed " + seed, HEADERS[format][0]));
    boolean sound = random.nextInt(4) == 0;
    for (int i = sound ? 0 : random.nextInt(1, 5); i > 0; i--) {
      what.add(changeTable(table, random));
    }
    switch (random.nextInt(10)) {
      case 0 -> {
        return parquet(directory, random, what);
      }
      case 1 -> {
        byte[] packed = packed(csv(table).getBytes(StandardCharsets.UTF_8), random.nextBoolean());
        changeBytes(packed, random, what);
        return write(directory, "bill.bin", packed, Container.PACKED, what);
      }
      case 2, 3 -> {
        byte[] bytes = json(table).getBytes(StandardCharsets.UTF_8);
        return write(directory, "bill.jsonl", damaged(bytes, random, what), Container.JSON, what);
      }
      case 4 -> {
        byte[] bytes = ("\uFEFF" + csv(table)).getBytes(StandardCharsets.UTF_16LE);
        return new FuzzedBill(
            Files.write(directory.resolve("bill.csv"), damaged(bytes, random, what)),
            Files.readAllBytes(directory.resolve("bill.csv")),
            Container.CSV,
            StandardCharsets.UTF_16LE,
            String.join(", ", what));
      }
      default -> {
        byte[] bytes = csv(table).getBytes(StandardCharsets.UTF_8);
        return write(directory, "bill.csv", damaged(bytes, random, what), Container.CSV, what);
      }
    }
  }

  private static FuzzedBill write(
      Path directory, String name, byte[] bytes, Container container, List<String> what)
      throws IOException {
    return new FuzzedBill(
        Files.write(directory.resolve(name), bytes),
        bytes,
        container,
        StandardCharsets.UTF_8,
        String.join(", ", what));
  }

  private static List<List<String>> table(int format, SplittableRandom random) {
    List<List<String>> table = new ArrayList<>();
    table.add(new ArrayList<>(Arrays.asList(HEADERS[format])));
    int rows = random.nextInt(1, 20);
    for (int i = 0; i < rows; i++) {
      String day = "2026-03-%02d".formatted(random.nextInt(1, 28));
      String end = format == 2 ? "2026-03-01" : "2026-03-29";
      table.add(
          new ArrayList<>(
              List.of(
                  random.nextInt(-9_000, 9_000) + "." + random.nextInt(10_000_000),
                  random.nextInt(9) == 0 ? "EUR" : "USD",
                  day,
                  end,
                  random.nextBoolean() ? "012345678901" : "12345678901",
                  format == 0 ? "AWS" : "Usage",
                  "s" + random.nextInt(4),
                  "" + random.nextInt(100),
                  format == 3 ? "202603" : "0.5",
                  format == 3
                      ? "[{\"name\":\"c\",\"amount\":-0." + random.nextInt(1, 99) + "}]"
                      : format == 1 ? "web" : "{\"team\":\"web\"}")));
    }
    return table;
  }

  private static String changeTable(List<List<String>> table, SplittableRandom random) {
    int columns = table.get(0).size();
    int a = random.nextInt(columns);
    int b = random.nextInt(columns);
    int row = random.nextInt(table.size());
    int other = random.nextInt(table.size());
    switch (random.nextInt(8)) {
      case 0 -> {
        table.forEach(cells -> Collections.swap(cells, a, b));
        return "columns %d and %d swapped".formatted(a, b);
      }
      case 1 -> {
        if (columns > 1) {
          table.forEach(cells -> cells.remove(a));
        }
        return "column %d dropped".formatted(a);
      }
      case 2 -> {
        table.forEach(cells -> cells.add(cells.get(a)));
        return "column %d twice".formatted(a);
      }
      case 3 -> {
        String kept = table.get(row).get(a);
        table.get(row).set(a, table.get(other).get(b));
        table.get(other).set(b, kept);
        return "cells %d/%d and %d/%d swapped".formatted(row, a, other, b);
      }
      case 4 -> {
        table.add(new ArrayList<>(table.get(row)));
        return "row %d twice".formatted(row);
      }
      default -> {
        String word = WORDS[random.nextInt(WORDS.length)];
        table.get(row).set(a, word);
        return "cell %d/%d is '%s'".formatted(row, a, word);
      }
    }
  }

  private static String csv(List<List<String>> table) {
    StringBuilder csv = new StringBuilder();
    for (List<String> cells : table) {
      for (int i = 0; i < cells.size(); i++) {
        String cell = cells.get(i);
        boolean quoted = cell.matches("(?s).*[,\"\r\n].*");
        csv.append(i == 0 ? "" : ",")
            .append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  private static String json(List<List<String>> table) {
    StringBuilder json = new StringBuilder();
    List<String> header = table.get(0);
    for (List<String> cells : table.subList(1, table.size())) {
      json.append('{');
      for (int i = 0; i < header.size(); i++) {
        String cell = cells.get(i);
        boolean bare = cell.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?") || cell.startsWith("[{\"");
        json.append(i == 0 ? "" : ",").append(text(header.get(i))).append(':');
        json.append(bare ? cell : cell.isEmpty() ? "null" : text(cell));
      }
      json.append("}\n");
    }
    return json.toString();
  }

  private static String text(String value) {
    return '"'
        + value
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\0", "\\u0000")
        + '"';
  }

  /** The bytes, half of the time flipped, cut or moved. */
  private static byte[] damaged(byte[] bytes, SplittableRandom random, List<String> what) {
    switch (random.nextInt(8)) {
      case 0 -> {
        int length = random.nextInt(bytes.length + 1);
        what.add("cut to " + length + " bytes");
        return Arrays.copyOf(bytes, length);
      }
      case 1 -> {
        int from = random.nextInt(bytes.length + 1);
        int to = random.nextInt(from, bytes.length + 1);
        what.add("without bytes " + from + " to " + to);
        byte[] left = Arrays.copyOf(bytes, from + bytes.length - to);
        System.arraycopy(bytes, to, left, from, bytes.length - to);
        return left;
      }
      case 2 -> {
        int from = random.nextInt(bytes.length + 1);
        int to = random.nextInt(from, bytes.length + 1);
        what.add("bytes " + from + " to " + to + " twice");
        byte[] more = Arrays.copyOf(bytes, bytes.length + to - from);
        System.arraycopy(bytes, from, more, to, bytes.length - from);
        return more;
      }
      case 3 -> {
        byte[] changed = bytes.clone();
        changeBytes(changed, random, what);
        return changed;
      }
      default -> {
        return bytes;
      }
    }
  }

  private static void changeBytes(byte[] bytes, SplittableRandom random, List<String> what) {
    for (int i = random.nextInt(1, 5); i > 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      what.add("byte " + at + " flipped");
    }
  }

  private static byte[] packed(byte[] bytes, boolean zipped) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    if (zipped) {
      try (ZipOutputStream zip = new ZipOutputStream(packed)) {
        zip.putNextEntry(new ZipEntry("bill.csv"));
        zip.write(bytes);
      }
    } else {
      try (OutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(bytes);
      }
    }
    return packed.toByteArray();
  }

  // Parquet.

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message bill {
            optional fixed_len_byte_array(16) BilledCost (DECIMAL(38,18));
            optional binary BillingCurrency (STRING);
            required int64 ChargePeriodStart (TIMESTAMP(MICROS,true));
            required int96 ChargePeriodEnd;
            optional double ConsumedQuantity;
            optional binary ServiceName (STRING);
            optional group Tags (MAP) {
              repeated group key_value { required binary key (STRING); optional binary value (STRING); }
            }
            optional group x_list (LIST) {
              repeated group list { optional group element { optional int32 a; } }
            }
          }
          """);

  private static final CompressionCodecName[] CODECS = {
    CompressionCodecName.UNCOMPRESSED,
    CompressionCodecName.SNAPPY,
    CompressionCodecName.GZIP,
    CompressionCodecName.ZSTD,
    CompressionCodecName.LZ4_RAW
  };

  private static FuzzedBill parquet(Path directory, SplittableRandom random, List<String> what)
      throws IOException {
    Path file = directory.resolve("bill.parquet");
    Files.deleteIfExists(file);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(SCHEMA)
            .withCompressionCodec(CODECS[random.nextInt(CODECS.length)])
            .withDictionaryEncoding(random.nextBoolean())
            .withPageWriteChecksumEnabled(random.nextBoolean())
            .build()) {
      for (int i = random.nextInt(1, 30); i > 0; i--) {
        writer.write(row(random));
      }
    }
    byte[] bytes = damaged(Files.readAllBytes(file), random, what);
    return write(directory, "bill.parquet", bytes, Container.PARQUET, what);
  }

  private static Group row(SplittableRandom random) {
    byte[] cost = new byte[16];
    cost[9] = (byte) random.nextInt(100);
    byte[] end = new byte[12];
    // The Julian day of 2 April 2026.
    end[8] = (byte) 0xcd;
    end[9] = (byte) 0x8d;
    end[10] = 0x25;
    Group row = new SimpleGroup(SCHEMA);
    row.append("BilledCost", org.apache.parquet.io.api.Binary.fromConstantByteArray(cost))
        .append("BillingCurrency", random.nextInt(9) == 0 ? "EUR" : "USD")
        .append("ChargePeriodStart", 1_772_323_200_000_000L + random.nextInt(1_000) * 1_000_000L)
        .append("ChargePeriodEnd", org.apache.parquet.io.api.Binary.fromConstantByteArray(end))
        .append("ConsumedQuantity", random.nextInt(5) == 0 ? Double.NaN : 1.5)
        .append("ServiceName", "s" + random.nextInt(3));
    row.addGroup("Tags").addGroup("key_value").append("key", "team").append("value", "web");
    row.addGroup("x_list").addGroup("list").addGroup("element").append("a", 1);
    return row;
  }
}
