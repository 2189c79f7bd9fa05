package io.tributary.jobs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The entry class of a Flink application: {@code run}, {@code maintain} and {@code backfill} take
 * the arguments they always take, and their jobs run on the cluster.
 */
@Command(
    name = "tributary",
    mixinStandardHelpOptions = true,
    description = "Runs a job of Tributary on the Flink cluster whose job manager runs this.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RunCommand.class, MaintainCommand.class, BackfillCommand.class})
public final class TributaryOnFlink implements ExecutionTarget {

  private TributaryOnFlink() {}

  /**
   * Called by the job manager, again whenever another takes over.
   *
   * @throws Exception what went wrong, for the cluster to report
   */
  public static void main(String[] args) throws Exception {
    CommandLine line =
        new CommandLine(new TributaryOnFlink()).setCaseInsensitiveEnumValuesAllowed(true);
    int exitCode;
    try {
      exitCode = new CommandLine.RunLast().execute(line.parseArgs(args));
    } catch (CommandLine.ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
    if (exitCode != ExitCodes.FINE) {
      throw new IllegalStateException(
          "tributary %s: the answer is no (exit code %d)"
              .formatted(String.join(" ", args), exitCode));
    }
  }

  @Override
  public boolean isOnCluster() {
    return true;
  }
}
