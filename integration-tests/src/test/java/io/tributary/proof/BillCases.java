package io.tributary.proof;

import io.tributary.proof.InputCase.Step;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Bills in the shapes, containers and states that they are delivered in. */
final class BillCases {

  private static final String HEADER =
      "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,"
          + "ResourceId,ConsumedQuantity\n";

  private static final String TEAMS =
      """
      Dimensions:
        Team: {GroupBy: {Source: Tag:team}}
        Key: {GroupBy: {Source: Tag:key}}
      """;

  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private final CaseFiles files;

  private BillCases(Path directory) {
    this.files = new CaseFiles(directory);
  }

  /** All of them, with files in {@code directory}. */
  static List<InputCase> in(Path directory) throws Exception {
    BillCases cases = new BillCases(directory);
    return List.of(
        cases.tagsInEveryShape(),
        cases.nestedExportOfGoogle(),
        cases.copiesOfAFile(),
        cases.runsOfAnExport(),
        cases.encodings(),
        cases.quantitiesThatAreNoNumber(),
        cases.namesInSnakeCase(),
        cases.accountAsInteger(),
        cases.filesThatAreNoBills(),
        cases.hostileRows(),
        cases.sumsBeyondEveryRow(),
        cases.damagedFooters());
  }

  private static String row(String resource, String cost) {
    return row(resource, cost, "S", "");
  }

  private static String row(String resource, String cost, String service, String quantity) {
    return "%s,USD,{day}T00:00:00Z,{morrow}T00:00:00Z,Nimbus,%s,%s,%s\n"
        .formatted(cost, service, resource, quantity);
  }

  /** A query whose rows are a cost, a resource and an expression of DuckDB each. */
  private static String focus(String column, String... rows) {
    return Arrays.stream(rows)
        .map(
            row -> {
              String[] parts = row.split(" ", 3);
              return """
                  SELECT %s::DECIMAL(38,18) AS "BilledCost", 'USD' AS "BillingCurrency",
                    TIMESTAMP '{day} 00:00:00' AS "ChargePeriodStart",
                    TIMESTAMP '{morrow} 00:00:00' AS "ChargePeriodEnd",
                    'Nimbus' AS "ProviderName", '%s' AS "ResourceId", %s AS "%s"
                  """
                  .formatted(parts[0], parts[1], parts[2], column);
            })
        .collect(Collectors.joining(" UNION ALL "));
  }

  private InputCase tagsInEveryShape() {
    return InputCase.of("tags in every shape")
        .step(
            Step.of(
                    files.parquet(
                        "tags/list.parquet",
                        focus(
                            "Tags",
                            "1 l1 [{'key': 'team', 'value': 'web'}, {'key': 'env', 'value': 'x'}]",
                            "2 l2 [{'key': 'env', 'value': 'x'}, {'key': 'team', 'value': 'pay'}]",
                            "4 l3 [{'key': 'team', 'value': NULL}]",
                            "8 l4 []")),
                    files.parquet(
                        "tags/turned.parquet",
                        focus("Tags", "16 v1 [{'value': 'web', 'key': 'team'}]", "32 v2 NULL")),
                    files.parquet(
                        "tags/map.parquet",
                        focus("Tags", "64 m1 MAP {'team': 'web'}", "128 m2 MAP {}")),
                    files.parquet(
                        "tags/struct.parquet",
                        focus(
                            "Tags",
                            "256 s1 {'team': 'pay', 'env': 'x'}",
                            "512 s2 {'team': NULL, 'env': 'x'}")),
                    files.text(
                        "tags/cells.csv",
                        """
                        BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,ResourceId,Tags
                        1024,USD,{day},{morrow},Nimbus,c1,"[{""key"":""team"",""value"":""web""}]"
                        """))
                .definitions(files.text("tags/teams.yaml", TEAMS)))
        .costs("Team,Key", "web|null", "1105", "pay|null", "258", "null|null", "684");
  }

  /** Three rows each of a container, so that no file is a copy of another. */
  private InputCase nestedExportOfGoogle() {
    return InputCase.of("nested export of Google")
        .step(
            Step.of(
                    files.parquet("google/nested.parquet", google(1)),
                    files.query("google/cells.csv", "FORMAT csv, HEADER", googleAsCells(2)),
                    files.query("google/lines.jsonl", "FORMAT json", google(3)),
                    files.parquet("google/flat.parquet", googleFlat(4)))
                .definitions(files.text("google/teams.yaml", TEAMS)))
        .costs("ChargeCategory", "Usage", "111", "Credit", "-1.5")
        .costs("BillingMonth", month("{month}"), "9.5", month("{former}"), "100")
        .costs("Team", "web", "9.5", "null", "100")
        .costs("SubAccountId", "p-1", "10.875", "p-2", "21.875", "p-3", "32.875", "p-4", "43.875");
  }

  private static String month(String placeholder) {
    return CaseFiles.dated(placeholder);
  }

  private static String google(int number) {
    return googleRow(
            number + ".25",
            number,
            "[{'key': 'team', 'value': 'web'}]",
            "[{'name': 'n', 'amount': -0.5, 'full_name': NULL, 'id': 'c', 'type': 'P'},"
                + " {'name': 'm', 'amount': 0.125, 'full_name': 'x', 'id': NULL, 'type': 'D'}]",
            "{month}")
        + " UNION ALL "
        + googleRow(number + "0", number, "[]", "[]", "{former}");
  }

  private static String googleRow(
      String cost, int number, String labels, String credits, String month) {
    return """
        SELECT '01-AA' AS billing_account_id, {'id': 'S1', 'description': 'Compute'} AS service,
          {'id': 'K%s', 'description': 'Core'} AS sku,
          TIMESTAMPTZ '{day} 00:00:00+00' AS usage_start_time,
          TIMESTAMPTZ '{day} 01:00:00+00' AS usage_end_time,
          {'id': 'p-%d', 'name': 'P', 'ancestors': [{'resource_name': 'organizations/1'}]} AS project,
          %s::STRUCT("key" VARCHAR, "value" VARCHAR)[] AS labels,
          %s::DOUBLE AS cost, 'USD' AS currency, {'amount': 1.0, 'unit': 'seconds'} AS usage,
          %s::STRUCT("name" VARCHAR, amount DOUBLE, full_name VARCHAR, id VARCHAR, "type" VARCHAR)[] AS credits,
          {'month': replace('%s', '-', '')} AS invoice, 'regular' AS cost_type
        """
        .formatted(cost, number, labels, cost, credits, month);
  }

  private static String googleAsCells(int number) {
    String cells =
        Stream.of("service", "sku", "project", "labels", "usage", "credits", "invoice")
            .map(name -> "to_json(%s)::VARCHAR AS %s".formatted(name, name))
            .collect(Collectors.joining(", "));
    return "SELECT * REPLACE (%s) FROM (%s)".formatted(cells, google(number));
  }

  private static String googleFlat(int number) {
    return """
        SELECT * EXCLUDE (service, sku, project, usage, invoice),
          service.description AS "service.description", sku.id AS "sku.id",
          sku.description AS "sku.description", project.id AS "project.id",
          usage.amount AS "usage.amount", usage.unit AS "usage.unit",
          invoice.month AS "invoice.month" FROM (%s)
        """
        .formatted(google(number));
  }

  private InputCase copiesOfAFile() {
    String bill = HEADER + row("a", "1.5") + row("b", "2.5");
    files.text("copies/part-1.csv", bill);
    files.gzip("copies/part-1.csv.gz", bill);
    files.zip("copies/backup.zip", "old/part-1.csv", bill);
    files.text("copies/part-2.csv", HEADER + row("c", "8") + row("d", "16"));
    return InputCase.of("copies of a file")
        .step(
            Step.of(files.directory("copies"))
                .saying("left out: ", "part-1.csv.gz", "backup.zip", "holds the same rows as"))
        .costs("ResourceId", "a", "1.5", "b", "2.5", "c", "8", "d", "16");
  }

  private InputCase runsOfAnExport() {
    run("202601020300", "aaaaaaaa-0000-4000-8000-000000000001", row("v1", "3") + row("v2", "4"));
    run(
        "202601030300",
        "aaaaaaaa-0000-4000-8000-000000000002",
        row("v1", "3") + row("v2", "4.5") + row("v3", "20"));
    return InputCase.of("runs of an export")
        .step(
            Step.of(files.directory("runs"))
                .saying("a newer run of its export is read", "manifest.json"))
        .costs("ResourceId", "v1", "3", "v2", "4.5", "v3", "20");
  }

  private void run(String time, String id, String rows) {
    String directory = "runs/export/monthly/20260101-20260131/" + time + "/" + id + "/";
    files.text(directory + "part_0_0001.csv", HEADER + rows);
    long count = rows.lines().count();
    files.text(
        directory + "manifest.json",
        """
        {"manifestVersion": "2024-04-01", "blobCount": 1, "dataRowCount": %d,
         "runInfo": {"executionType": "Scheduled", "submittedTime": "%s", "runId": "%s",
          "startDate": "2026-01-01T00:00:00", "endDate": "2026-01-31T00:00:00"},
         "blobs": [{"blobName": "%s", "dataRowCount": %d}]}
        """
            .formatted(
                count,
                time.substring(0, 8),
                id,
                directory.substring(5) + "part_0_0001.csv",
                count));
  }

  private InputCase encodings() {
    Path windows =
        files.text(
            "encodings/windows.csv",
            HEADER + row("w1", "1", "B\u00e4r", "") + row("w2", "2", "B\u00fcr", ""),
            WINDOWS);
    String bad = CaseFiles.dated(row("u1", "four", "B\u00e4r", "")).strip();
    Path utf16 =
        files.text(
            "encodings/utf16.csv",
            "\uFEFF" + HEADER + row("u1", "4", "B\u00e4r", "") + bad + "\n" + row("u2", "8"),
            StandardCharsets.UTF_16BE);
    return InputCase.of("encodings")
        .step(Step.of(windows).endingWith(2).saying("line 2", "(0xE4) is not UTF-8", "--encoding"))
        .step(Step.of(windows, utf16).with("--encoding", "windows-1252"))
        .costs("ServiceName", "B\u00e4r", "5", "B\u00fcr", "2", "S", "8")
        .refuses(3, "INVALID_NUMBER", InputCase.bytes(bad, StandardCharsets.UTF_16BE));
  }

  private InputCase quantitiesThatAreNoNumber() {
    return InputCase.of("quantities that are no number")
        .step(
            Step.of(
                files.text(
                    "nan/cells.csv",
                    HEADER
                        + row("c1", "1", "S", "NaN")
                        + row("c2", "2", "S", "nan")
                        + row("c3", "NaN", "S", "1")),
                files.query(
                    "nan/brotli.parquet",
                    "FORMAT parquet, COMPRESSION brotli",
                    focus("ConsumedQuantity", "4 b1 'NaN'::DOUBLE", "8 b2 2.5::DOUBLE")),
                files.query(
                    "nan/zstd.parquet",
                    "FORMAT parquet, COMPRESSION zstd",
                    focus("ConsumedQuantity", "16 z1 'NaN'::FLOAT"))))
        .costs("ResourceId", "c1", "1", "c2", "2", "b1", "4", "b2", "8", "z1", "16")
        .refuses(4, "INVALID_NUMBER");
  }

  private InputCase namesInSnakeCase() {
    return InputCase.of("names in snake case")
        .step(
            Step.of(
                    files.text(
                        "snake/snake.csv",
                        """
                        billed_cost,billing_currency,charge_period_start,charge_period_end,service_provider_name,resource_id,tags
                        1,USD,{day},{morrow},Nimbus,a,"{""team"":""web""}"
                        """),
                    files.text(
                        "snake/blanks.csv",
                        """
                        Billed Cost;Billing Currency;Charge Period Start;Charge Period End;Provider Name;Resource ID;Tags
                        2;USD;{day};{morrow};Nimbus;b;"{""team"":""pay""}"
                        """),
                    files.text(
                        "snake/lines.jsonl",
                        """
                        {"billed_cost":4,"billing_currency":"USD","charge_period_start":"{day}","charge_period_end":"{morrow}","provider_name":"Nimbus","resource_id":"c","tags":{"team":"web"}}
                        """))
                .definitions(files.text("snake/teams.yaml", TEAMS)))
        .costs("Team,ResourceId", "web|a", "1", "pay|b", "2", "web|c", "4");
  }

  private InputCase accountAsInteger() {
    return InputCase.of("account as integer")
        .step(
            Step.of(
                files.parquet("account/text.parquet", usageReport("'012345678901'", "0.5", "r2"))))
        .step(
            Step.of(
                files.parquet("account/integer.parquet", usageReport("12345678901", "0.75", "r2"))))
        .costs("BillingAccountId", "012345678901", "2")
        .costs("SubAccountId,ResourceId", "012345678901|r1", "1.25", "012345678901|r2", "0.75");
  }

  private static String usageReport(String account, String cost, String resource) {
    return Stream.of("1.25 r1", cost + " " + resource)
        .map(row -> row.split(" "))
        .map(
            row ->
                """
                SELECT %1$s AS bill_payer_account_id, %1$s AS line_item_usage_account_id,
                  TIMESTAMP '{month}-01 00:00:00' AS bill_billing_period_start_date,
                  TIMESTAMP '{day} 00:00:00' AS line_item_usage_start_date,
                  TIMESTAMP '{morrow} 00:00:00' AS line_item_usage_end_date,
                  %2$s::DOUBLE AS line_item_unblended_cost, 'USD' AS line_item_currency_code,
                  'Usage' AS line_item_line_item_type, 'AmazonEC2' AS line_item_product_code,
                  '%3$s' AS line_item_resource_id
                """
                    .formatted(account, row[0], row[1]))
        .collect(Collectors.joining(" UNION ALL "));
  }

  private InputCase filesThatAreNoBills() {
    files.text("folder/a.csv", HEADER + row("a", "1"));
    files.gzip("folder/deep/er/b.gz", HEADER + row("b", "2"));
    files.text("folder/c.txt", HEADER + row("c", "4"));
    files.zip("folder/d.zip", "in/d.tsv", (HEADER + row("d", "8")).replace(',', '\t'));
    files.text("folder/e", HEADER + row("e", "16"));
    files.text("folder/notes.txt", "Call them about the invoice.\n");
    files.text("folder/deep/_SUCCESS", "");
    files.text("folder/.hidden.csv", HEADER + row("h", "64"));
    return InputCase.of("files that are no bills")
        .step(
            Step.of(files.directory("folder"))
                .saying("left out: ", "notes.txt", "_SUCCESS", ".hidden.csv"))
        .costs("ResourceId", "a", "1", "b", "2", "c", "4", "d", "8", "e", "16");
  }

  private InputCase hostileRows() {
    String good = "1,USD,{day}T00:00:00Z,{morrow}T00:00:00Z,Nimbus,S,good,\n";
    return InputCase.of("hostile rows")
        .step(
            Step.of(
                files.text(
                    "hostile/rows.csv",
                    HEADER
                        + good
                        + good.replace("{day}", "+999999-01-01").replace("good", "r3")
                        + good.replace("{day}", "0000-01-01").replace("good", "r4")
                        + good.replace("{day}", "-0001-01-01").replace("good", "r5")
                        + good.replace("{day}", "2026-02-30").replace("good", "r6")
                        + good.replace("S,good", "S\0,r7")
                        + good.replace("USD", "USD\0").replace("good", "r8")
                        + good.replace("USD", "u$").replace("good", "r9")
                        + good.replace("1,USD", "1e400,USD").replace("good", "r10")
                        + good.replace("1,USD", "\u0661,USD").replace("good", "r11")
                        + good.replace("{day}T00:00:00Z", "").replace("good", "r12")
                        + good.replace("good,", "r13")
                        + good.replace("{morrow}", "{eve}").replace("good", "r14")
                        + good.replace("1,USD", "-0.000000000000000001,USD")
                            .replace("good", "small"))))
        .costs("ResourceId", "good", "1", "small", "-0.000000000000000001")
        .refuses(3, "INVALID_TIME")
        .refuses(4, "INVALID_TIME")
        .refuses(5, "INVALID_TIME")
        .refuses(6, "INVALID_TIME")
        .refuses(7, "INVALID_VALUE")
        .refuses(8, "INVALID_VALUE")
        .refuses(9, "INVALID_CURRENCY")
        .refuses(10, "NUMBER_OUT_OF_RANGE")
        .refuses(11, "INVALID_NUMBER")
        .refuses(12, "MISSING_FIELD")
        .refuses(13, "COLUMN_COUNT")
        .refuses(14, "INVALID_PERIOD");
  }

  /** Rows that fit a column each, of one resource, day and service, and do not together. */
  private InputCase sumsBeyondEveryRow() {
    String huge =
        "99999999999999999999.999999999999999999,USD,{day}T%s:00:00Z,{day}T%s:30:00Z,Nimbus,S,%s,\n";
    return InputCase.of("sums beyond every row")
        .step(
            Step.of(
                files.text(
                    "sums/bill.csv",
                    HEADER
                        + huge.formatted("01", "01", "a")
                        + huge.formatted("02", "02", "a")
                        + huge.formatted("03", "03", "a")
                        + "-"
                        + huge.formatted("04", "04", "b")
                        + "-"
                        + huge.formatted("05", "05", "b")
                        + row("c", "0.000000000000000001"))))
        .costs(
            "ResourceId",
            "a",
            "299999999999999999999.999999999999999997",
            "b",
            "-199999999999999999999.999999999999999998",
            "c",
            "0.000000000000000001");
  }

  /** Footers that promise more than there is, or than memory holds. */
  private InputCase damagedFooters() throws Exception {
    Path whole =
        files.parquet("footers/whole.parquet", focus("ConsumedQuantity", "1 a 1", "2 b 2"));
    byte[] bytes = Files.readAllBytes(whole);
    byte[] longer = bytes.clone();
    longer[bytes.length - 5] = 0x7f; // The footer's length, little endian.
    byte[] zeros = bytes.clone();
    Arrays.fill(zeros, bytes.length - 200, bytes.length - 8, (byte) 0);
    byte[] many = bytes.clone();
    Arrays.fill(many, bytes.length - 200, bytes.length - 8, (byte) 0xff);
    InputCase footers = InputCase.of("damaged footers").step(Step.of(whole));
    for (Path damaged :
        List.of(
            files.bytes("footers/longer.parquet", longer),
            files.bytes("footers/zeros.parquet", zeros),
            files.bytes("footers/many.parquet", many),
            files.bytes("footers/cut.parquet", Arrays.copyOf(bytes, bytes.length - 9)))) {
      footers.step(Step.of(damaged).endingWith(2).saying(damaged.getFileName().toString()));
    }
    return footers.costs("ResourceId", "a", "1", "b", "2");
  }
}
