package io.tributary.jobs.cli;

import io.tributary.jobs.TraceArchive;
import io.tributary.jobs.watch.WarehouseWatch;
import io.tributary.query.http.AccessKeys;
import io.tributary.query.http.QueryServer;
import io.tributary.query.http.ServerSettings;
import io.tributary.sinks.catalog.Warehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: API and dashboard apart from the stream. */
@Command(
    name = "serve",
    description = {
      "Serve API and dashboard of a warehouse, which it only reads.",
      "Without access keys, to this machine alone. Ends with Ctrl-C."
    })
final class ServeCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private WarehouseOptions target = new WarehouseOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; default ${DEFAULT-VALUE}.")
  private String host = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port to listen on; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description = "Who may ask: lines of the SHA-256 of a key and 'operator' or 'tenant:NAME'.")
  private @Nullable Path keys;

  @Option(
      names = "--questions-per-tenant",
      paramLabel = "N",
      defaultValue = "8",
      description = "Questions of one tenant answered at once; default ${DEFAULT-VALUE}.")
  private int questionsPerTenant;

  @Option(
      names = "--log-questions",
      description =
          "Write what is asked, never for which values, to the table query_log, for 'tiers advise';"
              + " needs the right to append to it.")
  private boolean logQuestions;

  @Option(
      names = "--watch",
      paramLabel = "STREAM",
      description =
          "Also measure how this stream and the ledger do, for /metrics; docs/operations/objectives.md"
              + " lists what.")
  private @Nullable String watched;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerSettings settings = settings();
    try (Warehouse warehouse = target.openExisting();
        QueryServer server =
            QueryServer.start(warehouse, new TraceArchive(), settings, Clock.systemUTC());
        WarehouseWatch watch = watch(warehouse, server)) {
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-serving"));
      PrintWriter out = Console.out(spec);
      out.println("dashboard  " + server.address());
      out.flush();
      new CountDownLatch(1).await();
    }
    return ExitCodes.FINE;
  }

  private @Nullable WarehouseWatch watch(Warehouse warehouse, QueryServer server) {
    return watched == null
        ? null
        : WarehouseWatch.start(
            warehouse,
            server.metrics(),
            WarehouseWatch.Settings.of(watched, null),
            Clock.systemUTC());
  }

  private ServerSettings settings() throws IOException {
    try {
      return new ServerSettings(
          host,
          port,
          keys == null ? AccessKeys.open() : AccessKeys.read(keys),
          questionsPerTenant,
          logQuestions);
    } catch (IllegalArgumentException e) {
      throw CommandException.badInput(String.valueOf(e.getMessage()));
    }
  }
}
