package io.tributary.jobs.cli;

import io.tributary.jobs.BackgroundMaintenance;
import io.tributary.jobs.DemoJob;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.TraceArchive;
import io.tributary.jobs.watch.WarehouseWatch;
import io.tributary.query.http.QueryServer;
import io.tributary.query.http.ServerSettings;
import io.tributary.sinks.catalog.OwnerOnly;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.maintenance.TierSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: everything in one JVM. */
@Command(
    name = "demo",
    description = {
      "A generated company, live, in this process: broker, streaming job, warehouse, API and"
          + " dashboard.",
      "Prints the address of the dashboard; ends with Ctrl-C."
    })
final class DemoCommand implements Callable<Integer> {

  private static final Duration ROUND = Duration.ofMinutes(1);

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port of API and dashboard on this machine; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--events-per-second",
      paramLabel = "N",
      defaultValue = "200",
      description = "Usage events per second; default ${DEFAULT-VALUE}.")
  private int eventsPerSecond;

  @Option(names = "--minutes", paramLabel = "M", description = "End after so many minutes.")
  private @Nullable Integer minutes;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Keep everything here, or go on with what is there; a temporary directory"
              + " by default.")
  private @Nullable Path data;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "42",
      description = "Seed of the company; default ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws Exception {
    if (eventsPerSecond < 1 || (minutes != null && minutes < 1)) {
      throw CommandException.badInput("--events-per-second and --minutes are at least 1");
    }
    PrintWriter out = Console.out(spec);
    Clock clock = Clock.systemUTC();
    Path directory = directory();
    WarehouseSettings settings = WarehouseSettings.local(directory.resolve("warehouse"));
    try (WarehouseLock lock = WarehouseLock.acquire(directory.resolve("warehouse"));
        Warehouse warehouse = Warehouse.open(settings);
        QueryServer server =
            QueryServer.start(warehouse, new TraceArchive(), ServerSettings.local(port), clock)) {
      out.println("dashboard  " + server.address());
      out.println("warehouse  " + directory.resolve("warehouse"));
      out.flush();
      try (DemoJob job =
              DemoJob.start(
                  new DemoJob.Settings(directory, seed, eventsPerSecond), warehouse, clock);
          BackgroundMaintenance maintenance =
              BackgroundMaintenance.start(
                  warehouse, TierSettings.DEFAULT, Privacy.of(settings), ROUND, clock);
          WarehouseWatch watch =
              WarehouseWatch.start(
                  warehouse,
                  server.metrics(),
                  WarehouseWatch.Settings.of(DemoJob.STREAM, maintenance::ended),
                  clock)) {
        out.println(
            job.isResumed()
                ? "the company goes on; press Ctrl-C to end"
                : "the company's history is published; press Ctrl-C to end");
        Instant end =
            minutes == null ? Instant.MAX : clock.instant().plus(Duration.ofMinutes(minutes));
        job.live(end, headline -> say(out, headline));
      }
      return ExitCodes.FINE;
    }
  }

  private static void say(PrintWriter out, String headline) {
    out.println(headline);
    out.flush();
  }

  private Path directory() throws IOException {
    if (data == null) {
      return Files.createTempDirectory("tributary-demo-");
    }
    OwnerOnly.createDirectories(data);
    return data;
  }
}
