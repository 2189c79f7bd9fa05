package io.tributary.jobs.cli;

import io.tributary.attribution.LabelHashes;
import io.tributary.jobs.BackgroundMaintenance;
import io.tributary.jobs.MaintenanceJob;
import io.tributary.jobs.cluster.ClusterFlink;
import io.tributary.sinks.catalog.Warehouse;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.core.execution.JobClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code maintain}: maintenance of a warehouse apart from its stream. */
@Command(
    name = "maintain",
    description = {
      "Maintain the warehouse of a configuration file, round after round, apart from its stream.",
      "Ends with Ctrl-C."
    })
final class MaintainCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @ParentCommand private @Nullable ExecutionTarget target;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Configuration as of 'run'.")
  private Path config = Path.of("");

  @Override
  public Integer call() throws Exception {
    RunConfiguration configuration =
        RunConfiguration.parse(config.toString(), Console.text(config), System.getenv());
    Duration pause = configuration.maintenance();
    if (pause == null) {
      throw CommandException.badInput(config + ": maintenance.interval is none");
    }
    if (ExecutionTarget.isOnCluster(target)) {
      submit(configuration, pause);
    } else {
      maintain(configuration, pause);
    }
    return ExitCodes.FINE;
  }

  private static void submit(RunConfiguration configuration, Duration pause) throws Exception {
    configuration.warehouse().refuseLocal();
    JobClient unused =
        MaintenanceJob.start(
            ClusterFlink.stateless(),
            configuration.warehouse().settings(),
            configuration.tiers(),
            configuration.stream().privacy(),
            pause,
            Clock.systemUTC());
  }

  private void maintain(RunConfiguration configuration, Duration pause)
      throws InterruptedException {
    LabelHashes unused = configuration.stream().privacy().labelHashes();
    try (Warehouse warehouse = Warehouse.openExisting(configuration.warehouse().settings());
        BackgroundMaintenance maintenance =
            BackgroundMaintenance.start(
                warehouse,
                configuration.tiers(),
                configuration.stream().privacy(),
                pause,
                Clock.systemUTC())) {
      PrintWriter out = Console.out(spec);
      out.println("maintains the warehouse of " + config);
      out.flush();
      new CountDownLatch(1).await();
    }
  }
}
