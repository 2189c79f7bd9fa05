package io.tributary.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.proof.Intake.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link EveryEntryPointIT} for inputs that stand beside the repository on some machines. They are
 * history, so that a stream adopts what a backfill has taken in.
 */
@Tag("proof")
class SharedCasesIT {

  @TempDir private static Path directory;

  private static List<InputCase> cases = List.of();
  private static EveryEntryPoint everywhere;

  @BeforeAll
  static void takeIn() throws Exception {
    Path inputs = SharedData.file("../cases").normalize();
    if (!Files.isDirectory(inputs)) {
      System.err.println("skipped: small cases in every way (nothing at " + inputs + ")");
    }
    assumeTrue(Files.isDirectory(inputs), "nothing at " + inputs + ": small cases in every way");
    cases = SharedCases.in(inputs, Files.createDirectory(directory.resolve("files")));
    everywhere = new EveryEntryPoint(directory, cases);
  }

  @AfterAll
  static void close() throws Exception {
    if (everywhere != null) {
      everywhere.close();
    }
  }

  static List<Arguments> cases() {
    return EveryEntryPoint.ofEach(cases);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void comesToTheSame(InputCase of, Way way) throws Exception {
    everywhere.everybodySaysTheSame(of, way);
  }
}
