package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportCommandTest {

  private static final String BILL =
      """
      ProviderName,BillingAccountId,BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeDescription,ServiceName,ResourceId,SkuMeter,BillingCurrency,BilledCost,EffectiveCost,ListCost,ContractedCost,ConsumedQuantity,ConsumedUnit,Tags
      cloud,a-1,2026-01-01T00:00:00Z,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,Usage,"two ""words"", a comma",vm,i-1,hours,USD,10.000000000000000001,9,12,11,24,h,"{""team"":""web, x""}"
      cloud,a-1,2026-01-01T00:00:00Z,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,Usage,,vm,i-1,hours,USD,10.000000000000000001,9,12,11,24,h,"{""team"":""web, x""}"
      cloud,a-1,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,Credit,,support,,,EUR,-3.5,-3.5,0,0,,,
      cloud,a-2,2026-02-01T00:00:00Z,2026-02-03T00:00:00Z,2026-02-04T00:00:00Z,Usage,,vm,i-2,hours,USD,7,7,7,7,24,h,"{""team"":""pay""}"
      """;

  private static final String USAGE =
      """
      {"type":"price","meter":"hours","unit":"h","currency":"USD","unit_price":"0.333333333333333333","valid_from":"2026-01-01T00:00:00Z","version":1}
      {"type":"usage","source":"agent","event_id":"e-1","event_time":"2026-01-05T10:15:00Z","resource_id":"i-1","meter":"hours","quantity":"1","unit":"h","labels":{"team":"ops"}}
      {"type":"usage","source":"agent","event_id":"e-2","event_time":"2026-01-05T11:15:00Z","resource_id":"i-1","meter":"hours","quantity":"2","unit":"h","labels":{}}
      {"type":"usage","source":"agent","event_id":"e-3","event_time":"2026-01-07T11:15:00Z","resource_id":"i-9","meter":"hours","quantity":"2","unit":"h","labels":{"team":"web"}}
      """;

  private static final List<String> QUESTIONS =
      List.of(
          "Team",
          "Team,Day,ServiceName",
          "BillingPeriodStart,ChargeCategory,ChargeDescription",
          "SkuMeter,ConsumedUnit,ResourceId");

  @TempDir private static Path home;

  @BeforeAll
  static void aLedger() throws IOException {
    Path definitions = write("teams.yaml", "Dimensions: {Team: {GroupBy: {Source: Tag:team}}}");
    Ran ran =
        Ran.command(
            "backfill",
            "--warehouse",
            home.resolve("wh"),
            "--tenant",
            "acme",
            "--charges",
            write("bill.csv", BILL),
            "--records",
            write("usage.jsonl", USAGE),
            "--definitions",
            definitions);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(home.resolve(name), text);
  }

  private static Ran export(Object... more) {
    Object[] command = new Object[6 + more.length];
    System.arraycopy(
        new Object[] {"export", "focus", "--warehouse", home.resolve("wh"), "--tenant", "acme"},
        0,
        command,
        0,
        6);
    System.arraycopy(more, 0, command, 6, more.length);
    return Ran.command(command);
  }

  private static String answer(String warehouse, String tenant, String by, String measure) {
    return Ran.command(
            "query",
            "--warehouse",
            home.resolve(warehouse),
            "--tenant",
            tenant,
            "--by",
            by,
            "--measure",
            measure,
            "--format",
            "json")
        .out();
  }

  /** What was a dimension is a tag of the same name then. */
  @ParameterizedTest
  @ValueSource(strings = {"csv", "parquet"})
  void readBackItGivesTheSameTotals(String format) throws IOException {
    Path file = home.resolve("export." + format);
    assertThat(export("--format", format, "--output", file).exitCode()).isZero();
    Ran backfill =
        Ran.command(
            "backfill",
            "--warehouse",
            home.resolve("again-" + format),
            "--tenant",
            "globex",
            "--charges",
            file,
            "--definitions",
            write("again.yaml", "Dimensions: {Team: {GroupBy: {Source: Tag:Team}}}"));
    assertThat(backfill.exitCode()).as(backfill.err()).isZero();
    for (String by : QUESTIONS) {
      for (String measure : List.of("billed", "effective", "list", "contracted")) {
        assertThat(answer("again-" + format, "globex", by, measure))
            .as("%s by %s", measure, by)
            .isNotEqualTo("[]\n")
            .isEqualTo(answer("wh", "acme", by, measure));
      }
    }
  }

  @Test
  void theRowsAndTheirOrderFollowFromTheLedger() throws IOException {
    Ran first = export("--period", "2026-01");
    assertThat(export("--period", "2026-01").out()).isEqualTo(first.out());
    List<String> lines = first.out().lines().toList();
    assertThat(lines.get(0))
        .isEqualTo(
            "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,"
                + "ChargeCategory,ChargeClass,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,"
                + "ConsumedQuantity,ConsumedUnit,ContractedCost,EffectiveCost,ListCost,ProviderName,"
                + "RegionId,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,SkuId,"
                + "SkuMeter,SubAccountId,Tags,x_Basis,x_ChargeKey");
    String page = Files.readString(Path.of("..", "docs", "contracts.md"));
    assertThat(lines.get(0).split(",")).allMatch(id -> page.contains("`" + id + "`"));
    assertThat(lines.get(1))
        .startsWith(
            "-3.5,a-1,EUR,2026-02-01T00:00:00Z,2026-01-01T00:00:00Z,Credit,,,2026-02-01T00:00:00Z,"
                + "2026-01-01T00:00:00Z,,,0,-3.5,0,cloud,,,,,,support,,,,,billed,");
    assertThat(first.err())
        .isEqualTo(
            "6 rows\nEUR: billed -3.5, effective -3.5\nUSD: billed"
                + " 20.666666666666666668, effective 18.666666666666666666\n");
    Path file = home.resolve("same.csv");
    assertThat(export("--period", "2026-01", "-o", file).out()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo(first.out());
  }

  @Test
  void theBasisMayBeChosen() {
    assertThat(export("--basis", "estimated").err()).startsWith("1 rows\nUSD: billed 0.6666");
    assertThat(export("--basis", "billed").out()).doesNotContain("estimated");
  }

  @Test
  void badUsageIsSaidBeforeAnythingIsWritten() {
    assertThat(export("--format", "parquet").exitCode()).isEqualTo(2);
    assertThat(export("--period", "January").exitCode()).isEqualTo(2);
    assertThat(export("-o", home.resolve("none").resolve("x.csv")).exitCode()).isEqualTo(2);
  }
}
