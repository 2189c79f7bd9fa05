package io.tributary.jobs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.slo.GrafanaDashboard;
import io.tributary.slo.InvalidObjectivesException;
import io.tributary.slo.Objectives;
import io.tributary.slo.Problem;
import io.tributary.slo.PrometheusRules;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slo check}, {@code slo rules}, {@code slo report}. */
@Command(
    name = "slo",
    description = "Check objectives, make alert rules and a dashboard of them, report attainment.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SloCommand.Check.class, SloCommand.Rules.class, SloCommand.Report.class})
final class SloCommand {

  /** What {@code rules} makes. */
  enum RulesFormat {
    PROMETHEUS,
    GRAFANA
  }

  private static final String FILES = "OpenSLO v1 documents, YAML; Tributary's own by default.";

  private SloCommand() {}

  private static Objectives load(List<Path> files) throws IOException, InvalidObjectivesException {
    Map<String, String> sources = new LinkedHashMap<>();
    for (Path file : files) {
      sources.put(file.toString(), Console.text(file));
    }
    return files.isEmpty() ? Objectives.own() : Objectives.load(sources);
  }

  /** For commands whose result is not the list of problems. */
  private static Objectives sound(List<Path> files) throws IOException {
    try {
      return load(files);
    } catch (InvalidObjectivesException e) {
      throw CommandException.badInput(
          String.join("\n", e.problems().stream().map(Problem::toString).toList()));
    }
  }

  @Command(
      name = "check",
      description = "Say what is wrong with objectives: one line per problem, exit code 2.")
  static final class Check implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = FILES)
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
      try {
        int objectives = load(files).objectives().size();
        Console.out(spec).println("fine, " + objectives + " objectives");
        return ExitCodes.FINE;
      } catch (InvalidObjectivesException e) {
        e.problems().forEach(Console.err(spec)::println);
        return ExitCodes.BAD_INPUT;
      }
    }
  }

  @Command(
      name = "rules",
      description = {
        "Print recording rules and multi-window, multi-burn-rate alerts for Prometheus, or a"
            + " dashboard for Grafana."
      })
  static final class Rules implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = FILES)
    private List<Path> files = new ArrayList<>();

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "prometheus",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private RulesFormat format = RulesFormat.PROMETHEUS;

    @Option(
        names = "--runbooks",
        paramLabel = "URL",
        defaultValue = "docs/operations/runbooks/",
        description = "Where the runbooks are that alerts link to; default ${DEFAULT-VALUE}.")
    private String runbooks = "";

    @Override
    public Integer call() throws IOException {
      Objectives objectives = sound(files);
      PrintWriter out = Console.out(spec);
      out.print(
          format == RulesFormat.GRAFANA
              ? GrafanaDashboard.json(objectives)
              : PrometheusRules.yaml(objectives, runbooks));
      out.flush();
      return ExitCodes.FINE;
    }
  }

  @Command(
      name = "report",
      description = {
        "Say how far each objective was attained over a window, as Prometheus has measured it.",
        "Exit code 1 where one was missed. What Prometheus has no data of is neither attained nor"
            + " missed."
      })
  static final class Report implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = FILES)
    private List<Path> files = new ArrayList<>();

    @Option(
        names = "--prometheus",
        required = true,
        paramLabel = "URL",
        description = "Address of Prometheus: http://localhost:9090.")
    private URI prometheus = URI.create("");

    @Option(
        names = "--window",
        paramLabel = "DURATION",
        defaultValue = "30d",
        converter = Durations.class,
        description = "Up to now; default ${DEFAULT-VALUE}.")
    private Duration window = Duration.ofDays(30);

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private ReportFormat format = ReportFormat.TABLE;

    @Override
    public Integer call() throws IOException, InterruptedException {
      PrometheusQueries queries = new PrometheusQueries(prometheus);
      List<SloAttainment> attained = new ArrayList<>();
      for (var objective : sound(files).objectives()) {
        attained.add(
            SloAttainment.of(
                objective, queries.value(PrometheusRules.errorRatioOver(objective, window))));
      }
      PrintWriter out = Console.out(spec);
      if (format == ReportFormat.JSON) {
        out.println(JSON.writeValueAsString(attained.stream().map(SloAttainment::json).toList()));
      } else {
        out.printf("%-22s %10s %12s %12s  %s%n", "Objective", "Target", "Attained", "Budget", "");
        attained.forEach(line -> out.println(line.row()));
      }
      boolean missed = attained.stream().anyMatch(SloAttainment::isMissed);
      return missed ? ExitCodes.NO : ExitCodes.FINE;
    }
  }
}
