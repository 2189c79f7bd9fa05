package io.tributary.jobs.cli;

import io.tributary.dimensions.definitions.NegativeWeight;
import io.tributary.events.BillingMonth;
import io.tributary.events.Money;
import io.tributary.jobs.BackfillJob;
import io.tributary.jobs.BackfillJob.Attributed;
import io.tributary.jobs.BackfillJob.Difference;
import io.tributary.jobs.BackfillJob.Ingested;
import io.tributary.jobs.LivePublisher;
import io.tributary.jobs.NotArchivedYetException;
import io.tributary.jobs.Owners;
import io.tributary.jobs.PastRetentionException;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.jobs.bills.DeliveryHeldException;
import io.tributary.jobs.cluster.ClusterFlink;
import io.tributary.jobs.inputs.InputFiles;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.sinks.catalog.UnreadableFileException;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.maintenance.LostFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  private static final int MOST_WARNINGS = 10;

  @Spec private @Nullable CommandSpec spec;
  @ParentCommand private @Nullable ExecutionTarget parent;
  @Mixin private TenantOptions target = new TenantOptions();
  @Mixin private BillFileOptions bills = new BillFileOptions();
  @Mixin private RecordFileOptions records = new RecordFileOptions();
  @Mixin private GuardOptions guard = new GuardOptions();

  @Option(
      names = "--period",
      paramLabel = "2026-01",
      description = "Only entries of this billing month; repeatable.")
  private List<String> periods = new ArrayList<>();

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

  @Option(
      names = "--dry-run",
      description =
          "Read the files and say what they hold and what would be rejected; write nothing. Needs no"
              + " warehouse.")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    String tenant = target.tenant();
    InputFiles files = bills.with(tenant, records.files());
    Set<BillingMonth> wanted = BillingMonths.of("--period", periods);
    checkOptions(files);
    @Nullable DeliveryGuard asked = guard.guard(target.warehouse());
    try (ConsoleProgress progress = new ConsoleProgress()) {
      RecordedInputs inputs = RecordedInputs.open(files, progress);
      if (dryRun) {
        return tryOut(inputs);
      }
      if (bootstrapServers != null) {
        return publish(bootstrapServers, tenant, inputs, asked, progress);
      }
      try (WarehouseLock lock = target.lock();
          Warehouse warehouse = verify ? target.openExisting() : target.open()) {
        refuseRemoved(warehouse, tenant, wanted);
        refuseFilesOfStream(warehouse, tenant, files);
        if (dropLostFiles) {
          LostFiles.drop(warehouse, tenant).forEach(this::report);
        }
        if (files.isEmpty()) {
          readable(() -> target.existing(warehouse));
        }
        BackfillJob job = job(warehouse, tenant);
        if (verify) {
          return report(readable(() -> job.differences(wanted)));
        }
        Ingested ingested = files.isEmpty() ? null : ingest(job, inputs, asked);
        if (ingested != null) {
          new InputReport(spec, inputs).archived(ingested);
        }
        if (asKnownNow) {
          Console.out(spec).println("admitted: " + job.admitBeyondHorizon());
        }
        progress.close();
        Attributed attributed = readable(() -> job.attribute(wanted));
        warn(attributed.negativeWeights());
        Redacted.print(Console.out(spec), attributed.redacted());
        return ingested == null
            ? ExitCodes.FINE
            : new InputReport(spec, inputs).end(ingested.totals());
      }
    }
  }

  private void checkOptions(InputFiles files) {
    if (verify && !files.isEmpty()) {
      throw CommandException.badInput("--verify takes no files: it compares what is archived");
    }
    if (verify && dropLostFiles) {
      throw CommandException.badInput("--verify writes nothing, so it does not --drop-lost-files");
    }
    if (dryRun && files.isEmpty()) {
      throw CommandException.badInput("--dry-run reads files, and none is given");
    }
    if (dryRun && (verify || dropLostFiles || asKnownNow || bootstrapServers != null)) {
      throw CommandException.badInput(
          "--dry-run only reads files: leave out --verify, --drop-lost-files, --as-known-now and"
              + " --bootstrap-servers");
    }
  }

  private int tryOut(RecordedInputs inputs) throws Exception {
    InputReport report = new InputReport(spec, inputs);
    RecordedInputs.Totals totals = inputs.tryOut();
    report.tried(totals);
    return report.end(totals);
  }

  /** Tells what to do where a file is gone or damaged that the work reads. */
  private static <T> T readable(Callable<T> work) throws Exception {
    try {
      return work.call();
    } catch (Exception e) {
      Optional<NotFoundException> gone = ExceptionUtils.findThrowable(e, NotFoundException.class);
      if (gone.isPresent()) {
        throw CommandException.failed(
            "a file of the warehouse is gone: %s (--drop-lost-files if it is of cost_ledger or of estimate_errors; one of an archive has to be restored)"
                .formatted(gone.get().getMessage()));
      }
      Optional<UnreadableFileException> damaged =
          ExceptionUtils.findThrowable(e, UnreadableFileException.class);
      if (damaged.isPresent()) {
        throw CommandException.failed(
            "%s (restore the file from a backup; one of cost_ledger or of estimate_errors can be deleted instead, and --drop-lost-files writes its rows again)"
                .formatted(damaged.get().getMessage()));
      }
      throw e;
    }
  }

  private BackfillJob job(Warehouse warehouse, String tenant) throws IOException {
    Clock clock = Clock.systemUTC();
    return ExecutionTarget.isOnCluster(parent)
        ? new BackfillJob(warehouse, tenant, target.privacy(), clock, ClusterFlink::batch)
        : new BackfillJob(warehouse, tenant, target.privacy(), clock);
  }

  private static Ingested ingest(
      BackfillJob job, RecordedInputs inputs, @Nullable DeliveryGuard asked) throws Exception {
    try {
      return job.ingest(inputs, asked);
    } catch (DeliveryHeldException e) {
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

  private static void refuseRemoved(Warehouse warehouse, String tenant, Set<BillingMonth> months) {
    RemovedPeriods removed = RemovedPeriods.of(warehouse);
    for (BillingMonth month : months) {
      if (removed.has(tenant, month)) {
        throw CommandException.badInput(
            "--period %s: before %s everything of %s is past its retention and was removed"
                .formatted(month, removed.before(tenant), tenant));
      }
    }
  }

  private int publish(
      String servers,
      String tenant,
      RecordedInputs inputs,
      @Nullable DeliveryGuard asked,
      ConsoleProgress progress)
      throws Exception {
    try (Warehouse warehouse = target.openExisting()) {
      LivePublisher publisher =
          new LivePublisher(
              warehouse,
              tenant,
              servers,
              target.publicationHome(),
              target.privacy(),
              Clock.systemUTC());
      LivePublisher.Published published = publisher.publish(inputs, asked, progress);
      progress.close();
      InputReport report = new InputReport(spec, inputs);
      report.published(published);
      Console.out(spec)
          .println("published " + published.records() + " records for tenant " + tenant);
      return report.end(published.totals());
    } catch (DeliveryHeldException | NotArchivedYetException e) {
      throw CommandException.answerIsNo(String.valueOf(e.getMessage()));
    }
  }

  private void warn(List<NegativeWeight> weights) {
    PrintWriter err = Console.err(spec);
    weights.stream()
        .limit(MOST_WARNINGS)
        .forEach(weight -> err.println("warning: " + weight.sentence()));
    if (weights.size() > MOST_WARNINGS) {
      err.printf(
          "warning: weights below 0 in %d more allocations and months%n",
          weights.size() - MOST_WARNINGS);
    }
    if (!weights.isEmpty()) {
      err.println("'NegativeWeights: zero' in the definitions lets such an element get nothing");
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
          difference.month(),
          difference.entries(),
          Money.plain(difference.measures().billed()),
          Money.plain(difference.measures().effective()),
          difference.currency());
    }
    return ExitCodes.NO;
  }
}
