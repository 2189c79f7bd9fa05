package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Rejection;
import io.tributary.jobs.Limits;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is past its retention is gone, and nothing brings it back. */
@Timeout(240)
class RetentionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final YearMonth NOW =
      YearMonth.from(LiveStream.CLOCK.instant().atOffset(ZoneOffset.UTC));
  private static final YearMonth KEPT_FROM = NOW.minusMonths(13);
  private static final YearMonth LAST_REMOVED = KEPT_FROM.minusMonths(1);

  /** When the months of three clouds start, after that of UTC. */
  private static final List<Integer> HOURS_LATE = List.of(0, 8, -8);

  @TempDir private Path directory;

  private static List<String> inputs(String tenant, List<YearMonth> months) {
    List<String> lines = new ArrayList<>();
    lines.add(
        """
        {"type":"definitions","tenant_id":"%s","version":1,"effective_from":"1970-01-01T00:00:00Z",\
        "yaml":"Dimensions:\\n  Team: {GroupBy: {Source: 'Tag:team'}}\\n  Shared:\\n    Type: Allocation\\n    AllocateByRules:\\n      AllocationMethod: Proportional\\n      SpendToAllocate: {Source: 'User:Defined:Team', Conditions: [Equals: all]}\\n      AcrossElements: {GroupBy: {Source: 'User:Defined:Team'}}\\n"}\
        """
            .formatted(tenant));
    lines.add(
        """
        {"type":"price","tenant_id":"%s","meter":"hours","unit":"h","currency":"USD",\
        "unit_price":"0.5","valid_from":"2000-01-01T00:00:00Z","version":1}\
        """
            .formatted(tenant));
    for (YearMonth month : months) {
      for (int hoursLate : HOURS_LATE) {
        lines.add(charge(tenant, month, hoursLate));
      }
      lines.add(usage(tenant, "u " + month, month + "-06T00:00:00Z"));
    }
    return lines;
  }

  /** Of a cloud whose month starts so many hours after that of UTC. */
  private static String charge(String tenant, YearMonth month, int hoursLate) {
    Instant start =
        month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).plus(hoursLate, ChronoUnit.HOURS);
    return """
        {"type":"charge","tenant_id":"%s","charge_key":"c %s","version":1,"resource_id":"r1",\
        "service_provider_name":"cloud %d","billing_period_start":"%s",\
        "charge_period_start":"%s-05T00:00:00Z","charge_period_end":"%s-05T01:00:00Z",\
        "billing_currency":"USD","billed_cost":"2","effective_cost":"2","tags":{"team":"web"}}\
        """
        .formatted(tenant, start, hoursLate, start, month, month);
  }

  private static String usage(String tenant, String id, Object time) {
    return """
        {"type":"usage","tenant_id":"%s","event_id":"%s","source":"agent","event_time":"%s",\
        "resource_id":"r2","meter":"hours","quantity":"2","unit":"h","labels":{"team":"all"}}\
        """
        .formatted(tenant, id, time);
  }

  private Path file(String name, List<String> lines) throws Exception {
    return Files.write(directory.resolve(name), lines);
  }

  private Path config(Path warehouse) throws Exception {
    return file(
        "config.yaml",
        List.of(
            "warehouse: {directory: " + warehouse + "}",
            "maintenance: {retention: {tenants: {acme: 13}}}"));
  }

  @Test
  void periodsPastTheirRetentionAreGoneAndStayGone() throws Exception {
    Path path = directory.resolve("warehouse");
    List<YearMonth> months = List.of(KEPT_FROM.minusYears(3), LAST_REMOVED, KEPT_FROM, NOW);
    for (String tenant : List.of("acme", "globex")) {
      Path inputs = file(tenant + ".jsonl", inputs(tenant, months));
      Cli.fine("backfill", "--warehouse", path, "--tenant", tenant, "--records", inputs);
    }
    String others = monthsOf(path, "globex");
    assertThat(monthsOf(path, "acme").lines()).as("header and months").hasSize(5);
    Path config = config(path);

    assertThat(Cli.fine("tiers", "expire", "--config", config, "--dry-run"))
        .contains(
            "cost_ledger: 12 rows of billing periods past their retention would be removed",
            "charges: 6 rows");
    assertThat(monthsOf(path, "acme").lines()).hasSize(5);
    assertThat(Cli.fine("tiers", "expire", "--config", config))
        .contains("cost_ledger: 12 rows of billing periods past their retention removed");

    assertThat(monthsOf(path, "acme"))
        .contains(KEPT_FROM.toString(), NOW.toString())
        .doesNotContain(LAST_REMOVED.toString());
    assertThat(monthsOf(path, "globex")).isEqualTo(others);
    assertThatEveryCloudHas(path, KEPT_FROM, NOW);
    assertThat(Cli.run("query", "--warehouse", path, "--tenant", "acme").err())
        .contains("billing periods before " + KEPT_FROM + " are past their retention");
    assertThat(
            Cli.run("query", "--warehouse", path, "--tenant", "acme", "--from", KEPT_FROM + "-01")
                .err())
        .isEmpty();
    assertThat(ofMonth(path, KEPT_FROM).err()).isEmpty();
    assertThat(ofMonth(path, LAST_REMOVED).err())
        .contains("billing periods before " + KEPT_FROM + " are past their retention");
    Cli.fine("audit", "--warehouse", path);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--verify");
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme");
    assertThat(Cli.fine("tiers", "expire", "--config", config)).doesNotContain("removed");
    assertThatNothingBringsItBack(path);
    Cli.fine("audit", "--warehouse", path);
  }

  /** A charge of a removed month that covers usage of a later one is kept, but for that alone. */
  @Test
  void whatIsKeptOfARemovedMonthIsToldNowhere() throws Exception {
    Path path = directory.resolve("warehouse");
    Cli.fine(
        "backfill",
        "--warehouse",
        path,
        "--tenant",
        "acme",
        "--records",
        file("usage.jsonl", List.of(usage("acme", "u", KEPT_FROM + "-01T00:30:00Z"))),
        "--charges",
        bill(LAST_REMOVED, 28, KEPT_FROM + "-01T02:00:00Z"),
        bill(KEPT_FROM, 1, KEPT_FROM + "-02T00:00:00Z"));
    Cli.fine("tiers", "expire", "--config", config(path));

    assertThat(Cli.fine("bills", "list", "--warehouse", path, "--tenant", "acme"))
        .containsPattern(LAST_REMOVED + " +#?1 +removed")
        .containsPattern(KEPT_FROM + " +#?1 +live");
    Cli.Outcome withdrawn =
        Cli.run(
            "bills",
            "withdraw",
            "--yes",
            "--warehouse",
            path,
            "--tenant",
            "acme",
            "--period-start",
            LAST_REMOVED);
    assertThat(withdrawn.exitCode()).isOne();
    assertThat(withdrawn.problem()).contains("past its retention");
    Path none = file("none.yaml", List.of("Dimensions: {Team: {GroupBy: {Source: 'Tag:team'}}}"));
    Path some = file("some.yaml", List.of("Dimensions: {Team: {GroupBy: {Source: ServiceName}}}"));
    assertThat(Cli.fine("definitions", "diff", none, some, "--warehouse", path, "--tenant", "acme"))
        .contains("Team, " + KEPT_FROM + ", USD", "0 -> 7 (+7)")
        .doesNotContain(LAST_REMOVED.toString());
    Cli.fine("audit", "--warehouse", path);
  }

  /** Of one charge of 7 dollars, from a day of its month. */
  private Path bill(YearMonth month, int day, String end) throws Exception {
    return file(
        month + ".csv",
        List.of(
            "BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd,BilledCost,EffectiveCost,"
                + "BillingCurrency,ChargeCategory,ServiceName,ServiceProviderName,"
                + "BillingAccountId,ResourceId",
            "%s-01T00:00:00Z,%s-%02dT00:00:00Z,%s,7,7,USD,Usage,Compute,AWS,123456789012,r2"
                .formatted(month, month, day, end)));
  }

  @Test
  void periodsGoBesideTheStreamThatOwnsTheTenant() throws Exception {
    Path path = directory.resolve("warehouse");
    List<String> history = inputs("acme", List.of(LAST_REMOVED, KEPT_FROM, NOW));
    Cli.fine(
        "backfill", "--warehouse", path, "--tenant", "acme", "--records", file("h.jsonl", history));
    Path config = config(path);
    try (LiveStream stream = new LiveStream(directory)) {
      stream.startAdopting();
      AtomicInteger sent = new AtomicInteger();
      AtomicBoolean isOver = new AtomicBoolean();
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> send(stream, sent, isOver));
      LiveStream.await("the stream", PATIENCE, () -> stream.counted("applied") > 5);

      assertThat(Cli.fine("tiers", "expire", "--config", config))
          .containsPattern(
              "cost_ledger: \\d+ rows of billing periods past their retention removed");

      long during = stream.counted("applied");
      LiveStream.await("more", PATIENCE, () -> stream.counted("applied") > during + 5);
      // What it holds of the removed month, if anything, would be told by a record of that month.
      stream.publish(
          List.of(LiveStream.record(usage("acme", "late", LAST_REMOVED + "-06T01:00:00Z"))));
      LiveStream.await("the late", PATIENCE, () -> !stream.rejections().isEmpty());
      isOver.set(true);
      sending.join();
      awaitApplied(stream, sent.get());
      assertThat(stream.rejections())
          .extracting(Rejection::getReason)
          .containsExactly("BEYOND_HORIZON");
      // A stream that is stopped between the two commits leaves the sums to the next one.
      LiveStream.await("the sums by day", PATIENCE, () -> Tables.daysFollow(path));
      stream.stop();
      assertThatItIsGone(path, sent.get());

      stream.start(Limits.NONE);
      stream.publish(
          List.of(LiveStream.record(usage("acme", "again", LiveStream.CLOCK.instant()))));
      awaitApplied(stream, sent.get() + 1);
      assertThat(stream.audit()).isEmpty();
      LiveStream.await("the sums by day", PATIENCE, () -> Tables.daysFollow(path));
      stream.stop();
      assertThatItIsGone(path, sent.get() + 1);
    }
  }

  private static void send(LiveStream stream, AtomicInteger sent, AtomicBoolean isOver) {
    while (!isOver.get()) {
      String id = "live-" + sent.incrementAndGet();
      stream.publish(List.of(LiveStream.record(usage("acme", id, LiveStream.CLOCK.instant()))));
      Feed.pause(Duration.ofMillis(50));
    }
  }

  private static void awaitApplied(LiveStream stream, int records) throws Exception {
    LiveStream.await(
        records + " records",
        PATIENCE,
        () ->
            stream.counted("applied") == records
                && !stream.tallies().containsKey("unsettled.acme"));
  }

  private static void assertThatItIsGone(Path path, int hoursSent) {
    Cli.fine("audit", "--warehouse", path);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--verify");
    assertThat(Tables.daysFollow(path)).isTrue();
    assertThat(monthsOf(path, "acme"))
        .contains(KEPT_FROM + ",")
        .doesNotContain(LAST_REMOVED.toString());
    assertThatEveryCloudHas(path, KEPT_FROM, NOW);
    assertThat(Costs.totals(path, "acme", "effective"))
        .as("of two months of history, and of each that was sent")
        .isEqualTo(Map.of("USD", BigDecimal.valueOf(2 * 7 + hoursSent)));
  }

  private static void assertThatEveryCloudHas(Path path, YearMonth... months) {
    SortedMap<String, BigDecimal> expected = new TreeMap<>();
    for (YearMonth month : months) {
      HOURS_LATE.forEach(
          late -> expected.put("cloud " + late + "|" + month + "|USD", BigDecimal.valueOf(2)));
    }
    assertThat(
            Costs.answer(
                path, "acme", "--by", "ServiceProviderName,BillingMonth", "--basis", "billed"))
        .isEqualTo(expected);
  }

  private void assertThatNothingBringsItBack(Path path) throws Exception {
    Path old = file("old.jsonl", inputs("acme", List.of(LAST_REMOVED.minusMonths(1))));
    assertThat(
            Cli.run("backfill", "--warehouse", path, "--tenant", "acme", "--records", old)
                .problem())
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

  private static Cli.Outcome ofMonth(Path path, YearMonth month) {
    return Cli.run("query", "--warehouse", path, "--tenant", "acme", "--period", month);
  }

  private static String monthsOf(Path path, String tenant) {
    return Cli.fine(
        "query", "--warehouse", path, "--tenant", tenant, "--by", "Month", "--format", "csv");
  }
}
