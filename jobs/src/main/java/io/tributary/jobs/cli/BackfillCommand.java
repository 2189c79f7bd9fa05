package io.tributary.jobs.cli;

import io.tributary.events.Money;
import io.tributary.events.bills.DeliverySummary;
import io.tributary.jobs.BackfillJob;
import io.tributary.jobs.BackfillJob.Difference;
import io.tributary.jobs.BackfillJob.Ingested;
import io.tributary.jobs.BackfillJob.WithdrawsTooMuchException;
import io.tributary.jobs.LivePublisher;
import io.tributary.jobs.Owners;
import io.tributary.jobs.PastRetentionException;
import io.tributary.jobs.cluster.ClusterFlink;
import io.tributary.jobs.inputs.InputFiles;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.sinks.RemovedPeriods;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseLock;
import io.tributary.sinks.maintenance.LostFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.flink.util.ExceptionUtils;
import org.apache.iceberg.exceptions.NotFoundException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code backfill}: batch attribution. */
@Command(
    name = "backfill",
    description = {
      "Add files to the archives of a tenant, attribute everything from scratch, and make the"
          + " ledger equal to the result.",
      "Without files, repairs the ledger from the archives."
    })
final class BackfillCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @ParentCommand private @Nullable Tributary tributary;
  @Mixin private TenantOptions target = new TenantOptions();
  @Mixin private BillFileOptions bills = new BillFileOptions();

  @Option(
      names = {"--usage", "--entities", "--prices", "--telemetry"},
      arity = "1..*",
      paramLabel = "PATH",
      description = "Records as JSON lines.")
  private List<Path> jsonLines = new ArrayList<>();

  @Option(
      names = "--period",
      paramLabel = "2026-01",
      description = "Only entries of this billing period; repeatable.")
  private List<String> periods = new ArrayList<>();

  @Option(names = "--replace", description = "Let a delivery withdraw more than half of its scope.")
  private boolean replace;

  @Option(
      names = "--verify",
      description = "Write nothing; report how the ledger differs from its archives.")
  private boolean verify;

  @Option(
      names = "--drop-lost-files",
      description =
          "Take files out of the ledger that the storage no longer has, and write again what they"
              + " held of the tenant.")
  private boolean dropLostFiles;

  @Option(
      names = "--as-known-now",
      description = "Also count what the stream refused as beyond the horizon.")
  private boolean asKnownNow;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Publish the files to the tenant's stream instead of archiving them here.")
  private @Nullable String bootstrapServers;

  @Override
  public Integer call() throws Exception {
    String tenant = target.tenant();
    InputFiles files = bills.with(tenant, jsonLines);
    Set<Instant> wanted = periods();
    if (verify && !files.isEmpty()) {
      throw CommandException.badInput("--verify takes no files: it compares what is archived");
    }
    if (verify && dropLostFiles) {
      throw CommandException.badInput("--verify writes nothing, so it does not --drop-lost-files");
    }
    try (ConsoleProgress progress = new ConsoleProgress()) {
      RecordedInputs inputs = RecordedInputs.open(files, progress);
      if (bootstrapServers != null) {
        return publish(bootstrapServers, tenant, inputs, progress);
      }
      try (WarehouseLock lock = target.lock();
          Warehouse warehouse = verify ? target.openExisting() : target.open()) {
        refuseRemoved(warehouse, tenant, wanted);
        BackfillJob job = job(warehouse, tenant);
        if (verify) {
          return report(readable(() -> job.differences(wanted)));
        }
        refuseFilesOfStream(warehouse, tenant, files);
        if (dropLostFiles) {
          LostFiles.drop(warehouse, tenant).forEach(this::report);
        }
        if (!files.isEmpty()) {
          report(ingest(job, inputs));
        }
        if (asKnownNow) {
          Console.out(spec).println("admitted: " + job.admitBeyondHorizon());
        }
        progress.close();
        return readable(
            () -> {
              Redacted.print(Console.out(spec), job.attribute(wanted));
              return ExitCodes.FINE;
            });
      }
    }
  }

  /** Tells what to do where a file is gone that the work reads. */
  private static <T> T readable(Callable<T> work) throws Exception {
    try {
      return work.call();
    } catch (Exception e) {
      Optional<NotFoundException> gone = ExceptionUtils.findThrowable(e, NotFoundException.class);
      if (gone.isEmpty()) {
        throw e;
      }
      throw CommandException.failed(
          "a file of the warehouse is gone: %s (--drop-lost-files if it is of cost_ledger or of estimate_errors; one of an archive has to be restored)"
              .formatted(gone.get().getMessage()));
    }
  }

  private BackfillJob job(Warehouse warehouse, String tenant) throws IOException {
    Clock clock = Clock.systemUTC();
    return Tributary.isOnCluster(tributary)
        ? new BackfillJob(warehouse, tenant, target.privacy(), clock, ClusterFlink::batch)
        : new BackfillJob(warehouse, tenant, target.privacy(), clock);
  }

  private Ingested ingest(BackfillJob job, RecordedInputs inputs) throws Exception {
    try {
      return job.ingest(inputs, replace);
    } catch (WithdrawsTooMuchException e) {
      throw CommandException.answerIsNo(String.valueOf(e.getMessage()));
    } catch (PastRetentionException e) {
      throw CommandException.badInput(String.valueOf(e.getMessage()));
    }
  }

  private static void refuseFilesOfStream(Warehouse warehouse, String tenant, InputFiles files)
      throws Exception {
    if (!files.isEmpty()) {
      Owners.read(warehouse).refuseOwned(tenant);
    }
  }

  private static void refuseRemoved(Warehouse warehouse, String tenant, Set<Instant> periods) {
    RemovedPeriods removed = RemovedPeriods.of(warehouse);
    for (Instant period : periods) {
      if (removed.has(tenant, period)) {
        throw CommandException.badInput(
            "--period %s: before %s everything of %s is past its retention and was removed"
                .formatted(RemovedPeriods.month(period), removed.before(tenant), tenant));
      }
    }
  }

  private int publish(
      String servers, String tenant, RecordedInputs inputs, ConsoleProgress progress)
      throws Exception {
    try (Warehouse warehouse = target.openExisting()) {
      long published = LivePublisher.publish(warehouse, tenant, inputs, servers, progress);
      Console.out(spec).println("published " + published + " records for tenant " + tenant);
      return ExitCodes.FINE;
    }
  }

  private Set<Instant> periods() {
    Set<Instant> instants = new TreeSet<>();
    for (String period : periods) {
      try {
        instants.add(YearMonth.parse(period).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
      } catch (DateTimeException e) {
        throw CommandException.badInput("--period is a month like 2026-01, not '" + period + "'");
      }
    }
    return instants;
  }

  private void report(Ingested ingested) {
    PrintWriter out = Console.out(spec);
    ingested.records().forEach((kind, count) -> out.println(kind + ": " + count));
    for (DeliverySummary delivery : ingested.deliveries()) {
      delivery
          .sums()
          .forEach(
              (currency, sums) ->
                  out.printf(
                      "delivery %s %s %s #%d: %d charges, %d rejected, billed %s %s%n",
                      delivery.scope().serviceProviderName(),
                      delivery.scope().billingAccountId(),
                      YearMonth.from(
                          delivery.scope().billingPeriodStart().atOffset(ZoneOffset.UTC)),
                      delivery.delivery().getSequence(),
                      delivery.charges(),
                      delivery.rejected(),
                      Money.plain(sums.billed().sum()),
                      currency));
    }
    if (ingested.rejected() > 0) {
      out.println("rejected: " + ingested.rejected() + " (kept in table rejected)");
    }
  }

  private void report(LostFiles.Lost lost) {
    Console.out(spec)
        .printf(
            "%s: dropped a lost file with %,d rows, maybe also of other tenants: %s%n",
            lost.table().tableName(), lost.rows(), lost.location());
  }

  private int report(List<Difference> differences) {
    PrintWriter out = Console.out(spec);
    if (differences.isEmpty()) {
      out.println("the ledger equals the attribution of its archives");
      return ExitCodes.FINE;
    }
    for (Difference difference : differences) {
      out.printf(
          "%s: %d entries missing or too many; billed %s, effective %s %s%n",
          difference.billingPeriodStart(),
          difference.entries(),
          Money.plain(difference.measures().billed()),
          Money.plain(difference.measures().effective()),
          difference.currency());
    }
    return ExitCodes.NO;
  }
}
