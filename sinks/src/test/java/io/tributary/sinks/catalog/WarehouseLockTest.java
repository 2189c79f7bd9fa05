package io.tributary.sinks.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarehouseLockTest {

  @TempDir Path directory;

  @Test
  void refusesASecondHolderInThisProcess() {
    try (WarehouseLock first = WarehouseLock.acquire(directory)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(
              () -> WarehouseLock.acquire(directory.resolve("../" + directory.getFileName())))
          .isInstanceOf(WarehouseLockedException.class)
          .hasMessageEndingWith("is in use by process " + ProcessHandle.current().pid());
    }
    WarehouseLock.acquire(directory).close();
  }

  @Test
  void keepsOtherProcessesOutEvenAfterARefusalHere() throws Exception {
    try (WarehouseLock lock = WarehouseLock.acquire(directory)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> WarehouseLock.acquire(directory))
          .isInstanceOf(WarehouseLockedException.class);
      assertThat(acquireInAnotherProcess())
          .isEqualTo(
              "warehouse %s is in use by process %d"
                  .formatted(directory, ProcessHandle.current().pid()));
    }
    assertThat(acquireInAnotherProcess()).isEqualTo("acquired");
  }

  private String acquireInAnotherProcess() throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                classPath,
                AnotherProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  /** Says whether it gets the lock. */
  static final class AnotherProcess {

    private AnotherProcess() {}

    public static void main(String[] arguments) {
      try (WarehouseLock lock = WarehouseLock.acquire(Path.of(arguments[0]))) {
        System.out.println(lock == null ? "nothing" : "acquired");
      } catch (WarehouseLockedException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
