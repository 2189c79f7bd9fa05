package io.tributary.jobs.cli;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Money;
import io.tributary.jobs.export.FocusExport;
import io.tributary.jobs.export.FocusFormat;
import io.tributary.query.BasisChoice;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code export focus}. */
@Command(
    name = "export",
    description = "Write the ledger to files that others read.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ExportCommand.Focus.class)
final class ExportCommand {

  private ExportCommand() {}

  @Command(
      name = "focus",
      description = {
        "Write the net ledger of a tenant as a FOCUS bill: one row per line, costs exact, dimensions"
            + " as Tags, columns of ours with x_ in front.",
        "Always the same rows in the same order for the same ledger."
      })
  static final class Focus implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private TenantOptions target = new TenantOptions();

    @Option(
        names = "--period",
        paramLabel = "2026-01",
        description = "Only this billing month; repeatable; all by default.")
    private List<String> periods = new ArrayList<>();

    @Option(
        names = "--basis",
        paramLabel = "BASIS",
        defaultValue = "all",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private BasisChoice basis = BasisChoice.ALL;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "csv",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private FocusFormat format = FocusFormat.CSV;

    @Option(
        names = {"--output", "-o"},
        paramLabel = "FILE",
        description = "Where to, replacing what is there; stdout by default, for CSV only.")
    private @Nullable Path output;

    @Override
    public Integer call() throws IOException {
      Path file = output;
      if (file == null && format == FocusFormat.PARQUET) {
        throw CommandException.badInput("--format parquet needs --output FILE");
      }
      Path directory = file == null ? null : file.toAbsolutePath().getParent();
      if (directory != null && !Files.isDirectory(directory)) {
        throw CommandException.badInput("no such directory: " + directory);
      }
      SortedSet<BillingMonth> asked = BillingMonths.of("--period", periods);
      try (Warehouse warehouse = target.openExisting()) {
        FocusExport export =
            new FocusExport(
                WarehouseReader.sealed(warehouse), target.existing(warehouse), chosen());
        SortedSet<BillingMonth> months = export.months(asked);
        if (file == null) {
          export.write(months, Console.out(spec));
        } else {
          export.write(months, format, file);
        }
        report(export);
      }
      return ExitCodes.FINE;
    }

    private @Nullable Basis chosen() {
      return switch (basis) {
        case ALL -> null;
        case BILLED -> Basis.BILLED;
        case ESTIMATED -> Basis.ESTIMATED;
      };
    }

    private void report(FocusExport export) {
      PrintWriter err = Console.err(spec);
      err.println(export.rows() + " rows");
      export
          .totals()
          .forEach(
              (currency, sums) ->
                  err.printf(
                      "%s: billed %s, effective %s%n",
                      currency, Money.plain(sums.billed()), Money.plain(sums.effective())));
    }
  }
}
