package io.tributary.jobs.cli;

import io.tributary.jobs.cdc.Capture;
import io.tributary.jobs.cdc.CaptureProgress;
import io.tributary.jobs.cdc.CaptureSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code capture}: entities from an operational PostgreSQL. */
@Command(
    name = "capture",
    description = {
      "Publish rows of PostgreSQL tables as entities: first those that are there, then every"
          + " change, from the server's log.",
      "Goes on from its offset; ends with Ctrl-C or SIGTERM."
    })
final class CaptureCommand implements Callable<Integer> {

  private static final long REPORT_MILLISECONDS = 1_000;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Configuration, YAML; docs/operations/capture.md lists it.")
  private Path config = Path.of("");

  @Option(
      names = "--resnapshot",
      description = "Drop the slot and read the tables again, for example where the slot was lost.")
  private boolean resnapshot;

  @Override
  public Integer call() throws Exception {
    CaptureSettings settings =
        CaptureConfiguration.parse(config.toString(), Console.text(config), System.getenv());
    PrintWriter out = Console.out(spec);
    try (Capture capture = Capture.start(settings, resnapshot)) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> stop(capture, out, Console.err(spec)), "stop-capture"));
      out.println(
          "capture '"
              + settings.name()
              + "' reads "
              + settings.postgres()
              + (capture.takesSnapshot() ? " from a snapshot on" : " from its offset on"));
      out.flush();
      report(capture, out);
      return ExitCodes.FINE;
    }
  }

  private static void report(Capture capture, PrintWriter out) throws InterruptedException {
    CaptureProgress said = capture.progress();
    while (!capture.await(REPORT_MILLISECONDS)) {
      CaptureProgress now = capture.progress();
      if (!now.equals(said)) {
        out.println(line(now));
        out.flush();
        said = now;
      }
    }
  }

  private static String line(CaptureProgress progress) {
    return "%d rows found, %d changes, %d entities published, %d rejected, at %s"
        .formatted(
            progress.found(),
            progress.changes(),
            progress.published(),
            progress.rejected(),
            progress.lsn());
  }

  /** Ends the process as a command that was asked to end: with 0, not with the signal's code. */
  private static void stop(Capture capture, PrintWriter out, PrintWriter err) {
    if (capture.hasEnded()) {
      return;
    }
    int exitCode = ExitCodes.FINE;
    try {
      capture.close();
      out.println(line(capture.progress()) + "; stopped");
      out.flush();
    } catch (IOException | IllegalStateException e) {
      err.println("tributary: stopping failed: " + e.getMessage());
      err.flush();
      exitCode = ExitCodes.FAILED;
    }
    Runtime.getRuntime().halt(exitCode);
  }
}
