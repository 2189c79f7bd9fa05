package io.tributary.jobs.cli;

import io.tributary.attribution.MissingLabelKeyException;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.MalformedTextException;
import io.tributary.events.bills.ConflictingBillsException;
import io.tributary.events.bills.DamagedFileException;
import io.tributary.events.bills.UnknownBillFormatException;
import io.tributary.events.bills.UnreadBillsException;
import io.tributary.jobs.PublicationRefusedException;
import io.tributary.jobs.TenantOwnedException;
import io.tributary.jobs.cdc.SourceNotReadyException;
import io.tributary.jobs.cluster.MovedCheckpointsException;
import io.tributary.jobs.inputs.WrongRecordKindException;
import io.tributary.sinks.catalog.ForeignFilesException;
import io.tributary.sinks.catalog.NoWarehouseException;
import io.tributary.sinks.catalog.UnknownFormatException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.apache.flink.runtime.client.JobExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command line. Results go to stdout; everything else to stderr. */
@Command(
    name = "tributary",
    version = "tributary 0.1.0",
    mixinStandardHelpOptions = true,
    description = "Attributes cloud cost to teams, features and customers as it happens.",
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:fine",
      "1:ran, and the answer is no",
      "2:bad usage or bad input",
      "3:failed for another reason"
    },
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      MaintainCommand.class,
      ServeCommand.class,
      CaptureCommand.class,
      BackfillCommand.class,
      BillsCommand.class,
      ReplayCommand.class,
      QueryCommand.class,
      ShadowCommand.class,
      ContractsCommand.class,
      DoctorCommand.class,
      ExportCommand.class,
      ExplainCommand.class,
      AuditCommand.class,
      DefinitionsCommand.class,
      TiersCommand.class,
      WarehouseCommand.class,
      SloCommand.class,
      TenantCommand.class,
      RejectedCommand.class
    })
public final class Tributary implements ExecutionTarget {

  private static final Logger LOG = LoggerFactory.getLogger(Tributary.class);

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean verbose;

  private Tributary() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    int exitCode = run(args);
    // All has been told. Libraries that still close threads of their own say so in the log.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> LOG.warn("{} failed while the process ended", thread.getName(), e));
    System.exit(exitCode);
  }

  /** The commands and their options, to look at or to parse with; nothing is run. */
  public static CommandLine commands() {
    return new CommandLine(new Tributary()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Runs a command in this process and answers its exit code. */
  public static int run(String... args) {
    Tributary tributary = new Tributary();
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return new CommandLine(tributary)
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, rest) -> badUsage(e, err))
        .setExecutionExceptionHandler((e, command, parsed) -> tributary.failed(e, parsed, err))
        .execute(args);
  }

  @Override
  public boolean isOnCluster() {
    return false;
  }

  private static int badUsage(ParameterException e, PrintWriter err) {
    err.println(
        "tributary: "
            + oneLine(e.getMessage())
            + " (see '"
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help')");
    return ExitCodes.BAD_INPUT;
  }

  private int failed(Exception e, ParseResult unused, PrintWriter err) {
    err.println("tributary: " + message(e));
    if (verbose) {
      e.printStackTrace(err);
    }
    return exitCode(e);
  }

  private static String message(Throwable e) {
    Throwable cause = cause(e);
    if (cause instanceof NoSuchFileException) {
      return "no such file: " + cause.getMessage();
    }
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : oneLine(message);
  }

  /**
   * What a user can act on: of a failure that a Flink job wraps, often several times over, the
   * failure of ours that is in it, else what made the job fail; else the exception itself.
   */
  private static Throwable cause(Throwable e) {
    if (isOurs(e)) {
      return e;
    }
    Throwable innermost = e;
    boolean ofJob = false;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (isOurs(cause)) {
        return cause;
      }
      ofJob |= cause instanceof JobExecutionException;
      innermost = cause;
    }
    return ofJob ? innermost : e;
  }

  private static boolean isOurs(Throwable e) {
    return e.getClass().getName().startsWith("io.tributary.") && e.getMessage() != null;
  }

  private static int exitCode(Exception failure) {
    Throwable e = cause(failure);
    if (e instanceof CommandException command) {
      return command.exitCode();
    }
    boolean badInput =
        e instanceof NoSuchFileException
            || e instanceof UnknownBillFormatException
            || e instanceof DamagedFileException
            || e instanceof MalformedTextException
            || e instanceof UnreadBillsException
            || e instanceof ConflictingBillsException
            || e instanceof InvalidDefinitionsException
            || e instanceof TenantOwnedException
            || e instanceof PublicationRefusedException
            || e instanceof WrongRecordKindException
            || e instanceof SourceNotReadyException
            || e instanceof NoWarehouseException
            || e instanceof ForeignFilesException
            || e instanceof UnknownFormatException
            || e instanceof MovedCheckpointsException
            || e instanceof MissingLabelKeyException;
    return badInput ? ExitCodes.BAD_INPUT : ExitCodes.FAILED;
  }

  private static String oneLine(@Nullable String text) {
    return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
