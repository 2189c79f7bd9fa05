package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.jobs.Limits;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.StreamSupport;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was delivered is listed, and a bill that is wrong is taken back. */
class BillsIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String HEADER =
      "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
          + "ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,BillingCurrency,BilledCost";

  @TempDir private Path directory;

  private static String line(String account, YearMonth month, String name, String cost) {
    String start = month + "-01T00:00:00Z";
    return String.join(
        ",",
        "AWS",
        account,
        start,
        month.plusMonths(1) + "-01T00:00:00Z",
        start,
        month + "-02T00:00:00Z",
        "Usage",
        name,
        "r-" + name,
        "USD",
        cost);
  }

  private static String line(String account, String name, String cost) {
    return line(account, YearMonth.of(2026, 3), name, cost);
  }

  private Path bill(String name, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of(HEADER));
    all.addAll(List.of(lines));
    return Files.write(directory.resolve(name), all);
  }

  private Path warehouse() {
    return directory.resolve("warehouse");
  }

  private Object[] command(String name, Object... more) {
    List<Object> command = new ArrayList<>(List.of((Object[]) name.split(" ")));
    command.addAll(List.of("--warehouse", warehouse(), "--tenant", "acme"));
    command.addAll(List.of(more));
    return command.toArray();
  }

  private JsonNode listed() throws IOException {
    return JSON.readTree(Cli.fine(command("bills list", "--format", "json")));
  }

  private List<String> states() throws IOException {
    return StreamSupport.stream(listed().spliterator(), false)
        .map(
            d ->
                d.get("account").asText()
                    + " #"
                    + d.get("sequence")
                    + " "
                    + d.get("state").asText())
        .toList();
  }

  @Test
  void aWrongBillIsTakenBackAndTheRightOneStays() throws IOException {
    Path first = bill("1.csv", line("1", "a", "1"), line("1", "b", "2"), line("1", "c", "x"));
    Cli.fine(command("backfill", "--charges", first));
    Cli.fine(
        command(
            "backfill", "--charges", bill("2.csv", line("1", "a", "1"), line("1", "b", "2.5"))));
    Cli.fine(
        command(
            "backfill",
            "--charges",
            bill("wrong.csv", line("9", "a", "1"), line("9", "b", "2.5"))));
    JsonNode all = listed();
    assertThat(all).hasSize(3);
    assertThat(all.get(0).toString())
        .contains(
            "\"provider\":\"AWS\",\"account\":\"1\",\"report\":\"default\","
                + "\"billingPeriodStart\":\"2026-03-01T00:00:00Z\",\"billingMonth\":\"2026-03\","
                + "\"sequence\":1,\"rows\":2,\"rejected\":1,\"billed\":{\"USD\":\"3\"},\"files\":[\""
                + first
                + "\"],\"state\":\"superseded\"}");
    assertThat(states()).containsExactly("1 #1 superseded", "1 #2 live", "9 #1 live");
    String wrong = all.get(2).get("deliveryId").asText();
    assertThat(Cli.fine(command("bills list")).lines().map(String::strip).toList())
        .element(3)
        .asString()
        .startsWith(wrong.substring(0, 12))
        .contains("live", "3.5 USD", "wrong.csv");

    SortedMap<String, Long> before = Tables.snapshots(warehouse());
    Cli.Outcome asked = Cli.run(command("bills withdraw", "--delivery", wrong));
    assertThat(asked.exitCode()).isOne();
    assertThat(asked.problem())
        .contains(
            "charges 2 -> 0, billed 3.5 -> 0 USD", "would withdraw 2 of 2 charges", "--replace");
    assertThat(Tables.snapshots(warehouse())).isEqualTo(before);

    assertThat(Cli.fine(command("bills withdraw", "--delivery", wrong.substring(0, 8), "--yes")))
        .contains(
            "delivery AWS 9 2026-03 #2: 0 charges, 0 rejected, billed 0 USD (was 3.5, -3.5 USD,");
    assertThat(Costs.by(warehouse(), "acme", "billed", "BillingAccountId").keySet())
        .containsExactly("1|USD");
    assertThat(states())
        .containsExactly("1 #1 superseded", "1 #2 live", "9 #1 withdrawn", "9 #2 withdrawn");
    Cli.fine("audit", "--warehouse", warehouse());
    Cli.fine(command("backfill", "--verify"));
    assertThat(Cli.fine(command("bills withdraw", "--account", "9", "--yes")))
        .contains("AWS 9 2026-03 is withdrawn: nothing of it is live");

    Cli.fine(command("backfill", "--charges", bill("again.csv", line("9", "a", "7"))));
    assertThat(states()).endsWith("9 #1 withdrawn", "9 #2 superseded", "9 #3 live");
    assertThat(Costs.totals(warehouse(), "acme", "billed").get("USD")).isEqualByComparingTo("10.5");
  }

  @Test
  void theBillIsNamedAsFarAsItIsTheOnlyOne() throws IOException {
    Cli.fine(
        command(
            "backfill",
            "--charges",
            bill(
                "two.csv",
                line("1", "a", "1"),
                line("2", "a", "2"),
                line("2", YearMonth.of(2026, 4), "a", "4"))));
    Cli.fine(command("backfill", "--charges", bill("2.csv", line("1", "a", "1.5"))));
    assertThat(Cli.run("bills", "list", "--warehouse", warehouse(), "--tenant", "nobody").problem())
        .contains("no tenant 'nobody' in the warehouse; it has acme");
    assertThat(problem(2, "bills withdraw")).contains("say which bill");
    assertThat(problem(2, "bills withdraw", "--provider", "AWS"))
        .contains("more than one bill: AWS 1 2026-03 (", "AWS 2 2026-03 (", "AWS 2 2026-04 (");
    assertThat(problem(2, "bills withdraw", "--account", "3")).contains("'bills list'");
    String superseded = listed().get(0).get("deliveryId").asText();
    assertThat(problem(1, "bills withdraw", "--delivery", superseded))
        .contains("delivery #1 of AWS 1 2026-03 gave way to #2", "nothing of it is live");
    for (String start : List.of("2026-04", "2026-04-01", "2026-04-01T00:00:00Z")) {
      assertThat(problem(1, "bills withdraw", "--account", "2", "--period-start", start))
          .contains("billed 4 -> 0 USD");
    }
    Cli.fine(command("bills withdraw", "--account", "2", "--period-start", "2026-04", "--replace"));
    assertThat(Costs.totals(warehouse(), "acme", "billed").get("USD")).isEqualByComparingTo("3.5");
  }

  private String problem(int exitCode, String name, Object... more) {
    Cli.Outcome outcome = Cli.run(command(name, more));
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isEqualTo(exitCode);
    return outcome.problem();
  }

  @Test
  void aStreamTakesABillBackToo() throws Exception {
    YearMonth month =
        YearMonth.from(Clock.systemUTC().instant().atOffset(ZoneOffset.UTC)).minusMonths(1);
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      Path bill =
          bill(
              "1.csv",
              line("1", month, "a", "1"),
              line("1", month, "b", "2"),
              line("1", month, "c", "-"));
      Cli.fine(
          command("backfill", "--charges", bill, "--bootstrap-servers", stream.bootstrapServers()));
      LiveStream.await(
          "the charges", PATIENCE, () -> stream.total("acme").compareTo(new BigDecimal("3")) == 0);
      LiveStream.await("the bill", PATIENCE, () -> states().equals(List.of("1 #1 live")));
      LiveStream.await("the refused row", PATIENCE, () -> stream.rejections().size() == 1);
      assertThat(listed().toString())
          .contains(
              "\"rows\":2,\"rejected\":1,\"billed\":{\"USD\":\"3\"},\"files\":[\"" + bill + "\"]");
      assertThat(problem(2, "bills withdraw", "--account", "1", "--yes"))
          .contains("is fed by stream 'live' (state OWNED)", "tenant release --tenant acme");
      assertThat(
              Cli.fine(
                  command(
                      "bills withdraw",
                      "--account",
                      "1",
                      "--yes",
                      "--bootstrap-servers",
                      stream.bootstrapServers())))
          .contains("#2: 0 charges", "2 charges withdrawn");
      LiveStream.await(
          "the withdrawal",
          PATIENCE,
          () -> states().equals(List.of("1 #1 withdrawn", "1 #2 withdrawn")));
      LiveStream.await("nothing left", PATIENCE, () -> stream.total("acme").signum() == 0);
      assertThat(stream.audit()).isEmpty();
    }
  }

  @Test
  void whatWasRefusedAsTooOldIsAdmittedInOneRun() throws Exception {
    YearMonth old = YearMonth.of(2024, 9);
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      stream.publish(
          List.of(
              charge(
                  YearMonth.from(Clock.systemUTC().instant().atOffset(ZoneOffset.UTC)),
                  "now",
                  1,
                  "8")));
      LiveStream.await("an owner", PATIENCE, () -> stream.total("acme").signum() > 0);
      for (int twice = 0; twice < 2; twice++) {
        stream.publish(
            List.of(
                charge(old, "a", 1, "1"),
                charge(old, "b", 1, "2"),
                LiveStream.record(
                    """
                    {"type":"delivery","tenant_id":"acme","delivery_id":"d","sequence":1,"rows":2,
                     "billing_period_start":"%s-01T00:00:00Z"}
                    """
                        .formatted(old)),
                LiveStream.record(
                    """
                    {"type":"usage","tenant_id":"acme","event_id":"e","source":"s",
                     "event_time":"%s-01T00:00:00Z","resource_id":"r","meter":"m","quantity":1,"unit":"h"}
                    """
                        .formatted(old))));
      }
      LiveStream.await("rejections", PATIENCE, () -> stream.rejections().size() == 8);
      stream.stop();

      assertThat(Cli.fine(command("backfill", "--as-known-now"))).isEqualTo("admitted: 4\n");
      Cli.fine("audit", "--warehouse", warehouse());
      assertThat(Costs.totals(warehouse(), "acme", "billed").get("USD")).isEqualByComparingTo("11");
      Cli.fine(command("backfill", "--verify"));
      SortedMap<String, Long> done = Tables.snapshots(warehouse());
      assertThat(Cli.fine(command("backfill", "--as-known-now"))).isEqualTo("admitted: 0\n");
      assertThat(Costs.totals(warehouse(), "acme", "billed").get("USD")).isEqualByComparingTo("11");
      assertThat(Tables.snapshots(warehouse()).get("charges")).isEqualTo(done.get("charges"));

      stream.start(Limits.NONE);
      stream.publish(List.of(charge(old, "b", 2, "2.5"), charge(old, "c", 2, "4")));
      LiveStream.await("rejections", PATIENCE, () -> stream.rejections().size() == 10);
      assertThat(Cli.fine(command("backfill", "--as-known-now")))
          .as("beside a stream that runs")
          .isEqualTo("admitted: 2\n");
      assertThat(Costs.totals(warehouse(), "acme", "billed").get("USD"))
          .isEqualByComparingTo("15.5");
      assertThat(stream.audit()).isEmpty();
    }
  }

  private static SpecificRecordBase charge(YearMonth month, String key, long version, String cost) {
    return LiveStream.record(
        """
        {"type":"charge","tenant_id":"acme","charge_key":"%s","version":%d,"resource_id":"%s",
         "charge_period_start":"%s-01T00:00:00Z","charge_period_end":"%s-01T01:00:00Z",
         "billing_currency":"USD","billed_cost":"%s"}
        """
            .formatted(key, version, key, month, month, cost));
  }
}
