package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.WarehouseTable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DailyCostsTest {

  @TempDir Path directory;

  private LedgerFixture ledger;
  private CostEngine engine;

  @BeforeEach
  void open() {
    ledger = new LedgerFixture(directory);
    engine = new CostEngine(ledger.warehouse(), 2);
  }

  @AfterEach
  void close() {
    engine.close();
    ledger.close();
  }

  private static Question.Builder acme() {
    return Question.about("acme");
  }

  /** The answer, which is the same from either table. */
  private Answer answer(Question.Builder asked) {
    Question question = asked.build();
    Answer answer = engine.answer(question);
    Answer fromLedger = engine.answerFromLedger(question);
    assertThat(fromLedger.scan().table()).isEqualTo("cost_ledger");
    assertThat(AnswerFormat.JSON.text(answer)).isEqualTo(AnswerFormat.JSON.text(fromLedger));
    assertThat(answer.reading()).isEqualTo(fromLedger.reading());
    return answer;
  }

  private String tableOf(Question.Builder question) {
    return answer(question).scan().table();
  }

  @Test
  void readsOneRowForTheEntriesOfADay() {
    ledger.commit(
        entry("acme", "1").at("2026-01-05T00:00:00Z").with(e -> e.setResourceId("i-1")),
        entry("acme", "2").at("2026-01-05T07:00:00Z").with(e -> e.setResourceId("i-2")),
        entry("acme", "4").at("2026-01-05T23:00:00Z").with(e -> e.setResourceId("i-3")));

    Answer answer = answer(acme().by("Day"));
    assertThat(answer.scan().table()).isEqualTo("cost_daily");
    assertThat(answer.scan().rowsRead()).isEqualTo(1);
    assertThat(answer.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(7);
  }

  @ParameterizedTest(name = "by {0}, from {1}, where {2}: {3}")
  @CsvSource(
      useHeadersInDisplayName = false,
      textBlock =
          """
          Day,                                  2026-01-05,           '',                          cost_daily
          'Month,ServiceName,Team',             '',                   '',                          cost_daily
          'BillingPeriodStart,ProviderName',    '',                   Day=2026-01-05,              cost_daily
          '',                                   2026-01,              Team=web,                    cost_daily
          'RegionId,BillingCurrency',           '',                   ConsumedUnit=h,              cost_daily
          Hour,                                 '',                   '',                          cost_ledger
          Day,                                  2026-01-05T01:00:00Z, '',                          cost_ledger
          Day,                                  '',                   Hour=2026-01-05T00:00:00Z,   cost_ledger
          ResourceId,                           '',                   '',                          cost_ledger
          'Day,ChargeDescription',              '',                   '',                          cost_ledger
          SkuMeter,                             '',                   '',                          cost_ledger
          Day,                                  '',                   ResourceType=vm,             cost_ledger
          ChargePeriodStart,                    '',                   '',                          cost_ledger
          ChargePeriodEnd,                      '',                   '',                          cost_ledger
          """)
  void readsDaysWhereTheySayAllThatIsAsked(String by, String from, String where, String table) {
    ledger.commit(entry("acme", "1").of("Team", "web"), entry("acme", "2"), entry("other", "9"));
    Question.Builder question = acme().by(by).from(from.isEmpty() ? null : from);
    if (!where.isEmpty()) {
      question.where(where);
    }

    assertThat(tableOf(question)).isEqualTo(table);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14})
  void anyQuestionHasTheSameAnswerFromEither(long seed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Long> snapshots = new ArrayList<>();
    for (int commit = 0; commit < 6; commit++) {
      List<LedgerFixture.Entry> entries = new ArrayList<>();
      for (int i = random.nextInt(1, 25); i > 0; i--) {
        entries.add(randomEntry(random));
      }
      Instant written = Instant.parse("2026-02-0" + (1 + commit / 2) + "T12:00:00Z");
      snapshots.add(ledger.commitAt(written, entries));
      if (commit == 4) {
        rollBackTheRollup(random.nextInt(1, 3));
      }
    }
    int fromDays = 0;
    for (int i = 0; i < 60; i++) {
      fromDays += tableOf(randomQuestion(random, snapshots)).equals("cost_daily") ? 1 : 0;
    }
    assertThat(fromDays).isBetween(10, 59);
  }

  private static LedgerFixture.Entry randomEntry(SplittableRandom random) {
    LedgerFixture.Entry entry =
        entry(
                random.nextInt(4) == 0 ? "other" : "acme",
                BigDecimal.valueOf(random.nextLong(-5_000, 5_000), 3).toPlainString())
            .at(
                Instant.parse("2026-01-30T00:00:00Z")
                    .plusSeconds(random.nextInt(400_000))
                    .toString())
            .in(random.nextInt(5) == 0 ? "EUR" : "USD")
            .with(
                e -> {
                  e.setServiceName(random.nextInt(4) == 0 ? null : "s" + random.nextInt(2));
                  e.setResourceId("r" + random.nextInt(5));
                });
    if (random.nextBoolean()) {
      entry.of("Team", "t" + random.nextInt(3), "Env", random.nextBoolean() ? "" : "prod");
    }
    return random.nextInt(3) == 0 ? entry.estimated() : entry;
  }

  private static Question.Builder randomQuestion(SplittableRandom random, List<Long> snapshots) {
    Question.Builder question = acme();
    for (String name :
        List.of("Day", "Month", "Hour", "ServiceName", "Team", "Env", "ResourceId")) {
      if (random.nextInt(name.equals("Hour") || name.equals("ResourceId") ? 8 : 3) == 0) {
        question.by(name);
      }
    }
    if (random.nextInt(3) == 0) {
      question.from("2026-01-31" + (random.nextInt(4) == 0 ? "T05:00:00Z" : ""));
    }
    if (random.nextInt(3) == 0) {
      question.to("2026-02-02");
    }
    if (random.nextInt(3) == 0) {
      question.where("Team=t1").where("Team=t2");
    }
    if (random.nextInt(4) == 0) {
      question.whereNull("Env");
    }
    if (random.nextInt(3) == 0) {
      question.basis(random.nextBoolean() ? "billed" : "estimated");
    }
    if (random.nextInt(4) == 0) {
      question.asOf(Long.toString(snapshots.get(random.nextInt(snapshots.size()))));
    }
    return question;
  }

  /** As if its commits had not come through. */
  private void rollBackTheRollup(int commits) {
    Table daily = ledger.warehouse().table(WarehouseTable.COST_DAILY);
    Snapshot snapshot = daily.currentSnapshot();
    for (int i = 0; i < commits; i++) {
      snapshot = daily.snapshot(snapshot.parentId());
    }
    daily.manageSnapshots().rollbackTo(snapshot.snapshotId()).commit();
  }

  @Test
  void addsWhatTheLedgerHasBeyond() {
    ledger.commit(entry("acme", "1").of("Team", "web"));
    ledger.commit(entry("acme", "2").of("Team", "web"));
    ledger.commit(entry("acme", "4").of("Team", "app"));
    rollBackTheRollup(2);

    Answer answer = answer(acme().by("Team"));
    assertThat(answer.scan().table()).isEqualTo("cost_daily");
    assertThat(answer.scan().filesPlanned()).isEqualTo(3);
    assertThat(answer.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(4, 3);
  }

  @Test
  void answersAsOfASnapshot() {
    long first = ledger.commit(entry("acme", "1"));
    ledger.commit(entry("acme", "2"));

    Answer then = answer(acme().asOf(Long.toString(first)));
    assertThat(then.scan().table()).isEqualTo("cost_daily");
    assertThat(then.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(1);
  }

  @Test
  void answersAsOfADayOfEntryWhereTheSnapshotIsExpired() throws InterruptedException {
    ledger.commitAt(Instant.parse("2026-01-10T23:59:59Z"), List.of(entry("acme", "1")));
    ledger.commitAt(Instant.parse("2026-01-11T00:00:00Z"), List.of(entry("acme", "2")));
    Thread.sleep(5);
    long later = Clock.systemUTC().millis();
    ledger.commitAt(Instant.parse("2026-01-12T09:00:00Z"), List.of(entry("acme", "4")));
    Table table = ledger.warehouse().table(WarehouseTable.COST_LEDGER);
    table.expireSnapshots().expireOlderThan(later).retainLast(1).commit();

    Answer then = answer(acme().asOf("2026-01-11T17:00:00Z"));
    assertThat(then.scan().table()).isEqualTo("cost_daily");
    assertThat(then.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(1);
  }

  @Test
  void readsTheLedgerForADimensionThatExplodedAndDaysForTheOthers() {
    ledger.commit(
        IntStream.range(0, 1_001)
            .mapToObj(i -> entry("acme", "1").of("Pod", "pod-" + i, "Team", "web"))
            .toArray(LedgerFixture.Entry[]::new));
    ledger.commit(entry("other", "1").of("Pod", "pod-1"));

    Answer byPod = answer(acme().by("Pod"));
    assertThat(byPod.scan().table()).isEqualTo("cost_ledger");
    assertThat(byPod.rows()).hasSize(1_001);
    assertThat(tableOf(acme().where("Pod=pod-7"))).isEqualTo("cost_ledger");
    assertThat(tableOf(acme().by("Team"))).isEqualTo("cost_daily");
    assertThat(tableOf(Question.about("other").by("Pod"))).isEqualTo("cost_daily");
  }

  @Test
  void readsTheLedgerWhereItsRowsWereChangedOrThereIsNoRollup() {
    ledger.commit(entry("acme", "1"));
    ledger.commit(entry("acme", "2"));
    Table table = ledger.warehouse().table(WarehouseTable.COST_LEDGER);
    table
        .newOverwrite()
        .deleteFile(table.currentSnapshot().addedDataFiles(table.io()).iterator().next())
        .commit();
    assertThat(tableOf(acme())).isEqualTo("cost_ledger");

    ledger.warehouse().catalog().dropTable(WarehouseTable.COST_DAILY.identifier());
    assertThat(tableOf(acme())).isEqualTo("cost_ledger");
  }
}
