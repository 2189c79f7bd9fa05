package io.tributary.proof;

import io.tributary.proof.Intake.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of inputs comes to the same costs, to the last digit, and to the same refusals,
 * whichever way it is taken in and whoever is asked.
 */
class EveryEntryPointIT {

  @TempDir private static Path directory;

  private static final List<InputCase> CASES = new ArrayList<>();
  private static EveryEntryPoint everywhere;

  @BeforeAll
  static void takeIn() throws Exception {
    Path files = Files.createDirectory(directory.resolve("files"));
    CASES.addAll(BillCases.in(files));
    CASES.addAll(LedgerCases.in(files));
    everywhere = new EveryEntryPoint(directory, CASES);
  }

  @AfterAll
  static void close() throws Exception {
    everywhere.close();
  }

  static List<Arguments> cases() {
    return EveryEntryPoint.ofEach(CASES);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void comesToTheSame(InputCase of, Way way) throws Exception {
    everywhere.everybodySaysTheSame(of, way);
  }
}
