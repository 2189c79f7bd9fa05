package io.tributary.jobs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tiers rollups}: what sums there are over the ledger. */
@Command(
    name = "rollups",
    description = {
      "List the rollups: what they keep, how large they are, whether they follow the ledger.",
      "They are declared by the configuration of 'run' or by 'tiers advise --apply'."
    })
final class RollupsCommand implements Callable<Integer> {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Spec private @Nullable CommandSpec spec;

  @Mixin private WarehouseOptions target = new WarehouseOptions();

  @Option(
      names = "--rebuild",
      description =
          "Build those that do not follow the ledger, from all of it: what a running stream leaves"
              + " where the ledger is large.")
  private boolean rebuild;

  @Option(
      names = "--drop",
      paramLabel = "NAME",
      description =
          "Let go of a declared rollup and its table; take it out of the configuration of 'run'"
              + " too.")
  private @Nullable String drop;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ReportFormat format = ReportFormat.TABLE;

  @Override
  public Integer call() throws IOException {
    boolean changes = rebuild || drop != null;
    try (Warehouse warehouse = changes ? target.openForChange() : target.openExisting()) {
      if (drop != null && !Rollups.drop(warehouse, drop)) {
        throw CommandException.badInput("no rollup " + drop + " is declared");
      }
      if (rebuild) {
        new Rollups(warehouse)
            .rebuild(
                Rollups.status(warehouse).stream()
                    .filter(status -> !status.follows())
                    .map(Rollups.Status::rollup)
                    .toList());
      }
      say(Rollups.status(warehouse), Console.out(spec));
      return ExitCodes.FINE;
    }
  }

  private void say(List<Rollups.Status> all, PrintWriter out) throws IOException {
    if (format == ReportFormat.JSON) {
      List<Map<String, Object>> json = new ArrayList<>();
      all.forEach(status -> json.add(json(status)));
      out.println(JSON.writeValueAsString(json));
      return;
    }
    String line = "%-24s %-6s %12s %15s %-8s %s%n";
    out.printf(line, "Rollup", "Grain", "Rows", "Bytes", "Follows", "Keeps");
    for (Rollups.Status status : all) {
      out.printf(
          line,
          status.rollup().name(),
          status.rollup().grain().text(),
          "%,d".formatted(status.rows()),
          "%,d".formatted(status.bytes()),
          status.follows() ? "yes" : "no",
          keeps(status.rollup()));
    }
  }

  /** Columns, then dimensions, as the configuration takes them. */
  static String keeps(Rollup rollup) {
    List<String> kept = new ArrayList<>(rollup.columns());
    rollup.dimensions().forEach(id -> kept.add(id.equals(Rollup.EVERY) ? "all dimensions" : id));
    return kept.isEmpty() ? "(nothing)" : String.join(", ", kept);
  }

  private static Map<String, Object> json(Rollups.Status status) {
    Map<String, Object> json = json(status.rollup());
    json.put("rows", status.rows());
    json.put("bytes", status.bytes());
    json.put("follows", status.follows());
    return json;
  }

  /** As the configuration has it, with its name. */
  static Map<String, Object> json(Rollup rollup) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", rollup.name());
    json.put("grain", rollup.grain().text());
    json.put("columns", List.copyOf(rollup.columns()));
    json.put("dimensions", List.copyOf(rollup.dimensions()));
    return json;
  }
}
