package io.tributary.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.jobs.contracts.FieldLosses;
import io.tributary.jobs.contracts.Sample;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code contracts check}. */
@Command(
    name = "contracts",
    description = "Check what producers publish.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ContractsCommand.Check.class)
final class ContractsCommand {

  private ContractsCommand() {}

  @Command(
      name = "check",
      description = {
        "Check a sample of records against the contracts, for a producer's own tests.",
        "Reads JSON lines, as 'replay' does. With --definitions also says which dimensions hang on"
            + " which field: what records would lose if it vanished. Exit code 1 where a line breaks"
            + " a contract."
      })
  static final class Check implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN_ELEMENTS = 5;

    /** What is written as JSON. */
    private record Report(
        int records,
        List<String> problems,
        @Nullable List<FieldLosses.Reach> dimensions,
        @Nullable List<FieldLosses.Loss> fields) {}

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
        paramLabel = "FILE",
        arity = "1..*",
        description = "Samples, JSON lines; gzipped or not.")
    private List<Path> files = new ArrayList<>();

    @Option(
        names = "--definitions",
        paramLabel = "FILE",
        description = "The tenant's definitions, YAML.")
    private @Nullable Path definitions;

    @Option(
        names = "--tenant",
        paramLabel = "T",
        description = "Whose records they must be; any tenant's by default.")
    private @Nullable String tenant;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private ReportFormat format = ReportFormat.TABLE;

    @Override
    public Integer call() throws IOException {
      Definitions rules = definitions == null ? null : Console.definitions(definitions);
      Sample sample = new Sample(tenant);
      for (Path file : files) {
        if (!Files.isRegularFile(file)) {
          throw CommandException.badInput("no such file: " + file);
        }
        sample.read(file);
      }
      FieldLosses losses = rules == null ? null : new FieldLosses(sample, rules);
      print(
          new Report(
              sample.records(),
              sample.problems(),
              losses == null ? null : losses.reach(),
              losses == null ? null : losses.losses()));
      if (rules != null && !rules.isWithoutAllocations()) {
        Console.err(spec).println("allocations are not evaluated, only what they read");
      }
      return sample.problems().isEmpty() ? ExitCodes.FINE : ExitCodes.NO;
    }

    private void print(Report report) throws JsonProcessingException {
      PrintWriter out = Console.out(spec);
      if (format == ReportFormat.JSON) {
        out.println(JSON.writeValueAsString(report));
      } else {
        report.problems.forEach(out::println);
        out.printf(
            "%d records are as the contracts say, %d lines are not%n",
            report.records, report.problems.size());
        if (report.dimensions != null && report.fields != null) {
          report.dimensions.forEach(reach -> print(reach, out));
          report.fields.forEach(loss -> print(loss, out));
        }
      }
      out.flush();
    }

    private static void print(FieldLosses.Reach reach, PrintWriter out) {
      out.printf(
          "%s: %d of %d records have an element%s%n",
          reach.dimension(),
          reach.withElement(),
          reach.records(),
          reach.withElement() == 0 ? ": nothing in the sample reaches this dimension" : "");
    }

    private static void print(FieldLosses.Loss loss, PrintWriter out) {
      List<String> shown = loss.elements().stream().limit(SHOWN_ELEMENTS).toList();
      out.printf(
          "without %s of %s: %s is lost on %d of %d records%s%s (%s%s)%n",
          loss.field(),
          loss.kind(),
          loss.dimension(),
          loss.lost(),
          loss.had(),
          loss.changed() == 0 ? "" : ", another on " + loss.changed(),
          loss.refused() == 0 ? "" : ", " + loss.refused() + " of them refused whole",
          String.join(", ", shown),
          loss.elements().size() > shown.size() ? ", ..." : "");
    }
  }
}
