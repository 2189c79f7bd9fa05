package io.tributary.jobs.cli;

import io.tributary.jobs.BackgroundMaintenance;
import io.tributary.jobs.StreamJob;
import io.tributary.jobs.TraceArchive;
import io.tributary.jobs.cluster.ClusterFlink;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.watch.WarehouseWatch;
import io.tributary.query.http.QueryServer;
import io.tributary.query.http.ServerSettings;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.rollup.Rollups;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.execution.JobClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code run}: the streaming job. */
@Command(
    name = "run",
    description = {
      "Run the streaming job against the Kafka and the warehouse of a configuration file.",
      "Goes on from its newest checkpoint; ends with Ctrl-C."
    })
final class RunCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @ParentCommand private @Nullable ExecutionTarget target;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Configuration, YAML; docs/configuration.md lists it.")
  private Path config = Path.of("");

  @Override
  public Integer call() throws Exception {
    RunConfiguration configuration =
        RunConfiguration.parse(config.toString(), Console.text(config), System.getenv());
    if (ExecutionTarget.isOnCluster(target)) {
      submit(configuration);
      return ExitCodes.FINE;
    }
    StreamJob.Settings stream = configuration.stream();
    if (!stream.checkpoints().isLocal()) {
      throw CommandException.badInput(
          config + ": checkpoints is a directory here; a URI is for a Flink cluster");
    }
    Path directory = configuration.warehouse().directory();
    try (WarehouseLock lock = directory == null ? null : WarehouseLock.acquire(directory);
        Warehouse warehouse = open(configuration);
        QueryServer server = server(warehouse, configuration)) {
      new Topics(stream.topicPrefix())
          .create(stream.bootstrapServers(), configuration.partitions(), stream.kafkaProperties());
      JobClient job = StreamJob.start(warehouse, stream, Clock.systemUTC());
      PrintWriter out = Console.out(spec);
      out.println("stream '" + stream.stream() + "' reads " + stream.bootstrapServers());
      if (server != null) {
        out.println("dashboard  " + server.address());
      }
      out.flush();
      try (BackgroundMaintenance maintenance = maintenance(warehouse, configuration);
          WarehouseWatch watch = watch(warehouse, server, stream.stream(), maintenance)) {
        await(job);
      }
      return ExitCodes.FINE;
    }
  }

  /** Hands the job to the cluster; maintenance and API are services of their own there. */
  private static void submit(RunConfiguration configuration) throws Exception {
    StreamJob.Settings stream = configuration.stream();
    configuration.warehouse().refuseLocal();
    try (Warehouse warehouse = open(configuration)) {
      new Topics(stream.topicPrefix())
          .create(stream.bootstrapServers(), configuration.partitions(), stream.kafkaProperties());
      JobClient unused =
          StreamJob.start(
              ClusterFlink.streaming(stream.checkpoints(), stream.pace().checkpoints()),
              warehouse,
              stream,
              Clock.systemUTC());
    }
  }

  private static @Nullable QueryServer server(Warehouse warehouse, RunConfiguration configuration) {
    Integer port = configuration.queryPort();
    return port == null
        ? null
        : QueryServer.start(
            warehouse,
            new TraceArchive(),
            ServerSettings.local(port).logging(configuration.queryLog()),
            Clock.systemUTC());
  }

  /** Its metrics are shown by the server; without one nobody could read them. */
  private static @Nullable WarehouseWatch watch(
      Warehouse warehouse,
      @Nullable QueryServer server,
      String stream,
      @Nullable BackgroundMaintenance maintenance) {
    return server == null
        ? null
        : WarehouseWatch.start(
            warehouse,
            server.metrics(),
            WarehouseWatch.Settings.of(stream, maintenance == null ? null : maintenance::ended),
            Clock.systemUTC());
  }

  private static Warehouse open(RunConfiguration configuration) {
    Warehouse warehouse = Warehouse.open(configuration.warehouse().settings());
    String cold = configuration.coldLocation();
    if (cold != null) {
      TableTiers.placeCold(warehouse, cold);
    }
    configuration.rollups().forEach(rollup -> Rollups.declare(warehouse, rollup));
    return warehouse;
  }

  private static @Nullable BackgroundMaintenance maintenance(
      Warehouse warehouse, RunConfiguration configuration) {
    Duration pause = configuration.maintenance();
    return pause == null
        ? null
        : BackgroundMaintenance.start(
            warehouse,
            configuration.tiers(),
            configuration.stream().privacy(),
            pause,
            Clock.systemUTC());
  }

  private static void await(JobClient job) throws ExecutionException, InterruptedException {
    try {
      job.getJobExecutionResult().get();
    } catch (InterruptedException e) {
      job.cancel().get();
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the streaming job failed: " + rootMessage(e), e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
