package io.tributary.proof;

import io.tributary.proof.InputCase.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small inputs that stand beside the repository on some machines, and what they come to. */
final class SharedCases {

  private final Path directory;

  private SharedCases(Path directory) {
    this.directory = directory;
  }

  /**
   * All of them.
   *
   * @param directory where they are
   * @param made for what is made of them
   */
  static List<InputCase> in(Path directory, Path made) {
    SharedCases cases = new SharedCases(directory);
    List<InputCase> all = new ArrayList<>();
    for (String shape : List.of("min", "min_map", "min_struct")) {
      all.add(cases.tags(shape));
    }
    for (String shape : List.of("min", "min_flat")) {
      all.add(cases.google(shape));
    }
    for (String bill : List.of("min", "control_same_start")) {
      all.add(cases.billingMonths(bill));
    }
    all.add(cases.azureIds());
    all.add(cases.copies());
    all.add(cases.export());
    all.add(cases.windows());
    all.add(cases.utf16());
    all.add(cases.notANumber());
    all.add(cases.brotli());
    all.add(cases.snakeCase());
    all.add(cases.accounts());
    all.add(cases.leftOut());
    all.add(cases.evenSplit(made));
    all.add(cases.wrongScope());
    all.add(cases.reusedId());
    all.add(cases.yearBeyondAll());
    all.add(cases.sums("sum", "good"));
    all.add(cases.sums("sum2", "r3"));
    all.add(cases.oddRows());
    all.add(cases.footers());
    all.add(cases.policy());
    return all;
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private InputCase tags(String shape) {
    return InputCase.ofHistory("tags " + shape)
        .step(
            Step.of(file("tags-as-list/" + shape + ".parquet"))
                .definitions(file("tags-as-list/defs.yaml")))
        .costs(
            "Team,KeyTag",
            "web|null",
            "1",
            "data|null",
            "1",
            "none|null",
            shape.equals("min_struct") ? "1" : "2");
  }

  private InputCase google(String shape) {
    return InputCase.ofHistory("google " + shape)
        .step(Step.of(file("gcp-nested/" + shape + ".parquet")))
        .costs("ChargeCategory", "Usage", "7.515", "Credit", "-0.765")
        .costs("BillingMonth", "2026-02", "4.241", "2026-03", "2.509");
  }

  private InputCase billingMonths(String bill) {
    return InputCase.ofHistory("billing months " + bill)
        .step(
            Step.of(file("billing-months/" + bill + ".csv"))
                .definitions(file("billing-months/defs.yaml")))
        .costs("Owner", "web", "80", "data", "80", "game", "80");
  }

  private InputCase azureIds() {
    return InputCase.ofHistory("azure ids")
        .step(
            Step.of(file("azure-id-case/min_bill.csv"))
                .records(file("azure-id-case/min_usage.jsonl")))
        .costs(
            "ResourceId",
            "/subscriptions/0/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm1",
            "2");
  }

  private InputCase copies() {
    return InputCase.ofHistory("copies")
        .step(Step.of(file("copies/min")).saying("left out: ", "part_0_0001.csv.gz"))
        .costs("ResourceId", "vm1", "4");
  }

  private InputCase export() {
    return InputCase.ofHistory("export")
        .step(Step.of(file("copies/export")).saying("a newer run of its export is read"))
        .costs("ServiceName", "VM", "60");
  }

  private InputCase windows() {
    Path bill = file("encodings/min_cp1252.csv");
    return InputCase.ofHistory("windows-1252")
        .step(Step.of(bill).endingWith(2).saying("line 2", "byte 103 (0xE4)"))
        .step(Step.of(bill).with("--encoding", "windows-1252"))
        .costsIn("EUR", "ServiceName", "B\u00e4ro", "1", "B\u00fcro", "2");
  }

  private InputCase utf16() {
    return InputCase.ofHistory("utf16")
        .step(Step.of(file("encodings/min_utf16.csv")))
        .costs("BillingMonth", "2026-03", "6")
        .refuses(
            5,
            "INVALID_NUMBER",
            InputCase.bytes("bad,USD,2026-03-04,2026-03-05", StandardCharsets.UTF_16LE));
  }

  private InputCase notANumber() {
    return InputCase.ofHistory("not a number")
        .step(Step.of(file("not-a-number/min_nan.csv")))
        .costs("BillingMonth", "2026-03", "4");
  }

  private InputCase brotli() {
    return InputCase.ofHistory("brotli")
        .step(Step.of(file("not-a-number/brotli.parquet")))
        .step(Step.of(file("not-a-number/nanqty.parquet")))
        .costs("BillingAccountId", "brotli", "6.225", "nanqty", "6.225");
  }

  private InputCase snakeCase() {
    Path bill = file("snake-case/min.csv");
    return InputCase.ofHistory("snake case")
        .step(Step.of(bill))
        .step(Step.of(bill).with("--format", "FOCUS"))
        .costs("BillingMonth", "2026-03", "1.5");
  }

  private InputCase accounts() {
    return InputCase.ofHistory("account as integer")
        .step(Step.of(file("account-as-integer/text.parquet")))
        .step(Step.of(file("account-as-integer/int.parquet")))
        .costs("BillingAccountId", "012345678901", "1.5");
  }

  private InputCase leftOut() {
    return InputCase.ofHistory("left out")
        .step(Step.of(file("left-out-files/d")))
        .costs("ResourceId", "a", "1", "b", "2", "c", "4", "d", "8");
  }

  private InputCase evenSplit(Path made) {
    Path definitions = made.resolve("even.yaml");
    Cli.fine(
        "definitions",
        "import",
        "aws-cost-categories",
        file("even-split/min_even.json"),
        "-o",
        definitions);
    return InputCase.ofHistory("even split")
        .step(Step.of(file("even-split/bill.csv")).definitions(definitions))
        .costs(
            "Team (after splits)",
            "data",
            "371.333333333333333334",
            "ghost",
            "336.333333333333333333",
            "web",
            "441.333333333333333333");
  }

  private InputCase wrongScope() {
    Path bill = file("wrong-scope/min.csv");
    return InputCase.ofHistory("wrong scope")
        .step(Step.of(bill))
        .step(Step.of(bill).with("--provider", "AWS").noting("it counts twice"))
        .step(Step.of().records(file("wrong-scope/withdraw.jsonl")).with("--replace"))
        .costs("ServiceProviderName", "AWS", "1.5");
  }

  private InputCase reusedId() {
    return InputCase.ofHistory("reused id")
        .step(Step.of().records(file("reused-id/min_reused_id.jsonl")))
        .costs("Hour,ResourceId", "2026-03-05T10:00:00Z|i-1", "2", "2026-03-05T11:00:00Z|i-1", "2");
  }

  private InputCase yearBeyondAll() {
    return InputCase.ofHistory("year beyond all")
        .step(Step.of(file("hostile-rows/y999999.csv")))
        .costs("ResourceId", "good", "1")
        .refuses(2, "INVALID_TIME");
  }

  private InputCase sums(String bill, String last) {
    return InputCase.ofHistory("sums " + bill)
        .step(Step.of(file("hostile-rows/" + bill + ".csv")))
        .costs("ResourceId", "r1", "60000000000000000000", "r2", "60000000000000000000", last, "1");
  }

  /** Rows of which some are of charges of 0, which no answer has. */
  private InputCase oddRows() {
    InputCase odd =
        InputCase.ofHistory("odd rows")
            .step(Step.of(file("hostile-rows/odd3.csv")))
            .costs("ResourceId", "cost14", "5", "cost15", "7", "cost18", "0.000000000000000001")
            .costs("ResourceId", "date8", "1", "date12", "1")
            .costs("ResourceId", "tag1", "1", "tag2", "1", "tag3", "1", "tag4", "1")
            .costs("ResourceId", "good1", "3", "good2", "4", "good3", "5")
            .costsIn("ZZZ", "ResourceId", "cur1", "1");
    for (long line : new long[] {2, 3, 4, 5, 6, 18}) {
      odd.refuses(line, "NUMBER_OUT_OF_RANGE");
    }
    for (long line : new long[] {7, 8, 9, 12, 13, 14, 15, 21, 23, 24, 25, 26}) {
      odd.refuses(line, "INVALID_NUMBER");
    }
    for (long line : new long[] {27, 28, 29, 30, 31, 34, 35, 36}) {
      odd.refuses(line, "INVALID_TIME");
    }
    for (long line : new long[] {41, 42, 43}) {
      odd.refuses(line, "INVALID_CURRENCY");
    }
    return odd.refuses(22, "MISSING_FIELD")
        .refuses(32, "INVALID_PERIOD")
        .refuses(38, "INVALID_VALUE")
        .refuses(39, "INVALID_VALUE")
        .refuses(50, "COLUMN_COUNT");
  }

  /** 20 events of half a dollar and 19 lines of one, of a tenant that the files name. */
  private InputCase policy() {
    return InputCase.ofHistory("policy")
        .ofTenant("priv")
        .step(
            Step.of(file("privacy-in-one-replay/bill.csv"))
                .records(file("privacy-in-one-replay/ev.jsonl"))
                .definitions(file("privacy-in-one-replay/defs.yaml")))
        .costs("Ssn,ChargeCategory", "null|Usage", "29")
        .refuses(20, "INVALID_NUMBER")
        .refuses(21, "INVALID_NUMBER")
        .refuses(23, "UNDECODABLE")
        .refuses(24, "INVALID_TIME")
        .refuses(25, "INVALID_NUMBER")
        .keepsOut("SECRETDROPVAL")
        .keepsOut("mailSECRETMAIL") // Of the label Email; email is another, which is allowed.
        .keepsOut("SECRETTAG")
        .keepsOut("SECRETMALFORMEDJSON")
        .keepsOut("SECRETCOST")
        .keepsOut("SECRETBAD")
        .keepsOut("alice@corp.example");
  }

  private InputCase footers() {
    InputCase footers = InputCase.ofHistory("footers").step(Step.of(file("snake-case/min.csv")));
    for (String footer : List.of("foot3", "foot4", "foot5")) {
      footers.step(
          Step.of(file("hostile-rows/" + footer + ".parquet"))
              .endingWith(2)
              .saying(footer + ".parquet"));
    }
    return footers.costs("BillingMonth", "2026-03", "1.5");
  }
}
