package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.Rollups;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RollupCostsTest {

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
          'BillingMonth,BillingPeriodStart',    '',                   BillingMonth=2026-01,        cost_daily
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
      if (commit == 1) {
        declare("team_months", Rollup.Grain.MONTH, List.of("service_name"), "Team");
        declare("env_hours", Rollup.Grain.HOUR, List.of("resource_id"), "Env");
      }
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
    Map<String, Integer> asked = new TreeMap<>();
    for (int i = 0; i < 120; i++) {
      asked.merge(tableOf(randomQuestion(random, snapshots)), 1, Integer::sum);
    }
    assertThat(asked).containsOnlyKeys("cost_daily", "cost_ledger", "env_hours", "team_months");
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
                  e.setBillingPeriodStart(
                      e.getBillingPeriodStart()
                          .minusSeconds(random.nextInt(6) == 0 ? 8 * 3600 : 0));
                });
    if (random.nextBoolean()) {
      entry.of("Team", "t" + random.nextInt(3), "Env", random.nextBoolean() ? "" : "prod");
    }
    return random.nextInt(3) == 0 ? entry.estimated() : entry;
  }

  private static Question.Builder randomQuestion(SplittableRandom random, List<Long> snapshots) {
    Question.Builder question = acme();
    for (String name :
        List.of(
            "Day",
            "Month",
            "BillingMonth",
            "BillingPeriodStart",
            "Hour",
            "ServiceName",
            "Team",
            "Env",
            "ResourceId")) {
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
    if (random.nextInt(4) == 0) {
      question.period("2026-02");
    }
    if (random.nextInt(6) == 0) {
      question.where("BillingPeriodStart=2026-01-31T16:00:00Z");
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

  private void declare(
      String name, Rollup.Grain grain, List<String> columns, String... dimensions) {
    Rollup rollup = new Rollup(name, grain, columns, List.of(dimensions));
    Rollups.declare(ledger.warehouse(), rollup);
    new Rollups(ledger.warehouse()).rebuild(List.of(rollup));
  }

  @ParameterizedTest(name = "by {0}, from {1}, where {2}: {3}")
  @CsvSource(
      useHeadersInDisplayName = false,
      textBlock =
          """
          Team,                 '',                   '',                        team_months
          'Month,Team',         2026-01,              '',                        team_months
          '',                   '',                   '',                        team_months
          'Team,ServiceName',   '',                   '',                        cost_daily
          Team,                 2026-01-05,           '',                        cost_daily
          Day,                  '',                   Team=web,                  cost_daily
          Env,                  '',                   '',                        cost_daily
          Hour,                 '',                   '',                        resource_hours
          Hour,                 2026-01-05T07:00:00Z, ResourceId=r1,             resource_hours
          ResourceId,           '',                   Hour=2026-01-05T07:00:00Z, resource_hours
          'Hour,Team',          '',                   '',                        cost_ledger
          Hour,                 2026-01-05T07:30:00Z, '',                        cost_ledger
          'ResourceId,SkuId',   '',                   '',                        cost_ledger
          ConsumedUnit,         '',                   '',                        cost_daily
          """)
  void readsTheSmallestThatSaysAllThatIsAsked(String by, String from, String where, String table) {
    declare("team_months", Rollup.Grain.MONTH, List.of(), "Team");
    declare("resource_hours", Rollup.Grain.HOUR, List.of("resource_id"));
    List<LedgerFixture.Entry> entries = new ArrayList<>();
    for (int hour = 0; hour < 24; hour++) {
      for (int resource = 0; resource < 3; resource++) {
        String id = "r" + resource;
        entries.add(
            entry("acme", "1.5")
                .at("2026-01-05T%02d:00:00Z".formatted(hour))
                .of("Team", resource == 0 ? "web" : "app", "Env", "e" + hour % 5)
                .with(e -> e.setResourceId(id)));
      }
    }
    ledger.commitAt(LedgerFixture.WRITTEN, entries);
    Question.Builder question = acme().by(by).from(from.isEmpty() ? null : from);
    if (!where.isEmpty()) {
      question.where(where);
    }

    assertThat(tableOf(question)).isEqualTo(table);
  }

  @Test
  void readsAnElementBeyondTheColumnsOnlyFromARollupThatKeepsItsDimension() {
    declare("some", Rollup.Grain.MONTH, List.of(), "D150");
    String[] elements =
        IntStream.range(0, 160)
            .boxed()
            .flatMap(i -> List.of("D%03d".formatted(i), "e" + i).stream())
            .toArray(String[]::new);
    ledger.commit(
        entry("acme", "1").of(elements),
        entry("acme", "2").at("2026-01-06T00:00:00Z").of(elements));

    assertThat(tableOf(acme().by("D150"))).isEqualTo("some");
    assertThat(tableOf(acme().by("D151"))).isEqualTo("cost_daily");
    assertThat(tableOf(acme().by("D150").where("D151=e151"))).isEqualTo("cost_daily");
  }

  @Test
  void aRollupThatIsNotBuiltIsNotRead() {
    Rollups.declare(
        ledger.warehouse(), new Rollup("later", Rollup.Grain.MONTH, List.of(), List.of()));
    assertThat(tableOf(acme())).as("of an empty ledger").isEqualTo("cost_ledger");
    ledger.commit(entry("acme", "1"), entry("acme", "1").at("2026-01-06T00:00:00Z"));
    assertThat(tableOf(acme())).isEqualTo("later");
    ledger.warehouse().catalog().dropTable(TableIdentifier.of("tributary", "later"));
    assertThat(tableOf(acme())).isEqualTo("cost_daily");
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
