package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.events.RecordTime;
import io.tributary.jobs.Limits;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code audit} compares usage with what the ledger made of it, and finds nothing else. */
class UsageAuditIT {

  private static final String TENANT = "acme";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Three machines; a bill covers two hours of the first, and one meter has no price. */
  private static final List<String> RECORDS =
      List.of(
          price("0.25"),
          used("u1", "2026-03-05T10:15:00Z", "i-1", "hours", "1"),
          used("u2", "2026-03-05T11:15:00Z", "i-1", "hours", "3"),
          used("u3", "2026-03-05T11:45:00Z", "i-1", "hours", "0.5"),
          used("u4", "2026-03-05T12:15:00Z", "i-1", "hours", "10"),
          used("u5", "2026-03-06T12:15:00Z", "i-2", "hours", "7"),
          used("u6", "2026-03-06T12:15:00Z", "i-3", "free", "5"),
          """
          {"type":"charge","charge_key":"c","version":1,"resource_id":"i-1","sku_meter":"hours",\
          "charge_period_start":"2026-03-05T10:00:00Z","charge_period_end":"2026-03-05T12:00:00Z",\
          "billing_currency":"USD","billed_cost":"6"}\
          """);

  @TempDir private static Path directory;

  private static String price(String unitPrice) {
    return """
        {"type":"price","meter":"hours","unit":"h","currency":"USD","unit_price":"%s",\
        "valid_from":"2026-01-01T00:00:00Z","version":1}\
        """
        .formatted(unitPrice);
  }

  private static String used(
      String id, String time, String resource, String meter, String quantity) {
    return """
        {"type":"usage","event_id":"%s","source":"agent","event_time":"%s","resource_id":"%s",\
        "meter":"%s","quantity":"%s","unit":"h"}\
        """
        .formatted(id, time, resource, meter, quantity);
  }

  private static Path warehouse(String way) {
    return directory.resolve(way);
  }

  private static void takeIn(String way, Path warehouse, Path records, Object... more) {
    String files = way.equals("backfill") ? "--records" : "--events";
    List<Object> command =
        new ArrayList<>(List.of(way, "--warehouse", warehouse, "--tenant", TENANT, files, records));
    command.addAll(List.of(more));
    Cli.fine(command.toArray());
  }

  @BeforeAll
  static void takeIn() throws IOException {
    Path records = Files.write(directory.resolve("records.jsonl"), RECORDS);
    for (String way : List.of("backfill", "replay")) {
      takeIn(way, warehouse(way), records);
      assertThat(Cli.fine("audit", "--warehouse", warehouse(way)))
          .contains("checked 1 tenants", " 5 usage cells of 2 days, ", "every invariant holds");
    }
  }

  private static boolean isEstimate(Record row, String hour) {
    return Objects.equals(row.getField("basis"), "estimated")
        && isAt(row, "charge_period_start", hour);
  }

  private static boolean isAt(Record row, String column, String hour) {
    return row.getField(column) instanceof OffsetDateTime time
        && time.toInstant().toString().equals(hour);
  }

  /** What a change does, and what it makes of a quantity. */
  private record Change(
      String name,
      WarehouseTable table,
      Predicate<Record> row,
      Consumer<List<Record>> change,
      String subject,
      String expected,
      String actual) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> changes() {
    Predicate<Record> estimate = row -> isEstimate(row, "2026-03-06T12:00:00Z");
    Predicate<Record> cell =
        row -> isAt(row, "hour", "2026-03-06T12:00:00Z") && "hours".equals(row.getField("meter"));
    String second = "usage of i-2, meter hours, unit h, 2026-03-06, ";
    List<Change> changes =
        List.of(
            new Change(
                "altered quantity",
                WarehouseTable.COST_LEDGER,
                estimate,
                rows -> set(rows, estimate, "consumed_quantity", "7.000000000000000001"),
                second + "quantity",
                "7",
                "7.000000000000000001"),
            new Change(
                "altered cost",
                WarehouseTable.COST_LEDGER,
                estimate,
                rows -> set(rows, estimate, "effective_cost", "1.750000000000000001"),
                second + "effective_cost, USD",
                "1.75",
                "1.750000000000000001"),
            new Change(
                "unreversed",
                WarehouseTable.COST_LEDGER,
                estimate,
                rows -> rows.add(unreversed(first(rows, estimate))),
                "usage of i-1, meter hours, unit h, 2026-03-05, quantity",
                "10",
                "13.5"),
            new Change(
                "altered cell",
                WarehouseTable.USAGE_HOURLY,
                cell,
                rows -> set(rows, cell, "quantity", "6"),
                second + "quantity",
                "6",
                "7"),
            new Change(
                "dropped",
                WarehouseTable.COST_LEDGER,
                estimate,
                rows -> rows.remove(first(rows, estimate)),
                second + "quantity",
                "7",
                "0"),
            new Change(
                "doubled",
                WarehouseTable.COST_LEDGER,
                estimate,
                rows -> rows.add(first(rows, estimate).copy()),
                second + "quantity",
                "7",
                "14"));
    return Stream.of("backfill", "replay")
        .flatMap(way -> changes.stream().map(change -> Arguments.of(way, change)));
  }

  private static Record first(List<Record> rows, Predicate<Record> like) {
    return rows.stream().filter(like).findFirst().orElseThrow();
  }

  private static void set(List<Record> rows, Predicate<Record> like, String column, String amount) {
    first(rows, like).setField(column, new BigDecimal(amount).setScale(18));
  }

  /** The estimate of 3.5 h that the bill has taken the place of. */
  private static Record unreversed(Record estimate) {
    Record entry = estimate.copy();
    OffsetDateTime hour = OffsetDateTime.parse("2026-03-05T11:00:00Z");
    entry.setField("resource_id", "i-1");
    entry.setField("charge_period_start", hour);
    entry.setField("charge_period_end", hour.plusHours(1));
    entry.setField("consumed_quantity", new BigDecimal("3.5").setScale(18));
    for (String cost : List.of("billed_cost", "effective_cost", "list_cost", "contracted_cost")) {
      entry.setField(cost, new BigDecimal("0.875").setScale(18));
    }
    return entry;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("changes")
  void aChangeIsFoundByName(String way, Change change) throws IOException {
    Path warehouse = warehouse(way);
    Damage.rewriteWhere(warehouse, change.table, change.row, change.change);
    Cli.Outcome outcome = Cli.run("audit", "--warehouse", warehouse, "--format", "json");
    assertThat(outcome.exitCode()).isOne();
    JsonNode findings = Costs.json(outcome.out()).get("findings");
    assertThat(findings)
        .filteredOn(finding -> finding.get("invariant").textValue().equals("I9"))
        .anySatisfy(
            finding -> {
              assertThat(finding.get("tenant").textValue()).isEqualTo(TENANT);
              assertThat(finding.get("subject").textValue()).isEqualTo(change.subject);
              assertThat(finding.get("expected").textValue()).isEqualTo(change.expected);
              assertThat(finding.get("actual").textValue()).isEqualTo(change.actual);
            });
    Damage.undo(warehouse, change.table);
    Cli.fine("audit", "--warehouse", warehouse);
  }

  @ParameterizedTest(name = "inputs of seed {0}, order of seed {1}")
  @CsvSource({"3, 31", "4, 41"})
  void recordedHistoriesHold(long seed, long order) throws IOException {
    Path records = Recorded.of(seed, 600).write(directory.resolve("history-" + seed + ".jsonl"));
    Path backfilled = warehouse("backfilled-" + seed);
    takeIn("backfill", backfilled, records);
    holds(backfilled);
    Path streamed = warehouse("streamed-" + seed);
    takeIn("replay", streamed, records, "--shuffle", order, "--duplicate", 0.2);
    holds(streamed);

    // By day from now on; then usage of the same days comes after all.
    Cli.fine("tiers", "freeze", "--warehouse", backfilled, "--before", "2026-02");
    holds(backfilled);
    Path more =
        Files.write(directory.resolve("more-" + seed + ".jsonl"), Recorded.moreUsage(seed, 100));
    takeIn("backfill", backfilled, more);
    holds(backfilled);
    Cli.fine("tenant", "erase", "--warehouse", backfilled, "--tenant", TENANT);
    assertThat(Cli.fine("audit", "--warehouse", backfilled))
        .contains("checked 0 tenants, ", " 0 usage cells of 0 days, ");
  }

  private static void holds(Path warehouse) {
    assertThat(Cli.fine("audit", "--warehouse", warehouse))
        .contains("checked 1 tenants, ", " usage cells of ", "every invariant holds")
        .doesNotContain(" 0 usage cells");
  }

  /** Prices, entities and definitions come in the midst of usage and bills. */
  @ParameterizedTest(name = "inputs of seed {0}")
  @CsvSource({"5"})
  void aStreamHoldsAtEveryCheckpoint(long seed) throws Exception {
    List<SpecificRecordBase> records = new ArrayList<>();
    for (String line : Recorded.of(seed, 800).lines()) {
      if (line.startsWith("{\"type\"") && !line.contains("\"tenant_id\"")) {
        records.addAll(parsed(ofOpenMonths(line)));
      }
    }
    Collections.shuffle(records, new Random(seed));
    try (LiveStream stream = new LiveStream(directory.resolve("live"))) {
      stream.start(Limits.NONE);
      int audits = 0;
      try (Publisher publisher = stream.publisher()) {
        for (int from = 0; from < records.size(); from += 100) {
          records
              .subList(from, Math.min(records.size(), from + 100))
              .forEach(record -> publisher.publish(record, RecordTime.of(record)));
          publisher.flush();
          assertThat(stream.audit()).as("after %s records", from).isEmpty();
          audits++;
        }
      }
      LiveStream.await("all", PATIENCE, () -> stream.counted("in") >= records.size());
      assertThat(stream.audit()).isEmpty();
      stream.stop();
      assertThat(audits).isGreaterThan(5);
    }
    holds(directory.resolve("live/warehouse"));
  }

  /** The same about the two months before this one: of older ones a stream forgets what it knew. */
  private static String ofOpenMonths(String line) {
    YearMonth month = YearMonth.now(LiveStream.CLOCK);
    return line.replace("2026-03-", month + "~")
        .replace("2026-02-", month.minusMonths(1) + "~")
        .replace("2026-01-", month.minusMonths(2) + "~")
        .replace('~', '-');
  }

  private static List<SpecificRecordBase> parsed(String line) {
    try {
      return List.of(
          LiveStream.record(line.replaceFirst("\\{", "{\"tenant_id\":\"" + TENANT + "\",")));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  @Test
  void usageThatIsAdmittedAfterAllIsCompared() throws Exception {
    try (LiveStream stream = new LiveStream(directory.resolve("late"))) {
      stream.start(Limits.NONE);
      List<String> lines = RECORDS.stream().filter(line -> line.contains("usage")).toList();
      List<SpecificRecordBase> late = lines.stream().flatMap(l -> parsed(l).stream()).toList();
      stream.publish(late);
      stream.publish(parsed(price("0.25")));
      LiveStream.await("rejections", PATIENCE, () -> stream.rejections().size() == late.size());
      stream.stop();
      Path warehouse = directory.resolve("late/warehouse");
      Object[] admit = {"backfill", "--warehouse", warehouse, "--tenant", TENANT, "--as-known-now"};
      assertThat(Cli.fine(admit)).contains("admitted: " + late.size());
      holds(warehouse);
    }
  }
}
