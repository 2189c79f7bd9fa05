package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are asked about what is not there say so, and say what is there. */
class UnanswerableIT {

  private static final String BILL =
      """
      ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,SkuMeter,BillingCurrency,BilledCost,Tags
      cloud-x,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-05T10:00:00Z,2026-01-05T11:00:00Z,Usage,Compute,i-1,hours,USD,1,"{""team"":""web""}"
      """;

  private static final String USAGE =
      """
      {"type":"usage","event_id":"e-1","source":"agent","event_time":"2026-01-05T10:15:00Z","resource_id":"i-9","meter":"hours","quantity":"2","unit":"h"}
      {"type":"price","meter":"hours","unit":"h","currency":"USD","unit_price":"0.5","valid_from":"2026-01-01T00:00:00Z","version":1}
      """;

  private static final String TEAMS = "Dimensions:\n  Team: {GroupBy: {Source: Tag:team}}\n";

  @TempDir private static Path directory;

  private static Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static Path warehouse() {
    return directory.resolve("warehouse");
  }

  @BeforeAll
  static void takeIn() throws IOException {
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse(),
        "--tenant",
        "acme",
        "--charges",
        file("bill.csv", BILL),
        "--definitions",
        file("teams.yaml", TEAMS));
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse(),
        "--tenant",
        "beta",
        "--records",
        file("usage.jsonl", USAGE));
    file("peer.csv", "Team,Month,currency,cost\nweb,2026-01,USD,1\n");
  }

  private static Cli.Outcome run(String command) {
    List<Object> words = new ArrayList<>();
    for (String word : command.split(" ")) {
      words.add(word.matches(".*\\.(yaml|csv)") ? directory.resolve(word) : word);
    }
    words.add("--warehouse");
    words.add(warehouse());
    return Cli.run(words.toArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "query --tenant nobody",
        "query --tenant nobody --by Team",
        "query --tenant Acme",
        "explain --tenant nobody --charge k",
        "explain --tenant nobody --where Team=web --format json",
        "export focus --tenant nobody",
        "audit --tenant nobody",
        "definitions diff teams.yaml teams.yaml --tenant nobody",
        "shadow --tenant nobody --peer peer.csv",
        "rejected show --tenant nobody",
        "backfill --tenant nobody",
        "backfill --tenant nobody --verify"
      })
  void aTenantThatDoesNotExistIsNoneOfThoseThatDo(String command) {
    Cli.Outcome outcome = run(command);

    assertThat(outcome.exitCode()).as(outcome.err() + outcome.out()).isEqualTo(2);
    assertThat(outcome.problem())
        .matches("tributary: no tenant '(nobody|Acme)' in the warehouse; it has acme, beta");
  }

  @Test
  void aTimeBeforeTheLedgerIsToldWhenItBegins() {
    for (String time : List.of("2020-01-01", "2026-01-05T10:30:00Z")) {
      Cli.Outcome outcome = run("query --tenant acme --by Team --as-of " + time);
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.problem())
          .matches(
              "tributary: the ledger of acme begins 20[0-9-]+T[0-9:.]+Z; ask as of then or later");
    }
    assertThat(run("query --tenant acme --as-of 2100-01-01").exitCode()).isZero();
  }

  @Test
  void aNameThatIsNotKnownIsToldWhy() {
    assertThat(run("query --tenant beta --by Team").problem())
        .isEqualTo(
            "tributary: 'Team' is neither a column nor a dimension of beta, of which the warehouse"
                + " has no definitions");
    assertThat(run("query --tenant acme --by Tag:team").problem())
        .isEqualTo(
            "tributary: the ledger does not group by Tag:team; define a dimension with it as"
                + " Source");
  }

  @Test
  void anAuditCountsATenantOfEstimatesAlone() {
    Cli.Outcome beta = run("audit --tenant beta");
    assertThat(beta.exitCode()).isZero();
    assertThat(beta.out())
        .startsWith("checked 1 tenants, 0 billing months, 1 ledger entries, ")
        .contains(" 1 usage cells of 1 days, ", "every invariant holds")
        .doesNotContain("not checked");
    assertThat(run("audit --tenant acme").out())
        .contains("every invariant holds")
        .doesNotContain("not checked");
    JsonNode json = Costs.json(run("audit --tenant beta --format json").out());
    assertThat(json.get("unchecked")).isEmpty();
    assertThat(json.get("tenants").asInt()).isOne();
    assertThat(json.get("usageCells").asInt()).isOne();
    assertThat(json.get("usageDays").asInt()).isOne();
  }
}
