package io.tributary.jobs.cli;

/** A command that ends without its result: one line for people, and an exit code. */
final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Bad usage or bad input. */
  static CommandException badInput(String message) {
    return new CommandException(ExitCodes.BAD_INPUT, message);
  }

  /** It ran and the answer is no. */
  static CommandException answerIsNo(String message) {
    return new CommandException(ExitCodes.NO, message);
  }

  /** It failed for another reason, which the message tells with the way out. */
  static CommandException failed(String message) {
    return new CommandException(ExitCodes.FAILED, message);
  }

  int exitCode() {
    return exitCode;
  }
}
