package io.tributary.proof;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command in a JVM of its own, as {@code ./tributary} starts it; dies with the test at last. */
final class Forked implements AutoCloseable {

  private final Process process;
  private final Path out;
  private final Path err;

  private Forked(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a command whose output goes to files in {@code logs}. */
  static Forked start(Path logs, Object... args) throws IOException {
    return startIn(Path.of(System.getProperty("java.io.tmpdir")), logs, args);
  }

  /** The same, with a place of its own for temporary files. */
  static Forked startIn(Path temporary, Path logs, Object... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    // Most of them do not live for long enough to repay a better compiler.
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Dtributary.log=" + logs.resolve("tributary.log"));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("io.tributary.jobs.cli.Tributary");
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Path out = Files.createTempFile(logs, "out-", ".txt");
    Path err = Files.createTempFile(logs, "err-", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Forked(process, out, err);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** What it has said on stdout. */
  String out() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  /** Ends it at once, without a chance to tidy up: SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end: SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end. */
  Cli.Outcome end() throws IOException, InterruptedException {
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      throw new IllegalStateException("still running: " + process.info().commandLine());
    }
    return new Cli.Outcome(
        process.exitValue(), out(), Files.readString(err, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
