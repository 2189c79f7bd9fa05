package io.tributary.jobs.cli;

import io.tributary.jobs.LivePublisher;
import io.tributary.jobs.ReplayJob;
import io.tributary.jobs.bills.DeliveryHeldException;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code replay}: recorded inputs through Kafka and the streaming job. */
@Command(
    name = "replay",
    description = {
      "Publish recorded inputs to Kafka and run the streaming job until it has caught up.",
      "A replay that was killed goes on from its last checkpoint when it is given again."
    })
final class ReplayCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private TenantOptions target = new TenantOptions();
  @Mixin private BillFileOptions bills = new BillFileOptions();
  @Mixin private GuardOptions guard = new GuardOptions();

  @Option(
      names = "--events",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Records of any kind as JSON lines.")
  private List<Path> events = new ArrayList<>();

  @Option(
      names = "--shuffle",
      paramLabel = "SEED",
      description = "Publish in an order drawn from this seed.")
  private @Nullable Long shuffle;

  @Option(
      names = "--duplicate",
      paramLabel = "FRACTION",
      defaultValue = "0",
      description = "Publish this share of the records twice.")
  private double duplicate;

  @Option(
      names = "--admit-late",
      description =
          "Publish usage events that were refused as TOO_LATE to the live topics, to count after"
              + " all; needs --bootstrap-servers.")
  private boolean admitLate;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Brokers to use in place of one in this process.")
  private @Nullable String bootstrapServers;

  @Override
  public Integer call() throws Exception {
    if (!(duplicate >= 0 && duplicate <= 1)) {
      throw CommandException.badInput("--duplicate is a share from 0 to 1, not " + duplicate);
    }
    String tenant = target.tenant();
    var files = bills.with(tenant, RecordFileOptions.ofAnyKind(events));
    if (admitLate) {
      return admitLate(tenant, files.isEmpty());
    }
    if (files.isEmpty()) {
      throw CommandException.badInput("nothing to replay: give --events, --charges or both");
    }
    try (ConsoleProgress progress = new ConsoleProgress()) {
      RecordedInputs inputs = RecordedInputs.open(files, progress);
      try (WarehouseLock lock = target.lock();
          Warehouse warehouse = target.open()) {
        ReplayJob.Replayed replayed =
            new ReplayJob(
                    warehouse,
                    target.home().resolve("replays"),
                    tenant,
                    new ReplayJob.Options(
                        shuffle, duplicate, bootstrapServers, Duration.ofSeconds(1)),
                    guard.guard(target.warehouse()),
                    target.privacy(),
                    Clock.systemUTC())
                .run(inputs, progress);
        Console.out(spec)
            .printf(
                "replayed%s: %d records published, %d rejected%s%n",
                replayed.resumed() ? " (resumed)" : "",
                replayed.published(),
                replayed.totals().rejected(),
                replayed.conflicting() == 0 ? "" : ", " + replayed.conflicting() + " conflicting");
        Redacted.print(Console.out(spec), replayed.redacted());
        return new InputReport(spec, inputs).end(replayed.totals());
      } catch (DeliveryHeldException e) {
        throw CommandException.answerIsNo(String.valueOf(e.getMessage()));
      }
    }
  }

  private int admitLate(String tenant, boolean alone) throws Exception {
    String servers = bootstrapServers;
    if (servers == null || !alone) {
      throw CommandException.badInput("--admit-late goes with --bootstrap-servers, without files");
    }
    try (Warehouse warehouse = target.openExisting()) {
      long published = LivePublisher.admitLate(warehouse, tenant, servers);
      Console.out(spec).println("published " + published + " late usage events");
      return ExitCodes.FINE;
    }
  }
}
