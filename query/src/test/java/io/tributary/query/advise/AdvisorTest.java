package io.tributary.query.advise;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.query.Answer;
import io.tributary.query.AnswerFormat;
import io.tributary.query.CostEngine;
import io.tributary.query.LedgerFixture;
import io.tributary.query.QueryLog;
import io.tributary.query.Question;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdvisorTest {

  private static final Instant NOW = Instant.parse("2026-02-02T00:00:00Z");
  private static final int HOURS = 240;
  private static final int RESOURCES = 20;

  @TempDir Path directory;
  private LedgerFixture ledger;

  @BeforeEach
  void write() {
    ledger = new LedgerFixture(directory);
    List<LedgerFixture.Entry> entries = new ArrayList<>();
    for (int i = 0; i < HOURS * RESOURCES; i++) {
      int resource = i % RESOURCES;
      int sku = i % 97;
      entries.add(
          entry("acme", i + ".25")
              .at(
                  Instant.parse("2026-01-05T00:00:00Z")
                      .plusSeconds(3600L * (i / RESOURCES))
                      .toString())
              .of("Team", resource % 2 == 0 ? "web" : "app")
              .with(
                  e -> {
                    e.setResourceId("i-" + resource);
                    e.setSkuId("sku-" + sku);
                  }));
    }
    ledger.commitAt(LedgerFixture.WRITTEN, entries);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  /** Asks as a process that has asked nothing before. */
  private Answer ask(Question.Builder question) {
    try (QueryLog log = QueryLog.ofCommand(ledger.warehouse(), Clock.fixed(NOW, ZoneOffset.UTC));
        CostEngine engine = new CostEngine(ledger.warehouse(), 1, log)) {
      return engine.answer(question.build());
    }
  }

  private static Question.Builder acme() {
    return Question.about("acme");
  }

  private static Question.Builder teamsByHour() {
    return acme().by("Hour,Team").from("2026-01-07T05:00:00Z");
  }

  private Advice advise(int rollups, long budget) {
    return new Advisor(ledger.warehouse(), NOW).advise(rollups, budget);
  }

  @Test
  void theRollupThatIsWorthMostAnswersTheSameFromFewerBytes() {
    for (int i = 0; i < 5; i++) {
      ask(teamsByHour());
    }
    ask(acme().by("Hour,ResourceId,SkuId"));
    ask(acme().by("Day,Team"));
    Answer before = ask(teamsByHour());
    assertThat(before.scan().table()).isEqualTo("cost_ledger");

    Advice advice = advise(1, Long.MAX_VALUE);

    assertThat(advice.questions()).isEqualTo(8);
    assertThat(advice.rollups()).hasSize(1);
    Advice.NewRollup best = advice.rollups().get(0);
    assertThat(best.rollup())
        .isEqualTo(new Rollup("cost_hour_team", Rollup.Grain.HOUR, List.of(), List.of("Team")));
    assertThat(best.rows()).isCloseTo(2L * HOURS, within(20L));
    assertThat(best.saved()).isGreaterThan(best.bytes());

    Advisor.apply(ledger.warehouse(), advice);
    Answer after = ask(teamsByHour());
    assertThat(after.scan().table()).isEqualTo("cost_hour_team");
    assertThat(AnswerFormat.JSON.text(after)).isEqualTo(AnswerFormat.JSON.text(before));
    assertThat(after.scan().bytesRead()).isLessThan(before.scan().bytesRead() / 2);
    assertThat(Audit.run(ledger.warehouse(), null).findings())
        .noneMatch(finding -> finding.invariant().equals(Audit.ROLLUP));
    assertThat(advise(3, Long.MAX_VALUE).rollups())
        .as("what is there already")
        .noneMatch(rollup -> rollup.rollup().keeps("Team"));
  }

  @Test
  void theEstimateOfItsRowsIsWhatTheyAre() {
    for (int i = 0; i < 5; i++) {
      ask(teamsByHour());
    }
    Advice advice = advise(1, Long.MAX_VALUE);
    Advisor.apply(ledger.warehouse(), advice);

    Rollups.Status built =
        Rollups.status(ledger.warehouse()).stream()
            .filter(status -> status.rollup().name().equals("cost_hour_team"))
            .findFirst()
            .orElseThrow();
    assertThat(built.follows()).isTrue();
    assertThat(built.rows()).isEqualTo(2 * HOURS);
    assertThat(advice.rollups().get(0).rows()).isCloseTo(built.rows(), within(20L));
  }

  @Test
  void proposesNothingWhereNothingWasAskedOrNothingCanBeSaved() {
    assertThat(advise(3, Long.MAX_VALUE).rollups()).isEmpty();
    for (int i = 0; i < 5; i++) {
      ask(acme().by("Hour,ResourceId,SkuId"));
      ask(acme().by("ChargePeriodStart,Team"));
      ask(acme().by("ChargePeriodEnd"));
    }
    Advice advice = advise(3, Long.MAX_VALUE);
    assertThat(advice.questions()).isEqualTo(15);
    assertThat(advice.rollups()).isEmpty();
    assertThat(advice.order().changes()).isFalse();
    assertThat(advice.partitions().changes()).isFalse();
    assertThat(advice.partitions().why()).isEqualTo("there is one tenant");
  }

  @Test
  void keepsToItsBudget() {
    for (int i = 0; i < 5; i++) {
      ask(teamsByHour());
    }
    assertThat(advise(3, 10).rollups()).isEmpty();
    assertThat(advise(0, Long.MAX_VALUE).rollups()).isEmpty();
  }

  @Test
  void rowsAreSortedByWhatIsTestedMost() throws IOException {
    for (int i = 0; i < 3; i++) {
      ask(acme().by("ResourceId,Hour").where("SkuId=sku-" + i));
    }
    Advice advice = advise(0, Long.MAX_VALUE);
    assertThat(advice.order().now()).containsExactly("tenant_id", "charge_period_start");
    assertThat(advice.order().proposed())
        .containsExactly("tenant_id", "sku_id", "charge_period_start");
    assertThat(advice.order().saved())
        .as("all but one of 97 parts")
        .isCloseTo(advice.bytesRead() * 96 / 97, within(advice.bytesRead() / 100));
    assertThat(advice.order().why()).contains("sku_id has about 9");

    Answer before = ask(acme().by("Hour").where("SkuId=sku-7"));
    Advisor.apply(ledger.warehouse(), advice);
    new TableTiers(ledger.warehouse()).coolDown(Instant.MAX);
    assertThat(skusInOrder()).isSorted().hasSizeGreaterThan(96);
    assertThat(AnswerFormat.JSON.text(ask(acme().by("Hour").where("SkuId=sku-7"))))
        .isEqualTo(AnswerFormat.JSON.text(before));
    assertThat(advise(0, Long.MAX_VALUE).order().changes()).isFalse();
  }

  private List<String> skusInOrder() throws IOException {
    List<String> skus = new ArrayList<>();
    try (CloseableIterable<Record> rows =
        WarehouseReader.sealed(ledger.warehouse())
            .rows(WarehouseTable.COST_LEDGER, Expressions.alwaysTrue(), "sku_id")) {
      rows.forEach(row -> skus.add(row.getField("sku_id").toString()));
    }
    assertThat(new TreeSet<>(skus)).hasSize(97);
    return skus;
  }

  @Test
  void rowsStaySortedByTimeWhereThatIsWhatIsAskedFor() {
    for (int i = 0; i < 3; i++) {
      ask(acme().by("ResourceId,SkuId,Hour").from("2026-01-08"));
    }
    ask(acme().by("ResourceId,Hour").where("SkuId=sku-1"));
    Advice.Layout order = advise(0, Long.MAX_VALUE).order();
    assertThat(order.changes()).isFalse();
    assertThat(order.why())
        .isEqualTo("questions that ask for a time and do not test sku_id read more");
  }

  @Test
  void aDimensionWithElementsUnderOtherIsLeftToTheLedger() {
    List<LedgerFixture.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 1_001; i++) {
      entries.add(entry("acme", "1").of("Pod", "pod-" + i));
    }
    ledger.commitAt(LedgerFixture.WRITTEN, entries);
    for (int i = 0; i < 5; i++) {
      ask(acme().by("Pod"));
    }
    assertThat(advise(3, Long.MAX_VALUE).rollups()).isEmpty();
  }
}
