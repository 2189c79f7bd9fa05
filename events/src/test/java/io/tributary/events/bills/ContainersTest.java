package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import io.tributary.events.bills.ForeignTable.Column;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random bills of every format are the same charges, keys included, from whatever container: CSV in
 * several encodings and with JSON in its cells, JSON lines, flat and nested Parquet.
 */
class ContainersTest {

  private static final int SEEDS = 12;
  private static final String[] CODECS = {
    "snappy", "zstd", "gzip", "brotli", "lz4_raw", "uncompressed"
  };

  @TempDir Path directory;

  static List<Object[]> tables() {
    List<Object[]> tables = new ArrayList<>();
    for (BillFormat format : BillFormat.values()) {
      for (long seed = 0; seed < SEEDS; seed++) {
        tables.add(new Object[] {format, seed});
      }
    }
    return tables;
  }

  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("tables")
  void everyContainerGivesTheSameCharges(BillFormat format, long seed)
      throws SQLException, IOException {
    SplittableRandom random = new SplittableRandom(seed * 31 + format.ordinal());
    List<Column> columns = columns(format);
    String codec = CODECS[random.nextInt(CODECS.length)];
    Map<String, BillReading> readings = new LinkedHashMap<>();
    try (ForeignTable table = new ForeignTable(directory, columns, random.nextInt(1, 60), random)) {
      readings.put("nested Parquet", BillReading.of(table.nestedParquet(codec)));
      readings.put("flat Parquet", BillReading.of(table.flatParquet(codec)));
      readings.put("JSON lines", BillReading.of(table.jsonLines()));
      readings.put("flat JSON lines", BillReading.of(table.flatJsonLines()));
      readings.put("CSV", BillReading.of(table.csv(",")));
      readings.put("CSV with tabs", BillReading.of(table.csv("\t")));
      if (format == BillFormat.GCP) {
        readings.put("CSV of JSON", BillReading.of(table.csvOfJson()));
      }
      for (String encoding : new String[] {"windows-1252", "UTF-16LE"}) {
        readings.put(
            encoding,
            BillReading.of(
                BillOptions.of("acme").withEncoding(TextEncoding.named(encoding)),
                table.csv(Charset.forName(encoding))));
      }
      readings.put("UTF-16", BillReading.of(table.csv(StandardCharsets.UTF_16)));
    }
    BillReading expected = readings.get("nested Parquet");
    assertThat(expected.charges()).isNotEmpty();
    assertThat(expected.summary().rows())
        .isEqualTo(applied(expected) + expected.rejections().size());
    readings.forEach(
        (container, read) -> {
          assertThat(sorted(read.charges())).as(container).isEqualTo(sorted(expected.charges()));
          assertThat(reasons(read)).as(container).isEqualTo(reasons(expected));
          assertThat(read.summary().deliveries().stream().map(DeliverySummary::sums).toList())
              .as(container)
              .isEqualTo(
                  expected.summary().deliveries().stream().map(DeliverySummary::sums).toList());
        });
  }

  /** The columns of a random bill of a format. */
  static List<Column> columns(BillFormat format) {
    return switch (format) {
      case FOCUS -> focus();
      case AWS_CUR -> cur();
      case AZURE -> azure();
      case GCP -> gcp();
    };
  }

  private static long applied(BillReading read) {
    return read.summary().deliveries().stream()
        .mapToLong(delivery -> delivery.sourceRows() - delivery.rejected())
        .sum();
  }

  private static List<String> sorted(List<Charge> charges) {
    return charges.stream()
        .map(
            charge ->
                charge.getChargeKey()
                    + new TreeMap<>(charge.getTags())
                    + new TreeMap<>(charge.getExtras())
                    + charge)
        .sorted()
        .toList();
  }

  private static List<String> reasons(BillReading read) {
    return read.rejections().stream()
        .map(Rejection::getReason)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  // Values.

  private static Function<SplittableRandom, String> oneOf(String... texts) {
    return random -> {
      String text = texts[random.nextInt(texts.length)];
      return text.isEmpty() ? "NULL" : "'" + text.replace("'", "''") + "'";
    };
  }

  private static Function<SplittableRandom, String> words() {
    return oneOf(
        "",
        "plain",
        "B\u00FCro caf\u00E9",
        "with, comma",
        "with \"quotes\"",
        "it''s",
        "two\nlines",
        "  blanks  ",
        "{not json",
        "[1",
        "back\\slash",
        "\u00A3 5",
        "00123",
        "1.50");
  }

  /** With up to twelve decimals, or small and large enough for another notation. */
  private static Function<SplittableRandom, String> amount(int nullOf, boolean exact) {
    return random -> {
      if (nullOf > 0 && random.nextInt(nullOf) == 0) {
        return "NULL";
      }
      BigDecimal number =
          BigDecimal.valueOf(random.nextLong(-2_000_000_000L, 2_000_000_000L), random.nextInt(13));
      return exact ? number.toPlainString() : number.toPlainString() + "::DOUBLE";
    };
  }

  private static Function<SplittableRandom, String> time(int day) {
    return random -> "'2026-03-%02d %02d:00:00'".formatted(day + random.nextInt(9), day % 24);
  }

  private static Function<SplittableRandom, String> currency() {
    return random -> random.nextInt(12) == 0 ? "'usd'" : random.nextInt(3) == 0 ? "'EUR'" : "'USD'";
  }

  private static Function<SplittableRandom, String> pairs(String form) {
    return random -> {
      int count = random.nextInt(-1, 4);
      if (count < 0) {
        return "NULL";
      }
      List<String> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String value = oneOf("web", "a b", "", "q\"uote", "\u00FC", "1.50").apply(random);
        entries.add(form.formatted("'k" + i + "'", value));
      }
      String all = String.join(", ", entries);
      return form.startsWith("{") ? "[" + all + "]" : "MAP {" + all + "}";
    };
  }

  private static Function<SplittableRandom, String> map() {
    return pairs("%s: %s");
  }

  private static Function<SplittableRandom, String> keyValues() {
    return pairs("{'key': %s, 'value': %s}");
  }

  private static List<Column> focus() {
    return List.of(
        Column.of("BilledCost", "DECIMAL(38,18)", amount(0, true)),
        Column.of("EffectiveCost", "DOUBLE", amount(9, false)),
        Column.of("ListCost", "DECIMAL(30,12)", amount(9, true)),
        Column.of("BillingCurrency", "VARCHAR", currency()),
        Column.of("BillingAccountId", "VARCHAR", oneOf("012345678901", "A-1")),
        Column.of("ProviderName", "VARCHAR", oneOf("AWS", "Microsoft", "Nimbus")),
        Column.of("BillingPeriodStart", "TIMESTAMP", random -> "'2026-03-01 00:00:00'"),
        Column.of("ChargePeriodStart", "TIMESTAMP", time(1)),
        Column.of("ChargePeriodEnd", "TIMESTAMPTZ", random -> "'2026-03-15 00:00:00+00'"),
        Column.of(
            "ConsumedQuantity",
            "DOUBLE",
            random -> random.nextInt(5) == 0 ? "'NaN'" : amount(9, false).apply(random)),
        Column.of("ServiceName", "VARCHAR", words()),
        Column.of("ResourceId", "VARCHAR", oneOf("r1", "r2", "")),
        Column.of("ListUnitPrice", "DECIMAL(20,10)", amount(5, true)),
        Column.of("PricingQuantity", "DOUBLE", amount(5, false)),
        Column.json("Tags", "MAP(VARCHAR, VARCHAR)", map()),
        Column.json(
            "SkuPriceDetails",
            "STRUCT(CoreCount INTEGER, Redundancy VARCHAR, Ratio DOUBLE)",
            random ->
                random.nextInt(3) == 0
                    ? "NULL"
                    : "{'CoreCount': %d, 'Redundancy': %s, 'Ratio': %s}"
                        .formatted(
                            random.nextInt(64),
                            oneOf("Local", "").apply(random),
                            amount(3, false).apply(random))),
        Column.json("AllocatedTags", "STRUCT(\"key\" VARCHAR, \"value\" VARCHAR)[]", keyValues()),
        Column.json(
            "ContractApplied",
            "STRUCT(Elements STRUCT(Id VARCHAR, Amount DECIMAL(18,6))[])",
            random ->
                "{'Elements': [{'Id': %s, 'Amount': %d.50}, NULL]}"
                    .formatted(words().apply(random), random.nextInt(9))),
        Column.struct(
            "x_s",
            "STRUCT(a INTEGER, b STRUCT(c VARCHAR, d BOOLEAN))",
            random ->
                random.nextInt(3) == 0
                    ? "NULL"
                    : "{'a': %d, 'b': {'c': %s, 'd': true}}"
                        .formatted(random.nextInt(9), words().apply(random)),
            "a",
            "b.c",
            "b.d"),
        Column.json(
            "x_list", "VARCHAR[]", random -> random.nextBoolean() ? "['a', NULL, 'b']" : "[]"),
        Column.of("x_note", "VARCHAR", words()));
  }

  private static List<Column> cur() {
    return List.of(
        Column.of("bill_payer_account_id", "VARCHAR", oneOf("012345678901", "12345678901")),
        Column.of("bill_billing_period_start_date", "TIMESTAMP", random -> "'2026-03-01 00:00:00'"),
        Column.of(
            "line_item_usage_account_id",
            "BIGINT",
            random -> "" + random.nextLong(300_000_000L, 999_999_999_999L)),
        Column.of(
            "line_item_line_item_type",
            "VARCHAR",
            oneOf("Usage", "Tax", "SavingsPlanCoveredUsage", "Fee")),
        Column.of("line_item_usage_start_date", "TIMESTAMP", time(1)),
        Column.of("line_item_usage_end_date", "TIMESTAMP", time(12)),
        Column.of("line_item_unblended_cost", "DOUBLE", amount(0, false)),
        Column.of("line_item_currency_code", "VARCHAR", currency()),
        Column.of("line_item_usage_amount", "DOUBLE", amount(5, false)),
        Column.of("line_item_usage_type", "VARCHAR", words()),
        Column.of("pricing_public_on_demand_cost", "DOUBLE", amount(4, false)),
        Column.of("savings_plan_savings_plan_effective_cost", "DOUBLE", amount(4, false)),
        Column.of("reservation_effective_cost", "DOUBLE", random -> "0.0"),
        Column.of("line_item_resource_id", "VARCHAR", oneOf("i-1", "i-2", "")),
        Column.json(
            "product",
            "MAP(VARCHAR, VARCHAR)",
            random ->
                "MAP {'product_name': %s, 'region': 'x'}"
                    .formatted(oneOf("EC2", "S3").apply(random))),
        Column.json("resource_tags", "MAP(VARCHAR, VARCHAR)", map()),
        Column.json(
            "discount", "MAP(VARCHAR, DOUBLE)", random -> "MAP {'bundled': 0.5, 'total': 1e-7}"));
  }

  private static List<Column> azure() {
    return List.of(
        Column.of("BillingAccountId", "VARCHAR", oneOf("123", "12345678901")),
        Column.of("Date", "DATE", random -> "'2026-03-%02d'".formatted(random.nextInt(1, 28))),
        Column.of("BillingPeriodStartDate", "DATE", random -> "'2026-03-01'"),
        Column.of("CostInBillingCurrency", "DECIMAL(38,18)", amount(0, true)),
        Column.of("BillingCurrency", "VARCHAR", currency()),
        Column.of("MeterCategory", "VARCHAR", words()),
        Column.of("MeterId", "VARCHAR", oneOf("m1", "m2")),
        Column.of("Quantity", "DOUBLE", amount(5, false)),
        Column.of("UnitPrice", "DOUBLE", amount(5, false)),
        Column.of("ChargeType", "VARCHAR", oneOf("Usage", "Purchase", "Refund")),
        Column.of("ResourceId", "VARCHAR", oneOf("/subscriptions/1/vm", "")),
        Column.json("Tags", "MAP(VARCHAR, VARCHAR)", map()),
        Column.json(
            "AdditionalInfo",
            "STRUCT(ServiceType VARCHAR, VCPUs INTEGER)",
            random -> "{'ServiceType': %s, 'VCPUs': 4}".formatted(words().apply(random))));
  }

  private static List<Column> gcp() {
    return List.of(
        Column.of("billing_account_id", "VARCHAR", oneOf("01AAAA-02BBBB")),
        Column.struct(
            "service",
            "STRUCT(id VARCHAR, description VARCHAR)",
            random -> "{'id': 'S1', 'description': %s}".formatted(words().apply(random)),
            "id",
            "description"),
        Column.struct(
            "sku",
            "STRUCT(id VARCHAR, description VARCHAR)",
            random ->
                "{'id': %s, 'description': 'Core'}".formatted(oneOf("K1", "K2").apply(random)),
            "id",
            "description"),
        Column.of(
            "usage_start_time",
            "TIMESTAMPTZ",
            random -> "'2026-03-0%d 00:00:00+00'".formatted(random.nextInt(1, 9))),
        Column.of("usage_end_time", "TIMESTAMPTZ", random -> "'2026-03-10 00:00:00+00'"),
        Column.struct(
            "project",
            "STRUCT(id VARCHAR, \"name\" VARCHAR, labels STRUCT(\"key\" VARCHAR, \"value\" VARCHAR)[], ancestors STRUCT(resource_name VARCHAR)[])",
            random ->
                random.nextInt(4) == 0
                    ? "NULL"
                    : "{'id': 'p', 'name': %s, 'labels': %s, 'ancestors': [{'resource_name': 'organizations/1'}]}"
                        .formatted(words().apply(random), keyValues().apply(random)),
            "id",
            "name",
            "labels.json",
            "ancestors.json"),
        Column.json("labels", "STRUCT(\"key\" VARCHAR, \"value\" VARCHAR)[]", keyValues()),
        Column.json("system_labels", "STRUCT(\"key\" VARCHAR, \"value\" VARCHAR)[]", keyValues()),
        Column.struct(
            "location",
            "STRUCT(\"location\" VARCHAR, region VARCHAR)",
            random ->
                "{'location': 'eu', 'region': %s}".formatted(oneOf("eu-w1", "").apply(random)),
            "location",
            "region"),
        Column.of("export_time", "TIMESTAMPTZ", random -> "'2026-03-20 01:02:03+00'"),
        Column.of("cost", "DOUBLE", amount(0, false)),
        Column.of("currency", "VARCHAR", currency()),
        Column.of("currency_conversion_rate", "DOUBLE", random -> "1.0"),
        Column.struct(
            "usage",
            "STRUCT(amount DOUBLE, unit VARCHAR)",
            random -> "{'amount': %s, 'unit': 'seconds'}".formatted(amount(4, false).apply(random)),
            "amount",
            "unit"),
        Column.json(
            "credits",
            "STRUCT(\"name\" VARCHAR, amount DOUBLE, full_name VARCHAR, id VARCHAR, \"type\" VARCHAR)[]",
            random ->
                switch (random.nextInt(4)) {
                  case 0 -> "NULL";
                  case 1 -> "[]";
                  default ->
                      "[{'name': 'n', 'amount': %s, 'full_name': NULL, 'id': 'c', 'type': 'P'}, {'name': 'm', 'amount': -0.000005, 'full_name': %s, 'id': NULL, 'type': 'D'}]"
                          .formatted(amount(0, false).apply(random), words().apply(random));
                }),
        Column.struct(
            "invoice", "STRUCT(\"month\" VARCHAR)", random -> "{'month': '202603'}", "month"),
        Column.of("cost_type", "VARCHAR", oneOf("regular", "tax", "adjustment")));
  }
}
