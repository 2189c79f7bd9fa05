package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A delivery says what it changes, and asks before it changes more than is plausible. */
class DeliveryGuardIT {

  private static final String HEADER =
      "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
          + "ChargePeriodEnd,ChargeCategory,ServiceName,SubAccountId,ResourceId,BillingCurrency,"
          + "BilledCost";

  @TempDir private Path directory;

  /**
   * A line of a bill of March 2026.
   *
   * @param name of its service and resource
   */
  private static String line(String name, String account, String currency, String cost) {
    return line("AWS", name, account, currency, cost);
  }

  private static String line(
      String provider, String name, String account, String currency, String cost) {
    return String.join(
        ",",
        provider,
        "111122223333",
        "2026-03-01T00:00:00Z",
        "2026-04-01T00:00:00Z",
        "2026-03-01T00:00:00Z",
        "2026-03-02T00:00:00Z",
        "Usage",
        name,
        account,
        "r-" + name,
        currency,
        cost);
  }

  private Path file(String name, String... lines) throws IOException {
    List<String> all = new ArrayList<>();
    if (name.endsWith(".csv")) {
      all.add(HEADER);
    }
    all.addAll(List.of(lines));
    return Files.write(directory.resolve(name), all);
  }

  private Path warehouse() {
    return directory.resolve("warehouse");
  }

  private Object[] backfill(Object... more) {
    return command("backfill", more);
  }

  private Object[] command(String name, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of(name, "--warehouse", warehouse(), "--tenant", "acme"));
    command.addAll(List.of(more));
    return command.toArray();
  }

  /** What is said of a command that the guard stops before it writes anything. */
  private String held(Object... command) {
    SortedMap<String, Long> before = Tables.snapshots(warehouse());
    Cli.Outcome outcome = Cli.run(command);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isOne();
    assertThat(Tables.snapshots(warehouse())).isEqualTo(before);
    assertThat(outcome.problem()).endsWith("(--replace if that is right)");
    return outcome.problem();
  }

  @Test
  void aDeliveryTellsWhatItChanges() throws IOException {
    Path first =
        file(
            "first.csv",
            line("same", "a", "USD", "10"),
            line("restated", "a", "USD", "2.5"),
            line("gone", "a", "USD", "1.25"),
            line("euro", "b", "EUR", "4"));
    assertThat(Cli.fine(backfill("--charges", first)))
        .contains("#1: 4 charges of 1 file, 0 rejected, billed 4 EUR\n")
        .contains("#1: 4 charges of 1 file, 0 rejected, billed 13.75 USD\n");
    Path second =
        file("second.csv", line("same", "a", "USD", "10"), line("restated", "a", "USD", "3"));
    Path more = file("more.csv", line("new", "a", "USD", "0.5"), line("euro", "b", "EUR", "4"));
    assertThat(Cli.fine(backfill("--charges", second, more)))
        .contains(
            "delivery AWS 111122223333 2026-03 #2: 4 charges of 2 files, 0 rejected, billed 13.5"
                + " USD (was 13.75, -0.25 USD, 1 charges withdrawn, 1 new, 1 restated)\n")
        .contains("billed 4 EUR (was 4, 0 EUR, 0 charges withdrawn, 0 new, 0 restated)\n");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a hundred times as much | from 13.75 to 1375 USD
          without the dear line   | would withdraw 10 of 13.75 USD billed
          without most lines      | would withdraw 2 of 3 charges in USD
          without euros           | would withdraw 1 of 1 charges in EUR
          without accounts        | would leave 2 of 3 sub-accounts without a charge (b, c)
          with a bad cell         | has 1 rejected rows and would withdraw 1 charges
          """)
  void whatIsImplausibleIsHeldBeforeAnythingIsWritten(String kind, String told) throws IOException {
    Cli.fine(backfill("--charges", bill(1)));
    Path again =
        switch (kind) {
          case "a hundred times as much" -> bill(100);
          case "without the dear line" ->
              file(
                  "again.csv",
                  line("x", "a", "USD", "2.5"),
                  line("y", "b", "USD", "1.25"),
                  line("euro", "c", "EUR", "4"));
          case "without most lines" ->
              file("again.csv", line("dear", "a", "USD", "10"), line("euro", "c", "EUR", "4"));
          case "without euros" ->
              file(
                  "again.csv",
                  line("dear", "a", "USD", "10"),
                  line("x", "a", "USD", "2.5"),
                  line("y", "b", "USD", "1.25"));
          case "without accounts" ->
              file("again.csv", line("dear", "a", "USD", "10"), line("x", "a", "USD", "2.5"));
          default ->
              file(
                  "again.csv",
                  line("dear", "a", "USD", "10"),
                  line("x", "a", "USD", "2,5"),
                  line("y", "b", "USD", "1.25"),
                  line("euro", "c", "EUR", "4"));
        };
    assertThat(held(backfill("--charges", again)))
        .contains(
            told,
            "nothing was written",
            "AWS / 111122223333 / default / 2026-03-01",
            "billed 4 -> ",
            "13.75 -> ");
    assertThat(held(command("replay", "--charges", again))).contains(told);
    Cli.fine(backfill("--charges", again, "--replace"));
    Cli.fine("audit", "--warehouse", warehouse());
  }

  private Path bill(int factor) throws IOException {
    String zeros = factor == 1 ? "" : "00";
    return file(
        "bill-" + factor + ".csv",
        line("dear", "a", "USD", "10" + zeros),
        line("x", "a", "USD", factor == 1 ? "2.5" : "250"),
        line("y", "b", "USD", factor == 1 ? "1.25" : "125"),
        line("euro", "c", "EUR", "4" + zeros));
  }

  @Test
  void factorAndFloorAreOptionsAndSettings() throws IOException {
    Cli.fine(backfill("--charges", bill(1)));
    assertThat(held(backfill("--charges", bill(100), "--largest-change", "99")))
        .contains("by more than 99 times");
    Path config =
        file(
            "config.yaml",
            "warehouse: {directory: " + warehouse() + "}",
            "guard: {factor: 50, floor: 2000}");
    assertThat(held(backfill("--charges", bill(100), "--change-floor", "1361.24")))
        .contains("from 13.75 to 1375 USD");
    Object[] configured = {
      "backfill", "--config", config, "--tenant", "acme", "--charges", bill(100)
    };
    assertThat(Cli.fine(configured)).contains("(was 13.75, +1361.25 USD,");
    assertThat(Cli.run(backfill("--charges", bill(1), "--largest-change", "1")).problem())
        .contains("--largest-change is above 1");
    Files.writeString(
        config, "warehouse: {directory: " + directory.resolve("x") + "}\nguard: {factor: much}\n");
    assertThat(Cli.run(configured).problem()).contains("guard.factor is not a number: 'much'");
    assertThat(directory.resolve("x")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--records", "--charges"})
  void aDeliveryThatIsARecordIsAskedAboutToo(String option) throws IOException {
    Cli.fine(backfill("--charges", bill(1)));
    String scope =
        "\"service_provider_name\":\"AWS\",\"billing_account_id\":\"111122223333\","
            + "\"billing_period_start\":\"2026-03-01T00:00:00Z\"";
    String empty = "{\"type\" : \"\\u0064elivery\"," + scope + ",\"sequence\":2,\"rows\":0}";
    assertThat(held(backfill(option, file("empty.jsonl", empty))))
        .contains("has no charges and would withdraw 4 of 4 charges");
    String charge =
        "{\"type\":\"charge\",\"charge_key\":\"c\",\"version\":2,"
            + scope
            + ",\"charge_period_start\":\"2026-03-01T00:00:00Z\",\"charge_period_end\":"
            + "\"2026-03-02T00:00:00Z\",\"billing_currency\":\"USD\",\"billed_cost\":\"7\"}";
    assertThat(held(backfill(option, file("one.jsonl", charge, charge, empty))))
        .contains("charges 4 -> 1", "would withdraw 4 of 4 charges");
    assertThat(Cli.fine(backfill(option, file("old.jsonl", empty.replace(":2,", ":1,")))))
        .as("one that is not above what is in force")
        .contains("Delivery: 1")
        .doesNotContain("withdrawn");
    assertThat(Cli.fine(backfill(option, file("empty.jsonl", empty), "--replace")))
        .contains("#2: 0 charges, 0 rejected, billed 0 USD (was 13.75, -13.75 USD, 3 charges");
    assertThat(Costs.totals(warehouse(), "acme", "billed")).isEmpty();
  }

  @Test
  void aBillUnderAnotherNameIsPointedOut() throws IOException {
    String[] unnamed = {
      line("", "x", "a", "USD", "2.5").replace("111122223333", ""),
      line("", "y", "a", "USD", "1.25").replace("111122223333", "")
    };
    assertThat(Cli.fine(backfill("--charges", file("unnamed.csv", unnamed))))
        .contains(
            "note: unknown unknown 2026-03 names neither provider nor account"
                + " (--provider NAME says which)");
    assertThat(Cli.fine(backfill("--charges", file("unnamed.csv", unnamed), "--provider", "AWS")))
        .contains(
            "note: AWS unknown 2026-03 names no account\n",
            "note: AWS unknown 2026-03 has as many charges (2) and the same total as unknown"
                + " unknown 2026-03: if they are one bill, it counts twice; 'bills withdraw' takes"
                + " one back\n");
    assertThat(
            Cli.fine(
                backfill(
                    "--charges",
                    file("named.csv", line("x", "a", "USD", "2.6"), line("y", "a", "USD", "9")))))
        .contains("has as many charges (2) for the same things as unknown unknown 2026-03");
    assertThat(
            Cli.fine(
                backfill(
                    "--charges",
                    file(
                        "other.csv",
                        line("Microsoft", "p", "a", "USD", "2.7"),
                        line("Microsoft", "q", "a", "USD", "9.1"),
                        line("Microsoft", "r", "a", "USD", "0")))))
        .as("other things at other costs")
        .doesNotContain("111122223333 2026-03 has");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"--usage, usage", "--entities, entity", "--prices, price", "--telemetry, telemetry"})
  void aFileOfOneKindHoldsNoOther(String option, String kind) throws IOException {
    Cli.fine(backfill("--charges", bill(1)));
    SortedMap<String, Long> before = Tables.snapshots(warehouse());
    String usage =
        """
        {"type":"usage","event_id":"e-1","source":"agent","event_time":"2026-01-05T10:15:00Z",\
        "resource_id":"i-1","meter":"hours","quantity":"0.25","unit":"h"}""";
    String delivery =
        """
        {"type":"delivery","billing_period_start":"2026-03-01T00:00:00Z","sequence":2,"rows":0}""";
    Path mixed = file("mixed.jsonl", kind.equals("usage") ? usage : "", delivery);
    Cli.Outcome refused = Cli.run(backfill(option, mixed));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.problem())
        .contains(mixed + ":2 is a record of type 'delivery', not '" + kind + "'", "--records");
    assertThat(Tables.snapshots(warehouse())).isEqualTo(before);
    assertThat(Cli.fine(backfill("--records", mixed))).contains("Delivery: 1");
  }
}
