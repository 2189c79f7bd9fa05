package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is past its retention is gone, and nothing brings it back. */
@Timeout(240)
class RetentionIT {

  private static final YearMonth NOW =
      YearMonth.from(LiveStream.CLOCK.instant().atOffset(ZoneOffset.UTC));
  private static final YearMonth KEPT_FROM = NOW.minusMonths(13);
  private static final YearMonth LAST_REMOVED = KEPT_FROM.minusMonths(1);

  @TempDir private Path directory;

  private static List<String> inputs(String tenant, List<YearMonth> months) {
    List<String> lines = new ArrayList<>();
    lines.add(
        """
        {"type":"definitions","tenant_id":"%s","version":1,"effective_from":"1970-01-01T00:00:00Z",\
        "yaml":"Dimensions:\\n  Team:\\n    Rules:\\n      - Type: GroupBy\\n        Source: 'Tag:team'\\n"}\
        """
            .formatted(tenant));
    lines.add(
        """
        {"type":"price","tenant_id":"%s","meter":"hours","unit":"h","currency":"USD",\
        "unit_price":"0.5","valid_from":"2000-01-01T00:00:00Z","version":1}\
        """
            .formatted(tenant));
    for (YearMonth month : months) {
      lines.add(
          """
          {"type":"charge","tenant_id":"%s","charge_key":"c %s","version":1,"resource_id":"r1",\
          "charge_period_start":"%s-05T00:00:00Z","charge_period_end":"%s-05T01:00:00Z",\
          "billing_currency":"USD","billed_cost":"2","effective_cost":"2","tags":{"team":"web"}}\
          """
              .formatted(tenant, month, month, month));
      lines.add(
          """
          {"type":"usage","tenant_id":"%s","event_id":"u %s","source":"agent",\
          "event_time":"%s-06T00:00:00Z","resource_id":"r2","meter":"hours","quantity":"2",\
          "unit":"h","labels":{"team":"web"}}\
          """
              .formatted(tenant, month, month));
    }
    return lines;
  }

  private Path file(String name, List<String> lines) throws Exception {
    return Files.write(directory.resolve(name), lines);
  }

  @Test
  void periodsPastTheirRetentionAreGoneAndStayGone() throws Exception {
    Path path = directory.resolve("warehouse");
    List<YearMonth> months = List.of(KEPT_FROM.minusYears(3), LAST_REMOVED, KEPT_FROM, NOW);
    for (String tenant : List.of("acme", "globex")) {
      Path inputs = file(tenant + ".jsonl", inputs(tenant, months));
      Cli.fine("backfill", "--warehouse", path, "--tenant", tenant, "--usage", inputs);
    }
    String others = monthsOf(path, "globex");
    assertThat(monthsOf(path, "acme").lines()).as("header and months").hasSize(5);
    Path config =
        file(
            "config.yaml",
            List.of(
                "warehouse: {directory: " + path + "}",
                "maintenance: {retention: {tenants: {acme: 13}}}"));

    assertThat(Cli.fine("tiers", "expire", "--config", config, "--dry-run"))
        .contains(
            "cost_ledger: 4 rows of billing periods past their retention would be removed",
            "charges: 2 rows");
    assertThat(monthsOf(path, "acme").lines()).hasSize(5);
    assertThat(Cli.fine("tiers", "expire", "--config", config))
        .contains("cost_ledger: 4 rows of billing periods past their retention removed");

    assertThat(monthsOf(path, "acme"))
        .contains(KEPT_FROM.toString(), NOW.toString())
        .doesNotContain(LAST_REMOVED.toString());
    assertThat(monthsOf(path, "globex")).isEqualTo(others);
    assertThat(Cli.run("query", "--warehouse", path, "--tenant", "acme").err())
        .contains("billing periods before " + KEPT_FROM + " are past their retention");
    assertThat(
            Cli.run("query", "--warehouse", path, "--tenant", "acme", "--from", KEPT_FROM + "-01")
                .err())
        .isEmpty();
    Cli.fine("audit", "--warehouse", path);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--verify");
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme");
    assertThat(Cli.fine("tiers", "expire", "--config", config)).doesNotContain("removed");
    assertThatNothingBringsItBack(path);
    Cli.fine("audit", "--warehouse", path);
  }

  private void assertThatNothingBringsItBack(Path path) throws Exception {
    Path old = file("old.jsonl", inputs("acme", List.of(LAST_REMOVED.minusMonths(1))));
    assertThat(
            Cli.run("backfill", "--warehouse", path, "--tenant", "acme", "--usage", old).problem())
        .contains("is past its retention and was removed; nothing was written");
    assertThat(
            Cli.run(
                    "backfill",
                    "--warehouse",
                    path,
                    "--tenant",
                    "acme",
                    "--period",
                    LAST_REMOVED.toString())
                .problem())
        .contains("before " + KEPT_FROM + " everything of acme is past its retention");
    assertThat(monthsOf(path, "acme")).doesNotContain(LAST_REMOVED.toString());
  }

  private static String monthsOf(Path path, String tenant) {
    return Cli.fine(
        "query", "--warehouse", path, "--tenant", tenant, "--by", "Month", "--format", "csv");
  }
}
