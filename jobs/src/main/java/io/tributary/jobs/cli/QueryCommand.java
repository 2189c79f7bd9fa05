package io.tributary.jobs.cli;

import io.tributary.events.BillingMonth;
import io.tributary.jobs.Pending;
import io.tributary.query.Answer;
import io.tributary.query.AnswerFormat;
import io.tributary.query.CostEngine;
import io.tributary.query.QueryLog;
import io.tributary.query.Question;
import io.tributary.query.QuestionException;
import io.tributary.query.QuestionListener;
import io.tributary.sinks.catalog.Warehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code query}: one question. */
@Command(
    name = "query",
    description = {
      "Answer one question about a tenant's cost.",
      "Names are Day, Hour, Month, BillingMonth, FOCUS columns (ServiceName, ChargeCategory, ...) and"
          + " dimensions."
    })
final class QueryCommand implements Callable<Integer> {

  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  @Spec private @Nullable CommandSpec spec;
  @Mixin private TenantOptions target = new TenantOptions();
  @Mixin private ConditionOptions conditions = new ConditionOptions();

  @Option(
      names = "--by",
      paramLabel = "NAME[,NAME]",
      description = "Group by; without it, the total per currency.")
  private @Nullable String by;

  @Option(
      names = "--measure",
      paramLabel = "MEASURE",
      description = "effective (default), billed, list or contracted.")
  private @Nullable String measure;

  @Option(
      names = "--basis",
      paramLabel = "BASIS",
      description = "all (default), billed or estimated.")
  private @Nullable String basis;

  @Option(
      names = "--as-of",
      paramLabel = "INSTANT|SNAPSHOT",
      description = "As the ledger was then.")
  private @Nullable String asOf;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private AnswerFormat format = AnswerFormat.TABLE;

  @Option(
      names = "--no-log",
      description =
          "Do not write what was asked (never for which values) to the table query_log, which"
              + " 'tiers advise' reads.")
  private boolean noLog;

  @Override
  public Integer call() throws IOException {
    try (Warehouse warehouse = target.openExisting();
        QueryLog log = QueryLog.ofCommand(warehouse, Clock.systemUTC());
        CostEngine engine =
            new CostEngine(warehouse, THREADS, noLog ? QuestionListener.NONE : log)) {
      PrintWriter out = Console.out(spec);
      TenantOptions.requireKnown(warehouse, target.tenant());
      Question question = question();
      Answer answer = engine.answer(question);
      tellWhatIsRemoved(question, answer.reading().keptFrom());
      tellWhatIsBehind(warehouse, answer);
      String text = format.text(answer);
      out.print(text.endsWith("\n") ? text : text + "\n");
      out.flush();
      return ExitCodes.FINE;
    } catch (QuestionException e) {
      throw CommandException.badInput(e.problem());
    }
  }

  /** A name under which nothing stands may be one that the ledger does not follow yet. */
  private void tellWhatIsBehind(Warehouse warehouse, Answer answer) throws IOException {
    for (int i = 0; i < answer.names().size(); i++) {
      int name = i;
      boolean none =
          !answer.rows().isEmpty()
              && answer.rows().stream().allMatch(row -> row.values().get(name) == null);
      if (none && Pending.isBehind(warehouse, target.tenant())) {
        Console.err(spec)
            .printf(
                "nothing has a value of %s: the ledger of %s does not follow all its definitions,"
                    + " entities and prices yet%n",
                answer.names().get(i), target.tenant());
      }
    }
  }

  private void tellWhatIsRemoved(Question question, @Nullable BillingMonth keptFrom) {
    if (keptFrom != null && question.reachesBefore(keptFrom)) {
      Console.err(spec)
          .println(
              "billing periods before %s are past their retention and not in this answer"
                  .formatted(keptFrom));
    }
  }

  private Question question() {
    return conditions
        .about(target.tenant())
        .by(by)
        .measure(measure)
        .basis(basis)
        .asOf(asOf)
        .build();
  }
}
