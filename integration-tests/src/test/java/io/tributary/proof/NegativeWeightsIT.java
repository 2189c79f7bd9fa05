package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A team whose credits exceed its usage, and a pool of 1.58 in proportion to cost: 16, 0.39, -3.
 */
class NegativeWeightsIT {

  private static final String KEEP =
      """
      Dimensions:
        Team: {GroupBy: {Source: Tag:team}}
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: Proportional
            SpendToAllocate: {Source: User:Defined:Team, Conditions: [Equals: platform]}
            AcrossElements: {GroupBy: {Source: User:Defined:Team}}
        Owner:
          GroupBy: {Sources: [User:Defined:Shared, User:Defined:Team], CoalesceSources: true}
      """;

  private static final String ZERO =
      KEEP.replace("Type: Allocation\n", "Type: Allocation\n    NegativeWeights: zero\n");

  private static final String HEADER =
      "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
          + "ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,BillingCurrency,BilledCost,Tags\n";

  @TempDir private static Path directory;
  private static String warned = "";

  private static String line(String category, String resource, String cost, String team) {
    return "cloud-x,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-05T10:00:00Z,"
        + "2026-01-05T11:00:00Z,%s,EKS,%s,USD,%s,\"{\"\"team\"\":\"\"%s\"\"}\"\n"
            .formatted(category, resource, cost, team);
  }

  private static Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static Cli.Outcome backfill(String name, String definitions) throws IOException {
    return Cli.run(
        "backfill",
        "--warehouse",
        directory.resolve(name),
        "--tenant",
        "acme",
        "--charges",
        directory.resolve("bill.csv"),
        "--definitions",
        file(name + ".yaml", definitions));
  }

  @BeforeAll
  static void takeIn() throws IOException {
    file(
        "bill.csv",
        HEADER
            + line("Usage", "i-0", "1.58", "platform")
            + line("Usage", "i-1", "16", "web")
            + line("Usage", "i-2", "2", "atlas")
            + line("Credit", "i-2", "-5", "atlas")
            + line("Usage", "i-3", "0.39", "data"));
    Cli.Outcome kept = backfill("keep", KEEP);
    assertThat(kept.exitCode()).isZero();
    warned = kept.err();
    Cli.Outcome zero = backfill("zero", ZERO);
    assertThat(zero.exitCode()).isZero();
    assertThat(zero.err()).doesNotContain("warning");
  }

  private static String query(String warehouse) {
    return Cli.fine(
        "query",
        "--warehouse",
        directory.resolve(warehouse),
        "--tenant",
        "acme",
        "--by",
        "Owner",
        "--format",
        "csv");
  }

  @Test
  void aBackfillNamesTheElementThatWeighsLeast() {
    assertThat(warned.lines())
        .contains(
            "warning: allocation 'Shared', 2026-01 USD: 'atlas' weighs -3, so it gets less than"
                + " nothing and others more than their share",
            "'NegativeWeights: zero' in the definitions lets such an element get nothing");
  }

  @Test
  void definitionsSayWhatThatCounts() {
    assertThat(query("keep").lines())
        .containsExactlyInAnyOrder(
            "Owner,currency,cost",
            "web,USD,17.887976101568334578",
            "data,USD,0.436019417475728155",
            "atlas,USD,-3.353995519044062733");
    assertThat(query("zero").lines())
        .containsExactlyInAnyOrder(
            "Owner,currency,cost",
            "web,USD,17.542403904820012203",
            "data,USD,0.427596095179987797",
            "atlas,USD,-3");
    for (String warehouse : new String[] {"keep", "zero"}) {
      Cli.fine("audit", "--warehouse", directory.resolve(warehouse));
    }
  }

  @Test
  void aStreamComesToTheSameLedger() {
    for (String name : new String[] {"keep", "zero"}) {
      Path replayed = directory.resolve(name + "-replayed");
      Cli.fine(
          "replay",
          "--warehouse",
          replayed,
          "--tenant",
          "acme",
          "--charges",
          directory.resolve("bill.csv"),
          "--definitions",
          directory.resolve(name + ".yaml"),
          "--shuffle",
          "5",
          "--duplicate",
          "0.5");
      assertThat(Tables.netLedger(replayed, "acme"))
          .isEqualTo(Tables.netLedger(directory.resolve(name), "acme"));
    }
  }

  @Test
  void definitionsAreCheckedBefore() throws IOException {
    Cli.Outcome checked = Cli.run("definitions", "check", file("checked.yaml", KEEP));
    assertThat(checked.exitCode()).isZero();
    assertThat(checked.err())
        .contains(
            "checked.yaml:3: credits may count as weight in 'Shared', so an element may weigh");
    assertThat(Cli.run("definitions", "check", file("silent.yaml", ZERO)).err())
        .doesNotContain("warning");
    assertThat(
            Cli.fine(
                "definitions",
                "diff",
                directory.resolve("zero.yaml"),
                directory.resolve("keep.yaml"),
                "--warehouse",
                directory.resolve("keep"),
                "--tenant",
                "acme"))
        .contains(
            "elements that weigh less than 0, so that others get more\n"
                + "  Shared, 2026-01, USD: atlas weighs -3\n");
  }

  private static String explain(String warehouse, String format) {
    return Cli.fine(
        "explain",
        "--warehouse",
        directory.resolve(warehouse),
        "--tenant",
        "acme",
        "--where",
        "Shared=web",
        "--format",
        format);
  }

  @Test
  void aTransferIsExplainedAsPoolTimesWeightBySumOfWeights() {
    assertThat(explain("keep", "text"))
        .contains(
            "moved by allocation 'Shared', onto 'web'",
            "1.58 USD of pool x 16 / 13.39 = 1.887976101568334578 USD",
            "'atlas' weighs -3 (-0.224047796863330844)")
        .doesNotContain("OUTSTANDING");
    assertThat(explain("zero", "text"))
        .contains(
            "1.58 USD of pool x 16 / 16.39 = 1.542403904820012203 USD",
            "'atlas' weighs 0, as -3 counts 0")
        .doesNotContain("OUTSTANDING");
    JsonNode lines = Costs.json(explain("keep", "json")).get("lines");
    assertThat(lines).hasSize(1);
    JsonNode split = lines.get(0).get("splits").get(0);
    assertThat(split.get("pool").get("billed").textValue()).isEqualTo("1.58");
    assertThat(split.get("weight_sum").textValue()).isEqualTo("13.39");
    assertThat(split.get("share").get("weight").textValue()).isEqualTo("16");
    assertThat(split.get("share").get("ratio").textValue()).isEqualTo("1.194921583271097834");
    assertThat(split.get("share").get("part").get("billed").textValue())
        .isEqualTo("1.887976101568334578");
    assertThat(split.get("parts")).hasSize(3);
    assertThat(lines.get(0).get("splits_omitted").intValue()).isZero();
  }
}
