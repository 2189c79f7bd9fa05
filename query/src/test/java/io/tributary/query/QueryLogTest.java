package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.catalog.AskedQuestion;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.AskedQuestions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryLogTest {

  private static final Instant NOW = Instant.parse("2026-02-01T12:30:00Z");

  @TempDir Path directory;
  private LedgerFixture ledger;

  @BeforeEach
  void open() {
    ledger = new LedgerFixture(directory);
    ledger.commit(
        entry("acme", "1").of("Team", "web", "service_name", "odd"),
        entry("acme", "2").of("Team", "app"));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private QueryLog log(int waiting) {
    return new QueryLog(ledger.warehouse(), Clock.fixed(NOW, ZoneOffset.UTC), waiting);
  }

  private List<AskedQuestion> logged() {
    return AskedQuestions.since(ledger.warehouse(), NOW);
  }

  private Answer ask(QueryLog log, Question.Builder question) {
    try (CostEngine engine = new CostEngine(ledger.warehouse(), 1, log)) {
      return engine.answer(question.build());
    }
  }

  @Test
  void saysWhatWasAskedAndWhatItTookAndNeverForWhichValues() {
    Answer answer;
    try (QueryLog log = log(10)) {
      answer =
          ask(
              log,
              Question.about("acme")
                  .by("Day,Team,ServiceName,User:Defined:service_name")
                  .where("Team=web")
                  .from("2026-01-05"));
      assertThat(logged()).as("while it is answered").isEmpty();
    }

    assertThat(logged()).hasSize(1);
    AskedQuestion asked = logged().get(0);
    assertThat(asked.getTenantId()).isEqualTo("acme");
    assertThat(asked.getAskedAt()).isEqualTo(NOW);
    assertThat(asked.getGrain()).isEqualTo("day");
    assertThat(asked.getGroupBy())
        .containsExactly(
            "User:Defined:Team",
            "User:Defined:service_name",
            "charge_period_start",
            "service_name");
    assertThat(asked.getFilterBy()).containsExactly("User:Defined:Team", "charge_period_start");
    assertThat(asked.getTableName()).isEqualTo("cost_daily");
    assertThat(asked.getBytesRead()).isEqualTo(answer.scan().bytesRead()).isPositive();
    assertThat(asked.getRowsRead()).isEqualTo(answer.scan().rowsRead());
    assertThat(asked.getRowsAnswered()).isEqualTo(1);
    assertThat(asked.toString()).doesNotContain("web");
  }

  @ParameterizedTest(name = "by {0}, from {1}, where {2}: {3}")
  @CsvSource(
      useHeadersInDisplayName = false,
      textBlock =
          """
          Team,              '',                   '',                        total
          Team,              2026-01,              '',                        month
          'Team,Month',      '',                   '',                        month
          Team,              2026-01-05,           '',                        day
          'Day,Month',       '',                   '',                        day
          Month,             '',                   Day=2026-01-05,            day
          Day,               2026-01-05T00:00:00Z, Hour=2026-01-05T00:00:00Z, hour
          Team,              2026-01-04T22:00:00Z, '',                        hour
          Team,              2026-01-04T22:30:00Z, '',                        instant
          ChargePeriodStart, '',                   '',                        instant
          """)
  void theGrainIsTheCoarsestThatAnswers(String by, String from, String where, String grain) {
    Question.Builder question = Question.about("acme").by(by).from(from.isEmpty() ? null : from);
    if (!where.isEmpty()) {
      question.where(where);
    }
    try (QueryLog log = log(10)) {
      ask(log, question);
    }
    assertThat(logged()).extracting(AskedQuestion::getGrain).containsExactly(grain);
  }

  @Test
  void namesNobodyWhoHasNoCost() {
    try (QueryLog log = log(10)) {
      ask(log, Question.about("erased"));
      assertThat(log.lost()).isZero();
    }
    assertThat(logged()).isEmpty();
  }

  @Test
  void answersWhereItCannotWriteAndCountsWhatIsLost() {
    ledger.warehouse().catalog().dropTable(WarehouseTable.QUERY_LOG.identifier());
    try (QueryLog log = log(10)) {
      assertThat(ask(log, Question.about("acme")).rows()).hasSize(1);
      log.write();
      assertThat(log.lost()).isEqualTo(1);
    }
  }

  @Test
  void countsWhatIsAskedFasterThanItIsWritten() {
    try (QueryLog log = log(2)) {
      for (int i = 0; i < 5; i++) {
        ask(log, Question.about("acme"));
      }
      assertThat(log.lost()).isEqualTo(3);
      log.write();
      ask(log, Question.about("acme"));
    }
    assertThat(logged()).hasSize(3);
    assertThat(ledger.warehouse().table(WarehouseTable.QUERY_LOG).snapshots())
        .as("many questions in a commit")
        .hasSize(2);
  }
}
