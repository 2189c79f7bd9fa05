package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two deliveries of a bill and an estimate, beside files that another system could have written.
 */
class ShadowCommandTest {

  private static final String BILL =
      """
      ProviderName,BillingAccountId,ChargePeriodStart,ChargePeriodEnd,ResourceId,BillingCurrency,BilledCost,Tags
      cloud,a-1,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,i-1,USD,10,"{""team"":""web""}"
      cloud,a-1,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,i-2,USD,20,"{""team"":""pay""}"
      cloud,a-1,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,i-3,USD,5,
      """;

  private static final String RESTATED =
      BILL.replace("USD,10,", "USD,12.5,")
          + "cloud,a-1,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,i-4,USD,1,\"{\"\"team\"\":\"\"ops\"\"}\"\n";

  private static final String USAGE =
      """
      {"type":"price","meter":"hours","unit":"h","currency":"USD","unit_price":"2","valid_from":"2026-01-01T00:00:00Z","version":1}
      {"type":"usage","source":"agent","event_id":"e-1","event_time":"2026-01-05T10:15:00Z","resource_id":"i-9","meter":"hours","quantity":"0.5","unit":"h","labels":{"team":"web"}}
      """;

  @TempDir private static Path home;

  @BeforeAll
  static void twoDeliveriesAndAnEstimate() throws IOException {
    Path definitions = write("teams.yaml", "Dimensions: {Team: {GroupBy: {Source: Tag:team}}}");
    assertThat(backfill("--charges", write("bill.csv", BILL), "--definitions", definitions))
        .isZero();
    assertThat(
            backfill(
                "--charges",
                write("restated.csv", RESTATED),
                "--records",
                write("usage.jsonl", USAGE)))
        .isZero();
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(home.resolve(name), text);
  }

  private static int backfill(Object... more) {
    Object[] command = new Object[5 + more.length];
    System.arraycopy(
        new Object[] {"backfill", "--warehouse", home.resolve("wh"), "--tenant", "acme"},
        0,
        command,
        0,
        5);
    System.arraycopy(more, 0, command, 5, more.length);
    Ran ran = Ran.command(command);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran.exitCode();
  }

  private static Ran shadow(String peer, Object... more) throws IOException {
    Object[] command = new Object[7 + more.length];
    System.arraycopy(
        new Object[] {
          "shadow",
          "--warehouse",
          home.resolve("wh"),
          "--tenant",
          "acme",
          "--peer",
          write("peer.csv", peer)
        },
        0,
        command,
        0,
        7);
    System.arraycopy(more, 0, command, 7, more.length);
    return Ran.command(command);
  }

  /** Without what indents its lines. */
  private static String flush(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  @Test
  void equalCostsAreFine() throws IOException {
    Ran ran =
        shadow(
            "Team,Day,currency,cost\nweb,2026-01-05,USD,13.5\npay,2026-01-05,USD,20.00\n"
                + "ops,2026-01-05,USD,1\n,2026-01-05,USD,5\n");
    assertThat(ran).isEqualTo(new Ran(0, "4 costs compared, 0 differ by more than 0\n", ""));
  }

  /** The example of the page. */
  @Test
  void aSystemThatHasTheFirstDeliveryAndNoEstimatesIsExplainedByBoth() throws IOException {
    String peer =
        "Team,Month,currency,cost\nweb,2026-01,USD,10.00\npay,2026-01,USD,20.00\n"
            + ",2026-01,USD,5.00\n";
    Ran ran = shadow(peer);
    String page = flush(Files.readString(Path.of("..", "docs", "operations", "moving-over.md")));
    assertThat(page).contains(flush(peer)).contains(flush(ran.out()));
    assertThat(ran.exitCode()).isEqualTo(1);
    String late =
        "late bill +%s: the peer's total is that of delivery 1 of the bill of cloud / a-1 for"
            + " 2026-01; ours has delivery 2 (restated.csv)\n";
    assertThat(ran.out())
        .isEqualTo(
            "4 costs compared, 2 differ by more than 0\n"
                + "\n1. Team web, 2026-01: +3.5 USD (ours 13.5, peer 10)\n"
                + "   late bill +1: estimated from usage that no bill covers yet\n   "
                + late.formatted("2.5")
                + "\n2. Team ops, 2026-01: +1 USD (ours 1, peer nothing)\n   "
                + late.formatted("1")
                + "\nby cause, all differences taken as positive\n  late bill, USD: 4.5\n");
  }

  @Test
  void aSystemWithOtherRulesIsExplainedByElements() throws IOException {
    Ran ran =
        shadow(
            "Team,BillingPeriodStart,currency,cost\nweb,2026-01-01,USD,13.50\n"
                + "pay,2026-01-01,USD,15.00\nops,2026-01-01,USD,6.00\nUnallocated,2026-01-01,USD,5.00\n",
            "--peer-none",
            "Unallocated",
            "--format",
            "csv");
    assertThat(ran.exitCode()).isEqualTo(1);
    String told = "ours has 5 under 'pay' that the peer has under 'ops'\n";
    assertThat(ran.out())
        .isEqualTo(
            "Team,BillingMonth,currency,ours,peer,difference,cause,evidence\n"
                + "ops,2026-01,USD,1,6,-5,rule,"
                + told
                + "pay,2026-01,USD,20,15,5,rule,"
                + told);
  }

  @Test
  void theToleranceAndTheMeasureAreTheUsers() throws IOException {
    String peer = "Day,currency,cost\n2026-01-05,USD,39.4\n";
    assertThat(shadow(peer, "--tolerance", "0.1").exitCode()).isZero();
    assertThat(shadow(peer, "--tolerance", "0.09", "--measure", "list", "--format", "json").out())
        .isEqualTo(
            "{\"compared\":1,\"tolerance\":\"0.09\",\"measure\":\"list\",\"differences\":["
                + "{\"Day\":\"2026-01-05\",\"currency\":\"USD\",\"ours\":\"39.5\",\"peer\":\"39.4\","
                + "\"difference\":\"0.1\",\"reasons\":[{\"cause\":\"rounding\",\"amount\":\"0.1\","
                + "\"evidence\":\"if the peer rounds each of the 5 lines to 0.1\"}]}]}\n");
  }

  @Test
  void aNameThatNobodyKnowsIsBadInput() throws IOException {
    Ran ran = shadow("Taem,Day,currency,cost\nweb,2026-01-05,USD,1\n");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .contains("peer.csv:1: 'Taem' is neither a column nor a dimension of acme; close: Team");
  }
}
