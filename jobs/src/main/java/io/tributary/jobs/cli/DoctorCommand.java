package io.tributary.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.jobs.doctor.Finding;
import io.tributary.jobs.doctor.KafkaCheck;
import io.tributary.jobs.doctor.MachineCheck;
import io.tributary.jobs.doctor.Secrets;
import io.tributary.jobs.doctor.StateCheck;
import io.tributary.jobs.doctor.WarehouseCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: is everything there that the stream needs? */
@Command(
    name = "doctor",
    description = {
      "Check a configuration and its surroundings: versions, checkpoints, Kafka and its topics,"
          + " catalog, tables, storage, clocks.",
      "One line per check: ok, problem (something must be done; exit code 1, 2 where 'run' would"
          + " refuse warehouse or checkpoints) or unseen (this machine cannot look; exit code"
          + " unchanged), with what to do. Writes a small file to the storage and the checkpoints, and"
          + " removes it again."
    })
final class DoctorCommand implements Callable<Integer> {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Pattern SECRET =
      Pattern.compile("(?i).*(password|secret|token|credential|jaas|(^|[.-])key$).*");

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Configuration of 'run', YAML.")
  private Path config = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ReportFormat format = ReportFormat.TABLE;

  /** Whether warehouse or state are such that 'run' refuses them. */
  private boolean refused;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String yaml = Console.text(config);
    Secrets secrets = secrets(yaml);
    List<Finding> findings = findings(yaml).stream().map(secrets::hide).toList();
    print(findings);
    if (refused) {
      return ExitCodes.BAD_INPUT;
    }
    return findings.stream().anyMatch(finding -> finding.state() == Finding.State.PROBLEM)
        ? ExitCodes.NO
        : ExitCodes.FINE;
  }

  private List<Finding> findings(String yaml) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    RunConfiguration configuration;
    try {
      configuration = RunConfiguration.parse(config.toString(), yaml, System.getenv());
    } catch (CommandException e) {
      findings.add(
          Finding.problem(
              "configuration",
              String.valueOf(e.getMessage()),
              "docs/configuration.md lists every setting; nothing else was checked"));
      return findings;
    }
    Clock clock = Clock.systemUTC();
    findings.add(Finding.ok("configuration", "it can be read"));
    findings.addAll(MachineCheck.run(configuration.stream().checkpoints(), clock));
    StateCheck state = new StateCheck(configuration.stream().checkpoints());
    findings.addAll(state.run());
    findings.addAll(
        new KafkaCheck(
                configuration.stream().bootstrapServers(),
                configuration.stream().topicPrefix(),
                configuration.partitions(),
                configuration.stream().kafkaProperties(),
                clock)
            .run());
    WarehouseCheck warehouse =
        new WarehouseCheck(
            configuration.warehouse().settings(), configuration.coldLocation(), clock);
    findings.addAll(warehouse.run());
    refused = state.refused() || warehouse.refused();
    return findings;
  }

  /** What the configuration's secret settings, and all of its references, stand for. */
  private Secrets secrets(String yaml) {
    ConfigurationValues values = ConfigurationValues.read(config.toString(), yaml, System.getenv());
    List<String> hidden = new ArrayList<>();
    values
        .references("")
        .forEach(
            (path, text) -> {
              String value = values.text(path, "");
              if (SECRET.matcher(path).matches() || !value.equals(text)) {
                hidden.add(value);
              }
            });
    return new Secrets(hidden);
  }

  private void print(List<Finding> findings) throws JsonProcessingException {
    PrintWriter out = Console.out(spec);
    if (format == ReportFormat.JSON) {
      out.println(JSON.writeValueAsString(findings));
    } else {
      for (Finding finding : findings) {
        out.printf(
            "%-8s %s: %s%s%n",
            finding.state().word(),
            finding.subject(),
            finding.told(),
            finding.remedy().isEmpty() ? "" : "; " + finding.remedy());
      }
    }
    out.flush();
  }
}
