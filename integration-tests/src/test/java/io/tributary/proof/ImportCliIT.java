package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code definitions import aws-cost-categories}. */
class ImportCliIT {

  @TempDir private Path directory;

  private Path category(String name, String rule) throws IOException {
    return Files.writeString(
        directory.resolve(name + ".json"),
        "{\"Name\": \""
            + name
            + "\", \"RuleVersion\": \"CostCategoryExpression.v1\", \"Rules\": ["
            + rule
            + "]}");
  }

  private Path team() throws IOException {
    return category(
        "Team",
        "{\"Value\": \"web\", \"Rule\": {\"Tags\": {\"Key\": \"app\", \"Values\": [\"shop\"]}}}");
  }

  private Path board() throws IOException {
    return category(
        "Board",
        "{\"Value\": \"sales\", \"Rule\": {\"CostCategories\":"
            + " {\"Key\": \"Team\", \"Values\": [\"web\"]}}}");
  }

  @Test
  void writesDefinitionsThatEvaluate() throws IOException {
    Path yaml = directory.resolve("acme.yaml");
    String written = Cli.fine("definitions", "import", "aws-cost-categories", team(), board());
    assertThat(
            Cli.fine("definitions", "import", "aws-cost-categories", team(), board(), "-o", yaml))
        .isEmpty();
    assertThat(yaml).hasContent(written);
    assertThat(Cli.fine("definitions", "check", yaml)).contains("fine, 2 group dimensions");
    Path line = Files.writeString(directory.resolve("line.jsonl"), "{\"Tag:app\": \"shop\"}\n");
    assertThat(Cli.fine("definitions", "eval", yaml, "--dimension", "Board", "--input", line))
        .isEqualTo("{\"element\":\"sales\"}\n");
  }

  @Test
  void refusesWhatItCannotSayWithItsPlaceAndWritesNothing() throws IOException {
    Path yaml = directory.resolve("board.yaml");
    Path file = board();
    Cli.Outcome outcome = Cli.run("definitions", "import", "aws-cost-categories", file, "-o", yaml);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem())
        .startsWith(file + ": $.Rules[0].Rule.CostCategories.Key: cost category 'Team' is not");
    assertThat(yaml).doesNotExist();
  }

  private static String value(String name) {
    return "{\"Value\": \"%1$s\", \"Rule\": {\"Tags\": {\"Key\": \"app\", \"Values\": [\"%1$s\"]}}}"
        .formatted(name);
  }

  private Path split(String name, String rules, String targets) throws IOException {
    return Files.writeString(
        directory.resolve(name),
        """
        {"Name": "App", "RuleVersion": "CostCategoryExpression.v1", "Rules": [%s],
         "SplitChargeRules": [{"Source": "", "Method": "EVEN", "Targets": [%s]}]}
        """
            .formatted(rules, targets));
  }

  @Test
  void anEvenSplitReachesEveryTargetOfABill() throws IOException {
    Path bill =
        Files.writeString(
            directory.resolve("bill.csv"),
            """
            ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,BillingCurrency,BilledCost,Tags
            AWS,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-05T10:00:00Z,2026-01-05T11:00:00Z,Usage,EC2,i-1,USD,7,"{""app"":""shop""}"
            AWS,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-05T10:00:00Z,2026-01-05T11:00:00Z,Tax,EC2,,USD,0.01,
            AWS,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-06T10:00:00Z,2026-01-06T11:00:00Z,Usage,EC2,i-2,USD,10,
            AWS,payer,2026-02-01T00:00:00Z,2026-03-01T00:00:00Z,2026-02-06T10:00:00Z,2026-02-06T11:00:00Z,Usage,EC2,i-2,EUR,1,
            """);
    Path yaml = directory.resolve("even.yaml");
    Cli.fine(
        "definitions",
        "import",
        "aws-cost-categories",
        split("even.json", value("shop") + "," + value("idle"), "\"shop\", \"idle\", \"new\""),
        "-o",
        yaml);
    Path warehouse = directory.resolve("warehouse");
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse,
        "--tenant",
        "acme",
        "--charges",
        bill,
        "--definitions",
        yaml);
    assertThat(
            Cli.fine(
                    "query",
                    "--warehouse",
                    warehouse,
                    "--tenant",
                    "acme",
                    "--by",
                    "App (after splits)",
                    "--format",
                    "csv")
                .lines())
        .containsExactlyInAnyOrder(
            "App (after splits),currency,cost",
            "shop,USD,10.336666666666666666",
            "idle,USD,3.336666666666666667",
            "new,USD,3.336666666666666667",
            "idle,EUR,0.333333333333333334",
            "new,EUR,0.333333333333333333",
            "shop,EUR,0.333333333333333333");
    Cli.fine("audit", "--warehouse", warehouse);
  }

  @Test
  void anEvenSplitOverAnInheritedValueIsRefusedByName() throws IOException {
    Path file =
        split(
            "inherited.json",
            value("shop")
                + ", {\"Type\": \"INHERITED_VALUE\", \"InheritedValue\":"
                + " {\"DimensionName\": \"TAG\", \"DimensionKey\": \"app\"}}",
            "\"shop\", \"idle\"");
    Cli.Outcome outcome = Cli.run("definitions", "import", "aws-cost-categories", file);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem())
        .isEqualTo(
            file
                + ": $.SplitChargeRules[0].Targets[1]: 'idle' is no value of a REGULAR rule, so an"
                + " inherited one, which EVEN cannot name, add a REGULAR rule for it, or use FIXED"
                + " or PROPORTIONAL");
  }
}
