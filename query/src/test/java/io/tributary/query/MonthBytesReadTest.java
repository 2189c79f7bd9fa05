package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.query.LedgerFixture.Entry;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.TableTiers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A year of three clouds whose months start at UTC, at UTC+8 and in Los Angeles, with 300 charges a
 * day: 110,000 rows in twelve commits, then maintained. A question about a month reads that month.
 */
class MonthBytesReadTest {

  private static final int MONTHS = 12;
  private static final int CHARGES_A_DAY = 300;
  private static final List<Integer> HOURS_LATE = List.of(0, -8, 8);

  @TempDir private Path directory;

  private static Instant midnight(int month) {
    return LocalDate.of(2026, 1, 1).plusMonths(month).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private static List<Entry> month(int month, SplittableRandom random) {
    List<Entry> entries = new ArrayList<>();
    for (Instant day = midnight(month);
        day.isBefore(midnight(month + 1));
        day = day.plus(Duration.ofDays(1))) {
      for (int i = 0; i < CHARGES_A_DAY; i++) {
        int cloud = i % HOURS_LATE.size();
        Instant start = midnight(month).plus(Duration.ofHours(HOURS_LATE.get(cloud)));
        String key = Long.toHexString(random.nextLong());
        entries.add(
            entry("acme", "0." + (1_000_000 + random.nextInt(9_000_000)))
                .at(day.toString())
                .of("Team", "team " + i % 7)
                .with(
                    e -> {
                      e.setBillingPeriodStart(start);
                      e.setServiceProviderName("cloud " + cloud);
                      e.setChargeKey(key);
                      e.setResourceId("resource " + key);
                    }));
      }
    }
    return entries;
  }

  @Test
  void aMonthOfAYearIsATenthOfTheTableHotAndCold() {
    try (LedgerFixture ledger = new LedgerFixture(directory)) {
      SplittableRandom random = new SplittableRandom(1);
      for (int month = 0; month < MONTHS; month++) {
        ledger.commitAt(LedgerFixture.WRITTEN, month(month, random));
      }
      TableTiers tiers = new TableTiers(ledger.warehouse());
      readsLittle(ledger, tiers, "hot");
      tiers.merge(WarehouseTable.COST_LEDGER);
      tiers.coolDown(Instant.MAX);
      readsLittle(ledger, tiers, "cold");
    }
  }

  private static void readsLittle(LedgerFixture ledger, TableTiers tiers, String tier) {
    assertThat(tiers.status()).extracting(TableTiers.Tier::tier).containsExactly(tier);
    try (CostEngine engine = new CostEngine(ledger.warehouse(), 1)) {
      long all = scan(engine, Question.about("acme").by("Team,ServiceProviderName,ResourceId"), 12);
      assertThat(all).isGreaterThan(1_000_000);
      long ofMonth =
          scan(
              engine,
              Question.about("acme").by("Team,ServiceProviderName,ResourceId").period("2026-07"),
              1);
      // The month at UTC+8 starts in June.
      long ofPeriod =
          scan(
              engine,
              Question.about("acme")
                  .by("Team,ServiceProviderName,ResourceId")
                  .where("BillingPeriodStart=2026-06-30T16:00:00Z"),
              1);
      System.out.printf(
          "%s: a year %,d bytes, a billing month %,d, a billing period %,d%n",
          tier, all, ofMonth, ofPeriod);
      assertThat(ofMonth).isBetween(10_000L, all / 10);
      assertThat(ofPeriod).isBetween(10_000L, all / 10);
    }
  }

  /** Bytes read for a question that needs so many files. */
  private static long scan(CostEngine engine, Question.Builder question, int files) {
    Answer answer = engine.answerFromLedger(question.build());
    assertThat(answer.rows()).isNotEmpty();
    assertThat(answer.scan().filesRead()).isEqualTo(files);
    return answer.scan().bytesRead();
  }
}
