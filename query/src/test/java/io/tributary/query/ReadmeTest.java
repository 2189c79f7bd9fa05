package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {

  @TempDir Path directory;

  @Test
  void showsTheTableThatTheWorkedExamplePrints() throws Exception {
    try (LedgerFixture ledger = new LedgerFixture(directory);
        CostEngine engine = new CostEngine(ledger.warehouse(), 1)) {
      ledger.commit(
          entry("acme", "2.40").of("Team", "web").estimated(),
          entry("acme", "1.00").of("Team", "data"),
          entry("acme", "0.05"));
      ledger.commit(
          entry("acme", "-2.40").of("Team", "web").estimated(),
          entry("acme", "2.375").of("Team", "web"),
          entry("other", "7").of("Team", "web"));

      String table =
          AnswerFormat.TABLE.text(engine.answer(Question.about("acme").by("Team").build()));

      assertThat(Files.readString(Path.of("README.md"))).contains(table.indent(4).stripTrailing());
      assertThat(engine.answer(Question.about("acme").basis("estimated").build()).rows()).isEmpty();
    }
  }
}
