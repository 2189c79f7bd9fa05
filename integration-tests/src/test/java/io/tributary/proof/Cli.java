package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.cli.Tributary;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The command line, called in this process. */
final class Cli {

  private Cli() {}

  /** What a command said, and its exit code. */
  record Outcome(int exitCode, String out, String err) {

    /** The one line on stderr of a command that failed. */
    String problem() {
      assertThat(err.strip()).as("one line on stderr").hasLineCount(1);
      assertThat(out).as("nothing on stdout").isEmpty();
      return err.strip();
    }
  }

  /** Runs a command; not for several threads at once. */
  static Outcome run(Object... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try (PrintStream capturedOut = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
        PrintStream capturedErr = new PrintStream(errBytes, true, StandardCharsets.UTF_8)) {
      System.setOut(capturedOut);
      System.setErr(capturedErr);
      int exitCode = Tributary.run(strings(args));
      return new Outcome(
          exitCode,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** Runs a command that must succeed and answers what it wrote to stdout. */
  static String fine(Object... args) {
    Outcome outcome = run(args);
    assertThat(outcome.exitCode())
        .as("%s%n%s%s", String.join(" ", strings(args)), outcome.out(), outcome.err())
        .isZero();
    return outcome.out();
  }

  private static String[] strings(Object[] args) {
    String[] strings = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      strings[i] = args[i].toString();
    }
    return strings;
  }
}
