package io.tributary.jobs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.query.advise.Advice;
import io.tributary.query.advise.Advisor;
import io.tributary.sinks.catalog.Warehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
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

/** {@code tiers advise}: the layout that what was asked would have been cheaper with. */
@Command(
    name = "advise",
    description = {
      "Propose rollups, an order of rows and partitions from what was asked and what the tables"
          + " hold, with the bytes that each would have saved.",
      "Reads the ledger once. Rollups are chosen greedily by bytes saved for each byte they take."
    })
final class AdviseCommand implements Callable<Integer> {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Spec private @Nullable CommandSpec spec;

  @Mixin private WarehouseOptions target = new WarehouseOptions();

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "30d",
      description = "Questions of so long, whole days: 7d, 30d; default ${DEFAULT-VALUE}.")
  private Duration since = Duration.ofDays(30);

  @Option(
      names = "--rollups",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rollups proposed at most; default ${DEFAULT-VALUE}.")
  private int rollups;

  @Option(
      names = "--budget",
      paramLabel = "BYTES",
      description = "Bytes that they take at most, all together; any by default.")
  private @Nullable Long budget;

  @Option(
      names = "--apply",
      description =
          "Declare and build the rollups, and set the order that maintenance sorts the ledger by."
              + " Partitions stay.")
  private boolean apply;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ReportFormat format = ReportFormat.TABLE;

  @Override
  public Integer call() throws IOException {
    if (rollups < 0 || budget != null && budget < 0) {
      throw CommandException.badInput("--rollups and --budget are not negative");
    }
    PrintWriter out = Console.out(spec);
    try (Warehouse warehouse = apply ? target.openForChange() : target.openExisting()) {
      Advice advice =
          new Advisor(warehouse, Clock.systemUTC().instant().minus(since))
              .advise(rollups, budget == null ? Long.MAX_VALUE : budget);
      if (apply) {
        Advisor.apply(warehouse, advice);
      }
      if (format == ReportFormat.JSON) {
        out.println(JSON.writeValueAsString(json(advice)));
      } else {
        say(advice, out);
      }
    }
    return ExitCodes.FINE;
  }

  private void say(Advice advice, PrintWriter out) {
    out.printf("%,d questions that read %,d bytes%n%n", advice.questions(), advice.bytesRead());
    String line = "%-40s %-6s %12s %15s %15s  %s%n";
    out.printf(line, "Rollup", "Grain", "Rows", "Bytes", "Saves", "Keeps");
    advice
        .rollups()
        .forEach(
            proposed ->
                out.printf(
                    line,
                    proposed.rollup().name(),
                    proposed.rollup().grain().text(),
                    "%,d".formatted(proposed.rows()),
                    "%,d".formatted(proposed.bytes()),
                    "%,d".formatted(proposed.saved()),
                    RollupsCommand.keeps(proposed.rollup())));
    if (advice.rollups().isEmpty()) {
      out.println("(none would have saved more bytes than it takes)");
    }
    out.println();
    say("Order of rows", advice.order(), out);
    say("Partitions", advice.partitions(), out);
    out.println();
    out.println(
        apply
            ? "rollups are declared and built, the order is that of files written from now on;"
                + " partitions stay"
            : "nothing is changed; --apply declares and builds the rollups and sets the order");
  }

  private static void say(String what, Advice.Layout layout, PrintWriter out) {
    if (layout.changes()) {
      out.printf(
          "%s: %s instead of %s saves %,d: %s%n",
          what,
          String.join(", ", layout.proposed()),
          String.join(", ", layout.now()),
          layout.saved(),
          layout.why());
    } else {
      out.printf("%s: %s stays: %s%n", what, String.join(", ", layout.now()), layout.why());
    }
  }

  private Map<String, Object> json(Advice advice) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("questions", advice.questions());
    json.put("bytesRead", advice.bytesRead());
    List<Map<String, Object>> proposed = new ArrayList<>();
    advice
        .rollups()
        .forEach(
            rollup -> {
              Map<String, Object> member = RollupsCommand.json(rollup.rollup());
              member.put("rows", rollup.rows());
              member.put("bytes", rollup.bytes());
              member.put("saved", rollup.saved());
              proposed.add(member);
            });
    json.put("rollups", proposed);
    json.put("order", json(advice.order()));
    json.put("partitions", json(advice.partitions()));
    json.put("applied", apply);
    return json;
  }

  private static Map<String, Object> json(Advice.Layout layout) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("now", layout.now());
    json.put("proposed", layout.proposed());
    json.put("saved", layout.saved());
    json.put("why", layout.why());
    return json;
  }
}
