package io.tributary.jobs.cli;

/** What a command says to the shell. */
final class ExitCodes {

  static final int FINE = 0;

  /** It ran and the answer is no. */
  static final int NO = 1;

  /** Bad usage or bad input. */
  static final int BAD_INPUT = 2;

  /** Failed for another reason. */
  static final int FAILED = 3;

  private ExitCodes() {}
}
