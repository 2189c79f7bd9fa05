package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tributary.events.UsageHour;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ids of usage that were used again: what counts is the same in whatever order and way they come.
 */
class ReusedIdsIT {

  private static final String TENANT = "acme";

  /** A price of 2 USD an hour, and a bill for the first hour of the first machine. */
  private static final List<String> RECORDS =
      List.of(
          "{\"type\":\"price\",\"meter\":\"hours\",\"unit\":\"h\",\"currency\":\"USD\","
              + "\"unit_price\":\"2\",\"valid_from\":\"2026-01-01T00:00:00Z\",\"version\":1}",
          // In four hours, of two days and two months: four events.
          used("e1", "2026-03-05T10:15:00Z", "i-1", "1", "web"),
          used("e1", "2026-03-05T11:15:00Z", "i-1", "1", "web"),
          used("e1", "2026-03-31T23:59:59Z", "i-1", "1", "web"),
          used("e1", "2026-04-01T00:00:00Z", "i-1", "1", "web"),
          // Of two resources: two events.
          used("e2", "2026-03-06T10:00:00Z", "i-1", "3", ""),
          used("e2", "2026-03-06T10:00:00Z", "i-2", "4", ""),
          // In one hour with three contents: one event, the earliest.
          used("e3", "2026-03-07T10:30:00Z", "i-1", "10", "web"),
          used("e3", "2026-03-07T10:20:00Z", "i-1", "20", "pay"),
          used("e3", "2026-03-07T10:40:00Z", "i-1", "30", ""),
          // At one instant: the smaller encoding.
          used("e4", "2026-03-08T10:30:00Z", "i-3", "6", ""),
          used("e4", "2026-03-08T10:30:00Z", "i-3", "5", ""),
          "{\"type\":\"charge\",\"charge_key\":\"c\",\"version\":1,\"resource_id\":\"i-1\","
              + "\"sku_meter\":\"hours\",\"charge_period_start\":\"2026-03-07T10:00:00Z\","
              + "\"charge_period_end\":\"2026-03-07T11:00:00Z\",\"billing_currency\":\"USD\","
              + "\"billed_cost\":\"50\"}");

  @TempDir private static Path files;
  @TempDir private static Path home;

  private static String used(
      String id, String time, String resource, String quantity, String team) {
    return ("{\"type\":\"usage\",\"event_id\":\"%s\",\"source\":\"agent\",\"event_time\":\"%s\","
            + "\"resource_id\":\"%s\",\"meter\":\"hours\",\"quantity\":\"%s\",\"unit\":\"h\",\"labels\":{%s}}")
        .formatted(id, time, resource, quantity, team.isEmpty() ? "" : "\"team\":\"" + team + "\"");
  }

  private static String takeIn(
      String command, String warehouse, List<String> records, Object... more) throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of(
                command,
                "--warehouse",
                home.resolve(warehouse),
                "--tenant",
                TENANT,
                command.equals("backfill") ? "--records" : "--events",
                Files.write(files.resolve(warehouse + ".jsonl"), records),
                "--definitions",
                Files.writeString(
                    files.resolve("teams.yaml"),
                    "Dimensions: {Team: {GroupBy: {Source: Tag:team}}}")));
    args.addAll(List.of(more));
    return Cli.fine(args.toArray());
  }

  @BeforeAll
  static void takeIn() throws IOException {
    List<String> reversed = new ArrayList<>(RECORDS);
    Collections.reverse(reversed);
    assertThat(takeIn("backfill", "backfill", RECORDS)).contains("conflicting: 3 usage events");
    assertThat(takeIn("backfill", "backfill-reversed", reversed))
        .contains("conflicting: 3 usage events");
    assertThat(takeIn("replay", "replay", RECORDS)).contains("0 rejected, 3 conflicting");
    assertThat(takeIn("replay", "replay-reversed", reversed)).contains("0 rejected, 3 conflicting");
    takeIn("replay", "shuffled", RECORDS, "--shuffle", 11, "--duplicate", 0.7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "backfill-reversed", "replay", "replay-reversed", "shuffled"})
  void whatCountsDependsOnNeitherOrderNorWay(String warehouse) {
    Path directory = home.resolve(warehouse);
    assertThat(Costs.by(directory, TENANT, "effective", "Hour,SkuMeter,Team,ResourceId"))
        .containsOnly(
            entry("2026-03-05T10:00:00Z|hours|web|i-1|USD", cost("2")),
            entry("2026-03-05T11:00:00Z|hours|web|i-1|USD", cost("2")),
            entry("2026-03-31T23:00:00Z|hours|web|i-1|USD", cost("2")),
            entry("2026-04-01T00:00:00Z|hours|web|i-1|USD", cost("2")),
            entry("2026-03-06T10:00:00Z|hours|null|i-1|USD", cost("6")),
            entry("2026-03-06T10:00:00Z|hours|null|i-2|USD", cost("8")),
            entry("2026-03-07T10:00:00Z|hours|pay|i-1|USD", cost("50")),
            entry("2026-03-08T10:00:00Z|hours|null|i-3|USD", cost("10")));
    assertThat(Tables.netLedger(directory, TENANT))
        .isEqualTo(Tables.netLedger(home.resolve("backfill"), TENANT));
    assertThat(Tables.netErrors(directory, TENANT))
        .isEqualTo(Tables.netErrors(home.resolve("backfill"), TENANT));
    assertThat(
            Tables.rows(directory, TENANT, UsageHour.class).stream()
                .mapToLong(UsageHour::getEvents)
                .sum())
        .as("events that count")
        .isEqualTo(8);
    Cli.fine("audit", "--warehouse", directory);
    Cli.fine("backfill", "--warehouse", directory, "--tenant", TENANT, "--verify");
  }

  private static BigDecimal cost(String amount) {
    return new BigDecimal(amount);
  }

  @Test
  void theLedgerCountsWhatBecameOfEachRecord() {
    try (Warehouse open = Warehouse.openExisting(WarehouseSettings.local(home.resolve("replay")))) {
      Map<String, Long> tallies = SnapshotMarks.tallies(open.table(WarehouseTable.COST_LEDGER));
      assertThat(count(tallies, "in.")).isEqualTo(RECORDS.size() + 1);
      assertThat(count(tallies, "conflicting.")).isEqualTo(3);
      assertThat(count(tallies, "applied.")).isEqualTo(RECORDS.size() + 1 - 3);
    }
  }

  private static long count(Map<String, Long> tallies, String prefix) {
    return tallies.entrySet().stream()
        .filter(tally -> tally.getKey().startsWith(prefix))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
