package io.tributary.skips;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes down each test and each class that was skipped, with the reason. Surefire's own reports
 * say nothing of a class whose start was skipped.
 *
 * <p>JUnit finds it on the classpath of a module's tests. It writes to {@code
 * target/skipped-tests/PID.txt} of the module, one line each: {@code StorageIT.method: reason}.
 * {@code bin/skipped-tests.sh} reads the files of all modules.
 */
public final class SkippedTests implements TestExecutionListener {

  /** The file of this JVM. JUnit makes a listener for each class of tests, all in one file. */
  private static final Path OF_THIS_JVM =
      Path.of("target", "skipped-tests", ProcessHandle.current().pid() + ".txt");

  private final Path file;

  /** For JUnit. */
  public SkippedTests() {
    this(OF_THIS_JVM);
  }

  SkippedTests(Path file) {
    this.file = file;
  }

  @Override
  public void executionSkipped(TestIdentifier skipped, String reason) {
    write(skipped, reason);
  }

  @Override
  public void executionFinished(TestIdentifier finished, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      write(
          finished, result.getThrowable().map(Throwable::getMessage).orElse("no reason is given"));
    }
  }

  private void write(TestIdentifier test, String reason) {
    String line = "%s: %s".formatted(name(test), reason.replaceFirst("^Assumption failed: ", ""));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(
          file,
          line.replaceAll("\\s+", " ").strip() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(TestIdentifier test) {
    return test.getSource()
        .map(
            source -> {
              if (source instanceof MethodSource method) {
                return simple(method.getClassName()) + "." + method.getMethodName();
              }
              return source instanceof ClassSource type ? simple(type.getClassName()) : null;
            })
        .orElse(test.getDisplayName());
  }

  private static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
