package io.tributary.jobs.cli;

import io.tributary.jobs.TraceArchive;
import io.tributary.query.ExplainEngine;
import io.tributary.query.ExplainedLines;
import io.tributary.query.ExplanationFormat;
import io.tributary.query.LineQuestion;
import io.tributary.query.QuestionException;
import io.tributary.sinks.catalog.Warehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code explain}: why lines are what they are. */
@Command(
    name = "explain",
    description = {
      "Say why lines of the ledger are what they are: the charge, usage and price they come from,"
          + " and for each dimension the rule that matched, what it saw and the entities behind it.",
      "Give --charge, --where or --where-null; all that are given must hold. Exit code 1 where no"
          + " line is found."
    })
final class ExplainCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private TenantOptions target = new TenantOptions();
  @Mixin private ConditionOptions conditions = new ConditionOptions();

  @Option(names = "--charge", paramLabel = "KEY", description = "Lines of the charge of this key.")
  private @Nullable String charge;

  @Option(
      names = "--dimension",
      paramLabel = "ID",
      description = "Explain only this dimension, and those that it reads.")
  private @Nullable String dimension;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "How many lines are explained, the largest amounts first, credits among them; default"
              + " 10, at most 100.")
  private @Nullable String limit;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ExplanationFormat format = ExplanationFormat.TEXT;

  @Override
  public Integer call() throws IOException {
    try (Warehouse warehouse = target.openExisting()) {
      LineQuestion question =
          LineQuestion.of(
              conditions.about(target.existing(warehouse)).build(), charge, dimension, limit);
      ExplainedLines answer = new ExplainEngine(warehouse, new TraceArchive()).answer(question);
      if (answer.lines().isEmpty() && format == ExplanationFormat.TEXT) {
        throw CommandException.answerIsNo("no line of " + target.tenant() + " is like that");
      }
      PrintWriter out = Console.out(spec);
      String text = format.text(answer);
      out.print(text.endsWith("\n") ? text : text + "\n");
      out.flush();
      return answer.lines().isEmpty() ? ExitCodes.NO : ExitCodes.FINE;
    } catch (QuestionException e) {
      throw CommandException.badInput(e.problem());
    }
  }
}
