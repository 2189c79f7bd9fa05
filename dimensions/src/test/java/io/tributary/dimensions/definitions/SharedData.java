package io.tributary.dimensions.definitions;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Third-party test data, which is not part of the project. */
final class SharedData {

  private SharedData() {}

  /** The file {@code relative} to the shared data; skips the test where it is absent. */
  static Path file(String relative) {
    String configured = System.getenv("TRIBUTARY_SHARED_DATA");
    Path file =
        configured != null ? Path.of(configured, relative) : Path.of("../../shared/data", relative);
    boolean present = Files.isReadable(file);
    if (!present) {
      System.out.println("skipped: no shared data at " + file);
    }
    assumeTrue(present, "no shared data at " + file);
    return file;
  }
}
