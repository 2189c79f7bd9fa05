package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.query.LedgerFixture.Entry;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.TableTiers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A month of 50 tenants with 200 resources each, a charge a day, in six commits and then
 * maintained: 300,000 rows.
 */
class BytesReadTest {

  private static final Instant MONTH = Instant.parse("2026-01-01T00:00:00Z");
  private static final int TENANTS = 50;
  private static final int RESOURCES = 200;
  private static final int TEAMS = 10;
  private static final int DAYS = 30;
  private static final int COMMITS = 6;

  @TempDir private Path directory;

  @Test
  void aDayOfATenantIsAtMostAFiftiethOfTheTableHotAndCold() {
    try (LedgerFixture ledger = new LedgerFixture(directory)) {
      TableTiers tiers = new TableTiers(ledger.warehouse());
      for (int commit = 0; commit < COMMITS; commit++) {
        ledger.commitAt(LedgerFixture.WRITTEN, charges(commit));
      }
      tiers.merge(WarehouseTable.COST_LEDGER);
      readsLittle(ledger, tiers, "hot");
      tiers.coolDown(Instant.MAX);
      readsLittle(ledger, tiers, "cold");
    }
  }

  private static void readsLittle(LedgerFixture ledger, TableTiers tiers, String tier) {
    assertThat(tiers.status()).extracting(TableTiers.Tier::tier).containsExactly(tier);
    long bytes = tiers.status().get(0).bytes();
    assertThat(bytes).isGreaterThan(10_000_000);
    for (int tenant = 1; tenant < TENANTS; tenant += 12) {
      try (CostEngine engine = new CostEngine(ledger.warehouse(), 1)) {
        Answer answer =
            engine.answerFromLedger(
                Question.about("tenant-" + tenant)
                    .by("Team")
                    .from("2026-01-17")
                    .to("2026-01-18")
                    .build());

        assertThat(answer.rows()).hasSize(TEAMS);
        assertThat(answer.rows().get(0).cost()).isEqualByComparingTo("20.25");
        assertThat(answer.scan().bytesRead()).isBetween(10_000L, bytes / 50);
      }
    }
  }

  private static List<Entry> charges(int commit) {
    List<Entry> charges = new ArrayList<>();
    for (int line = 0; line < TENANTS * RESOURCES; line++) {
      for (int day = 0; day < DAYS; day++) {
        if (Math.floorMod(mixed(line * DAYS + day, 1), COMMITS) == commit) {
          charges.add(charge(day, line));
        }
      }
    }
    return charges;
  }

  /** A resource's line of a day, as a bill has it; on the 17th they cost the same. */
  private static Entry charge(int day, int line) {
    int tenant = line / RESOURCES;
    int resource = line % RESOURCES;
    int n = line * DAYS + day;
    HexFormat hex = HexFormat.of();
    int kind = resource % 20;
    String region = "eu-west-" + kind % 3;
    String service = "service " + kind % 7;
    long account = 400_000_000_000L + tenant * 10L + kind % 5;
    String cost = day == 16 ? "1.0125" : "0." + (1_000_000_000L + (mixed(n, 2) & 0x3fffffff));
    return entry("tenant-" + tenant, cost)
        .at(MONTH.plus(Duration.ofDays(day)).toString())
        .of(
            "Team", "team " + kind % TEAMS,
            "Product", "product " + kind,
            "Environment", kind % 4 == 0 ? "test" : "production",
            "CostCenter", "cc-" + kind % 7)
        .with(
            entry -> {
              entry.setChargePeriodEnd(entry.getChargePeriodStart().plus(Duration.ofDays(1)));
              entry.setChargeKey(hex.toHexDigits(mixed(n, 3)) + hex.toHexDigits(mixed(n, 4)));
              entry.setServiceProviderName("AWS");
              entry.setBillingAccountId(Long.toString(300_000_000_000L + tenant));
              entry.setSubAccountId(Long.toString(account));
              entry.setChargeCategory("Usage");
              entry.setChargeDescription("per hour of " + service + " in " + region);
              entry.setServiceCategory("Compute");
              entry.setServiceName(service);
              entry.setRegionId(region);
              entry.setSkuId("SKU" + resource % 40);
              entry.setSkuMeter("meter-" + resource % 40);
              entry.setResourceId(
                  "arn:aws:" + region + ":" + account + ":" + hex.toHexDigits(mixed(line, 5)));
              entry.setResourceName("name-" + resource);
              entry.setResourceType("type of " + service);
              entry.setConsumedUnit("Hrs");
            });
  }

  /** The finalizer of MurmurHash3. */
  private static int mixed(int value, int salt) {
    int hash = value * 0x9e3779b9 + salt * 0x85ebca6b;
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return hash ^ (hash >>> 16);
  }
}
