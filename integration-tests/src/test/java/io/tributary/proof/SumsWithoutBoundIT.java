package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Amounts that each fit DECIMAL(38,18) and together do not: charges, usage, estimates, pools and
 * parts. Every way in gives one ledger, every command goes on, and the tenant beside it has the
 * answers that it had.
 */
class SumsWithoutBoundIT {

  private static final String TENANT = "huge";
  private static final String OTHER = "calm";
  private static final BigDecimal MOST = new BigDecimal("99999999999999999999.999999999999999999");
  private static final String DEFINITIONS =
      """
      Dimensions:
        Team: {GroupBy: {Source: Tag:team}}
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: Proportional
            SpendToAllocate: {Conditions: [{Source: ServiceName, Equals: Support}]}
            AcrossElements: {GroupBy: {Source: User:Defined:Team}}
        Owner:
          GroupBy: {Sources: [User:Defined:Shared, User:Defined:Team], CoalesceSources: true}
      """;

  /** A price of 2 USD; usage that a bill covers (i-2) and that none does; a shared cost. */
  private static final List<String> RECORDS =
      List.of(
          "{\"type\":\"price\",\"meter\":\"hours\",\"unit\":\"h\",\"currency\":\"USD\","
              + "\"unit_price\":\"2\",\"valid_from\":\"2026-01-01T00:00:00Z\",\"version\":1}",
          used("u1", "10:01", "i-1", most(1)),
          used("u2", "10:02", "i-1", most(1)),
          used("u3", "10:03", "i-1", most(1)),
          used("u4", "11:01", "i-1", "0.6"),
          used("u5", "12:01", "i-1", most(-1)),
          used("u6", "12:02", "i-1", most(-1)),
          used("u7", "10:01", "i-2", most(1)),
          used("u8", "10:02", "i-2", most(1)),
          used("u9", "11:02", "i-2", "1"),
          charge("c1", "Support", "s-1", "", "other", most(1)),
          charge("c2", "Support", "s-1", "", "other", most(1)),
          charge("c3", "Compute", "w-1", "web", "other", most(1)),
          charge("c4", "Compute", "w-1", "web", "other", most(1)),
          charge("c5", "Compute", "d-1", "data", "other", most(1)),
          charge("c6", "Compute", "i-2", "data", "hours", most(1)),
          charge("c7", "Compute", "i-2", "data", "hours", most(1)),
          charge("c8", "Compute", "n-1", "none", "other", "-60000000000000000000"),
          charge("c9", "Compute", "n-1", "none", "other", "-60000000000000000000"));

  private static final BigDecimal BILLED =
      MOST.multiply(BigDecimal.valueOf(7)).subtract(new BigDecimal("120000000000000000000"));
  private static final BigDecimal ESTIMATED =
      MOST.multiply(BigDecimal.valueOf(2)).add(new BigDecimal("1.2"));

  @TempDir private static Path files;
  @TempDir private static Path home;

  private static String most(int sign) {
    return MOST.multiply(BigDecimal.valueOf(sign)).toPlainString();
  }

  private static String used(String id, String time, String resource, String quantity) {
    return ("{\"type\":\"usage\",\"event_id\":\"%s\",\"source\":\"agent\","
            + "\"event_time\":\"2026-03-05T%s:00Z\",\"resource_id\":\"%s\",\"meter\":\"hours\","
            + "\"quantity\":\"%s\",\"unit\":\"h\",\"labels\":{}}")
        .formatted(id, time, resource, quantity);
  }

  private static String charge(
      String key, String service, String resource, String team, String meter, String cost) {
    return ("{\"type\":\"charge\",\"charge_key\":\"%s\",\"version\":1,\"resource_id\":\"%s\","
            + "\"service_name\":\"%s\",\"sku_meter\":\"%s\",\"tags\":{%s},"
            + "\"charge_period_start\":\"2026-03-05T10:00:00Z\","
            + "\"charge_period_end\":\"2026-03-05T12:00:00Z\",\"billing_currency\":\"USD\","
            + "\"billed_cost\":\"%s\"}")
        .formatted(
            key, resource, service, meter, team.isEmpty() ? "" : "\"team\":\"" + team + "\"", cost);
  }

  private static String takeIn(
      String command, Path warehouse, String tenant, List<String> records, Object... more)
      throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of(
                command,
                "--warehouse",
                warehouse,
                "--tenant",
                tenant,
                command.equals("backfill") ? "--records" : "--events",
                Files.write(files.resolve(tenant + ".jsonl"), records),
                "--definitions",
                Files.writeString(files.resolve("teams.yaml"), DEFINITIONS)));
    args.addAll(List.of(more));
    return Cli.fine(args.toArray());
  }

  @BeforeAll
  static void takeIn() throws IOException {
    for (String warehouse : List.of("backfill", "changed")) {
      Path directory = home.resolve(warehouse);
      takeIn("backfill", directory, OTHER, List.of(charge("a", "Compute", "r", "", "x", "5")));
      takeIn("backfill", directory, TENANT, RECORDS);
    }
    takeIn("replay", home.resolve("replay"), TENANT, RECORDS);
    takeIn("replay", home.resolve("shuffled"), TENANT, RECORDS, "--shuffle", 7, "--duplicate", 0.6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay", "shuffled"})
  void everyWayInGivesOneLedgerWithExactTotals(String warehouse) {
    Path directory = home.resolve(warehouse);
    assertTotals(directory);
    assertThat(Tables.netLedger(directory, TENANT))
        .isEqualTo(Tables.netLedger(home.resolve("backfill"), TENANT));
    assertThat(Tables.netErrors(directory, TENANT))
        .isEqualTo(Tables.netErrors(home.resolve("backfill"), TENANT));
    assertThat(Tables.rejections(directory)).isEmpty();
    assertThat(Cli.fine("audit", "--warehouse", directory)).contains("every invariant holds");
    Cli.fine("backfill", "--warehouse", directory, "--tenant", TENANT, "--verify");
  }

  private static void assertTotals(Path directory) {
    for (String grain : List.of("Month", "Day", "Hour")) {
      assertThat(
              Costs.answer(directory, TENANT, "--basis", "billed", "--by", grain).values().stream()
                  .reduce(BigDecimal.ZERO, BigDecimal::add))
          .as(grain)
          .isEqualByComparingTo(BILLED);
    }
  }

  @ParameterizedTest
  @CsvSource({"backfill", "replay"})
  void estimatesAndPartsAreOfAsManyDigitsAsTheyNeed(String warehouse) {
    Path directory = home.resolve(warehouse);
    assertThat(Costs.answer(directory, TENANT, "--basis", "estimated").values())
        .singleElement()
        .satisfies(cost -> assertThat(cost).isEqualByComparingTo(ESTIMATED));
    assertThat(
            Costs.answer(
                    directory,
                    TENANT,
                    "--basis",
                    "billed",
                    "--by",
                    "Owner",
                    "--where-null",
                    "BillingPeriodStart")
                .values()
                .stream()
                .reduce(BigDecimal.ZERO, BigDecimal::add))
        .as("transfers only move cost")
        .isZero();
    assertThat(
            Cli.fine(
                "explain",
                "--warehouse",
                directory,
                "--tenant",
                TENANT,
                "--where",
                "ResourceId=i-1"))
        .contains(MOST.multiply(BigDecimal.valueOf(6)).toPlainString())
        .doesNotContain("other costs");
  }

  @Test
  void compactionFreezingExportAndErasureGoOnBesideTheOtherTenant() {
    Path directory = home.resolve("changed");
    Cli.fine("tiers", "compact", "--warehouse", directory);
    assertTotals(directory);
    assertThat(Cli.fine("audit", "--warehouse", directory)).contains("every invariant holds");
    Cli.Outcome export =
        Cli.run(
            "export", "focus", "--warehouse", directory, "--tenant", TENANT, "--basis", "billed");
    assertThat(export.exitCode()).isZero();
    assertThat(export.err()).contains("USD: billed " + BILLED.toPlainString());
    Cli.fine(
        "export",
        "focus",
        "--warehouse",
        directory,
        "--tenant",
        TENANT,
        "--format",
        "parquet",
        "--output",
        files.resolve("huge.parquet"));
    assertThat(Costs.answer(directory, OTHER).values())
        .singleElement()
        .satisfies(cost -> assertThat(cost).isEqualByComparingTo("5"));
    Cli.fine("tenant", "erase", "--tenant", TENANT, "--warehouse", directory);
    assertThat(Costs.answer(directory, OTHER).values())
        .singleElement()
        .satisfies(cost -> assertThat(cost).isEqualByComparingTo("5"));
    assertThat(Cli.fine("audit", "--warehouse", directory)).contains("every invariant holds");
  }
}
