package io.tributary.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tributary.attribution.ArchivedLines;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.DefinitionsDiff;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.jobs.WholeArchive;
import io.tributary.query.Measure;
import io.tributary.query.Question;
import io.tributary.query.QuestionException;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code definitions diff}: what other definitions would do to the lines of a tenant. */
@Command(
    name = "diff",
    description = {
      "Say what money would move if NEW held in place of OLD for all lines of a tenant.",
      "Also: lines that would lose their element, and rules that do nothing. Writes nothing."
    })
final class DefinitionsDiffCommand implements Callable<Integer> {

  /** How the answer is written. */
  enum Format {
    TEXT,
    JSON
  }

  @Spec private @Nullable CommandSpec spec;
  @Mixin private TenantOptions target = new TenantOptions();

  @Parameters(index = "0", paramLabel = "OLD", description = "Definitions to compare with, YAML.")
  private Path old = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "Definitions to try, YAML.")
  private Path now = Path.of("");

  @Option(
      names = "--measure",
      paramLabel = "MEASURE",
      description = "effective (default), billed, list or contracted.")
  private @Nullable String measure;

  @Mixin private PeriodOptions period = new PeriodOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text (default) or json.")
  private Format format = Format.TEXT;

  @Override
  public Integer call() throws IOException {
    Definitions oldDefinitions = Console.definitions(old);
    Definitions newDefinitions = Console.definitions(now);
    Question question = question();
    try (Warehouse warehouse = target.openExisting()) {
      ArchivedLines archived =
          WholeArchive.read(WarehouseReader.sealed(warehouse), target.existing(warehouse));
      DefinitionsDiff diff =
          new DefinitionsDiff(
              oldDefinitions,
              newDefinitions,
              cost(question.measure()),
              archived.entities(),
              archived.telemetry());
      archived.usage().forEach(diff::add);
      for (TracedLine line : archived.lines()) {
        if (isAsked(question, line.entry())) {
          diff.add(line);
        }
      }
      print(DefinitionsDiffReport.of(diff, now.toString()));
    }
    return ExitCodes.FINE;
  }

  private void print(DefinitionsDiffReport report) throws JsonProcessingException {
    PrintWriter out = Console.out(spec);
    out.print(format == Format.JSON ? report.json() : report.text());
    out.flush();
  }

  private Question question() {
    try {
      return period.about(target.tenant()).measure(measure).build();
    } catch (QuestionException e) {
      throw CommandException.badInput(e.problem());
    }
  }

  private boolean isAsked(Question question, LedgerEntry entry) {
    SortedSet<BillingMonth> months = period.months();
    return (months.isEmpty() || months.contains(BillingMonth.of(entry.getBillingPeriodStart())))
        && isAsked(question, entry.getChargePeriodStart());
  }

  private static boolean isAsked(Question question, Instant at) {
    Instant start = question.from();
    Instant end = question.to();
    return (start == null || !at.isBefore(start)) && (end == null || at.isBefore(end));
  }

  private static Function<Measures, BigDecimal> cost(Measure measure) {
    return switch (measure) {
      case EFFECTIVE -> Measures::effective;
      case BILLED -> Measures::billed;
      case LIST -> Measures::list;
      case CONTRACTED -> Measures::contracted;
    };
  }
}
