package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clouds whose billing periods start each at another time have their months together. */
class BillingMonthsIT {

  private static final String HEADER =
      "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
          + "ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,BillingCurrency,BilledCost,Tags";

  private static final String DEFINITIONS =
      """
      Dimensions:
        Team: {GroupBy: {Source: Tag:team}}
        Invoice: {GroupBy: {Source: BillingMonth}}
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: Proportional
            SpendToAllocate:
              Conditions:
                - {Source: ServiceName, Equals: Support}
            AcrossElements:
              GroupBy: {Source: User:Defined:Team}
        Owner:
          GroupBy: {Sources: [User:Defined:Shared, User:Defined:Team], CoalesceSources: true}
      """;

  private static final String THREE_CLOUDS =
      String.join(
          "\n",
          HEADER,
          row("AWS", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "Support", "90", ""),
          row("AWS", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "EC2", "50", "web"),
          row("Google Cloud", "2026-03-01T08:00:00Z", "2026-04-01T07:00:00Z", "GCE", "50", "data"),
          row(
              "Cloud of UTC+8",
              "2026-02-28T16:00:00Z",
              "2026-03-31T15:59:59Z",
              "VM",
              "50",
              "game"));

  @TempDir private Path directory;
  private Path warehouse;

  @BeforeEach
  void placeWarehouse() {
    warehouse = directory.resolve("warehouse");
  }

  /** A row of a resource of the provider, used on the fifth day of the period's month. */
  private static String row(
      String provider, String start, String end, String service, String cost, String team) {
    String tags = team.isEmpty() ? "" : "\"{\"\"team\"\":\"\"" + team + "\"\"}\"";
    return String.join(
        ",",
        provider,
        "payer",
        start,
        end,
        "2026-03-05T00:00:00Z",
        "2026-03-06T00:00:00Z",
        "Usage",
        service,
        team.isEmpty() ? "" : "r-" + team,
        "USD",
        cost,
        tags);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private String backfill(Path bill, Object... more) throws IOException {
    List<Object> command =
        new ArrayList<>(
            List.of(
                "backfill",
                "--warehouse",
                warehouse,
                "--tenant",
                "acme",
                "--charges",
                bill,
                "--definitions",
                file("definitions.yaml", DEFINITIONS)));
    command.addAll(List.of(more));
    return Cli.fine(command.toArray());
  }

  private SortedMap<String, BigDecimal> costs(String... question) {
    return Costs.answer(warehouse, "acme", question);
  }

  private static SortedMap<String, BigDecimal> amounts(Object... keysAndAmounts) {
    SortedMap<String, BigDecimal> amounts = new TreeMap<>();
    for (int i = 0; i < keysAndAmounts.length; i += 2) {
      amounts.put((String) keysAndAmounts[i], new BigDecimal((String) keysAndAmounts[i + 1]));
    }
    return amounts;
  }

  @Test
  void sharedCostGoesToTheTeamsOfAllClouds() throws IOException {
    assertThat(backfill(file("march.csv", THREE_CLOUDS)).lines())
        .contains(
            "delivery AWS payer 2026-03 #1: 2 charges of 1 file, 0 rejected, billed 140 USD",
            "delivery Google Cloud payer 2026-03 #1: 1 charges of 1 file, 0 rejected, billed 50 USD",
            "delivery Cloud of UTC+8 payer 2026-03 #1: 1 charges of 1 file, 0 rejected, billed 50 USD");
    assertThat(costs("--by", "Owner"))
        .isEqualTo(amounts("web|USD", "80", "data|USD", "80", "game|USD", "80"));
    assertThat(costs("--by", "BillingMonth,Owner"))
        .isEqualTo(
            amounts("2026-03|web|USD", "80", "2026-03|data|USD", "80", "2026-03|game|USD", "80"));
    assertThat(costs("--by", "Invoice")).isEqualTo(amounts("2026-03|USD", "240"));
    assertThat(Cli.fine("audit", "--warehouse", warehouse))
        .contains("checked 1 tenants, 1 billing months,", "every invariant holds");
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--verify");
  }

  @Test
  void transfersAreOfTheMonthAndOfNoPeriod() throws IOException {
    backfill(file("march.csv", THREE_CLOUDS));
    SortedMap<String, BigDecimal> byPeriod =
        amounts(
            "2026-03-01T00:00:00Z|null|USD", "90",
            "2026-03-01T00:00:00Z|web|USD", "50",
            "2026-03-01T08:00:00Z|data|USD", "50",
            "2026-02-28T16:00:00Z|game|USD", "50",
            "null|null|USD", "-90",
            "null|data|USD", "30",
            "null|game|USD", "30",
            "null|web|USD", "30");
    assertThat(costs("--by", "BillingPeriodStart,Owner")).isEqualTo(byPeriod);
    assertThat(costs("--by", "Owner", "--where-null", "BillingPeriodStart"))
        .isEqualTo(amounts("null|USD", "-90", "data|USD", "30", "game|USD", "30", "web|USD", "30"));
    assertThat(costs("--by", "Owner", "--where", "BillingPeriodStart=2026-03-01T00:00:00Z"))
        .isEqualTo(amounts("null|USD", "90", "web|USD", "50"));
    assertThat(
            Cli.fine(
                "explain",
                "--warehouse",
                warehouse,
                "--tenant",
                "acme",
                "--where",
                "Owner=game",
                "--where-null",
                "BillingPeriodStart"))
        .contains("billed transfer", "billing month 2026-03");
  }

  @Test
  void aPeriodOnTheCommandLineIsTheMonthOfEveryCloud() throws IOException {
    // Everything is archived, and the ledger has nothing of March yet.
    backfill(file("march.csv", THREE_CLOUDS), "--period", "2026-02");
    assertThat(costs()).isEmpty();
    Cli.Outcome verified =
        Cli.run(
            "backfill",
            "--warehouse",
            warehouse,
            "--tenant",
            "acme",
            "--verify",
            "--period",
            "2026-03");
    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.out())
        .contains("2026-03: 8 entries missing or too many; billed 240, effective 240 USD");

    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--period", "2026-03");
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--verify");
    assertThat(costs("--by", "Owner", "--period", "2026-03"))
        .isEqualTo(amounts("web|USD", "80", "data|USD", "80", "game|USD", "80"));
    assertThat(costs("--by", "Owner", "--period", "2026-02", "--period", "2026-04")).isEmpty();
    assertThat(costs("--where", "BillingMonth=2026-03")).isEqualTo(amounts("USD", "240"));

    String exported = export("2026-03");
    assertThat(exported.lines()).hasSize(1 + 4).anyMatch(line -> line.contains("2026-03-31T16"));
    assertThat(export("2026-02").lines()).as("the header").hasSize(1);
    assertThat(diff("2026-03")).contains("Owner, 2026-03, USD");
    assertThat(diff("2026-02")).contains("no money moves");
    for (String wrong : List.of("2026-3", "2026-03-01", "march")) {
      assertThat(Cli.run("query", "--warehouse", warehouse, "--tenant", "acme", "--period", wrong))
          .returns(2, Cli.Outcome::exitCode)
          .returns(
              "tributary: --period is a month like 2026-01, not '" + wrong + "'",
              Cli.Outcome::problem);
    }
  }

  private String export(String month) {
    return Cli.fine(
        "export", "focus", "--warehouse", warehouse, "--tenant", "acme", "--period", month);
  }

  private String diff(String month) throws IOException {
    return Cli.fine(
        "definitions",
        "diff",
        file("old.yaml", DEFINITIONS),
        file(
            "new.yaml",
            DEFINITIONS.replace("Proportional", "Even").replace("Tag:team", "ServiceName")),
        "--warehouse",
        warehouse,
        "--tenant",
        "acme",
        "--period",
        month);
  }

  /** What another system says of a month, however it tells the month. */
  @Test
  void anotherSystemIsComparedByMonth() throws IOException {
    backfill(file("march.csv", THREE_CLOUDS));
    for (String period :
        List.of(
            "BillingMonth,2026-03",
            "BillingPeriodStart,2026-03",
            "BillingPeriodStart,2026-03-01T08:00:00Z",
            "BillingPeriodStart,2026-02-28T16:00:00Z")) {
      String[] columnAndText = period.split(",");
      Path peer =
          file(
              "peer.csv",
              "Owner,%1$s,currency,cost\nweb,%2$s,USD,80\ndata,%2$s,USD,80\ngame,%2$s,USD,80\n"
                  .formatted((Object[]) columnAndText));
      assertThat(Cli.fine("shadow", "--warehouse", warehouse, "--tenant", "acme", "--peer", peer))
          .as(period)
          .contains("3 costs compared");
    }
  }

  /** The shapes of periods that providers bill by, each of one line of 1 USD. */
  @Test
  void everyShapeOfPeriodIsOfTheMonthItStartsIn() throws IOException {
    Map<String, String> endAndMonthByStart =
        Map.of(
            "2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z 2026-03",
            "2026-03-01T12:00:00Z", "2026-04-01T12:00:00Z 2026-03",
            "2026-02-01T00:00:00Z", "2026-02-16T00:00:00Z 2026-02",
            "2026-02-16T00:00:00Z", "2026-03-01T00:00:00Z 2026-02",
            "2026-04-16T00:00:00Z", "2026-05-16T00:00:00Z 2026-04",
            "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z 2026-01",
            "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z 2026-01",
            "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z 2026-02");
    List<String> rows = new ArrayList<>(List.of(HEADER));
    SortedMap<String, BigDecimal> expected = new TreeMap<>();
    endAndMonthByStart.forEach(
        (start, endAndMonth) -> {
          String[] parts = endAndMonth.split(" ");
          rows.add(row("cloud " + start, start, parts[0], "VM", "1", "web"));
          expected.merge(parts[1] + "|USD", BigDecimal.ONE, BigDecimal::add);
        });
    rows.add(row("odd", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "VM", "100", "web"));
    assertThat(backfill(file("shapes.csv", String.join("\n", rows))))
        .contains("rejected: 1 (kept in table rejected)")
        .doesNotContain("note: cloud payer");
    assertThat(costs("--by", "BillingMonth")).isEqualTo(expected);
    assertThat(Tables.rejections(warehouse)).containsExactly("INVALID_PERIOD");
    Cli.fine("audit", "--warehouse", warehouse);
    Cli.fine("tiers", "compact", "--warehouse", warehouse);
    assertThat(costs("--by", "BillingMonth")).isEqualTo(expected);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--verify");
  }

  @Test
  void billsOfOneMonthThatDifferInTheStartAloneArePointedOut() throws IOException {
    String local =
        String.join(
            "\n",
            HEADER,
            row("cloud", "2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z", "VM", "5", "game"));
    assertThat(backfill(file("local.csv", local))).doesNotContain("note: cloud payer");
    String utc =
        local.replace("2026-02-28T16", "2026-03-01T00").replace("2026-03-31T16", "2026-04-01T00");
    assertThat(backfill(file("utc.csv", utc)))
        .contains(
            "note: cloud payer 2026-03 has the same month, from 2026-03-01T00:00:00Z and not from"
                + " 2026-02-28T16:00:00Z, as cloud payer 2026-03: if they are one bill");
    assertThat(costs()).isEqualTo(amounts("USD", "10"));
    assertThat(backfill(file("utc.csv", utc), "--report", "other"))
        .doesNotContain("note: cloud payer");
    assertThat(
            backfill(
                file(
                    "next.csv",
                    local
                        .replace("2026-02-28T16", "2026-03-31T16")
                        .replace(
                            "2026-03-31T16:00:00Z,2026-03-05", "2026-04-30T16:00:00Z,2026-03-05"))))
        .doesNotContain("note: cloud payer");
  }
}
