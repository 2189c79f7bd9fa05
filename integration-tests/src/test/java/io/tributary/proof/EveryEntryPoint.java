package io.tributary.proof;

import io.tributary.proof.InputCase.Sums;
import io.tributary.proof.Intake.Way;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.provider.Arguments;

/** Cases that were taken in every way, and whoever can be asked about them. */
final class EveryEntryPoint implements AutoCloseable {

  private final Intake intake;
  private final Map<Way, Answers> answers = new EnumMap<>(Way.class);

  /**
   * Takes cases in.
   *
   * @param home an empty directory for the warehouses
   */
  EveryEntryPoint(Path home, List<InputCase> cases) throws Exception {
    intake = new Intake(home, cases);
    for (Way way : Way.values()) {
      answers.put(way, new Answers(intake.warehouse(way)));
    }
  }

  /** Each case with each way, as a test takes them. */
  static List<Arguments> ofEach(List<InputCase> cases) {
    List<Arguments> all = new ArrayList<>();
    for (InputCase of : cases) {
      for (Way way : Way.values()) {
        all.add(Arguments.of(of, way));
      }
    }
    return all;
  }

  /** Asks {@code query}, {@code explain}, {@code audit}, {@code rejected} and the server. */
  void everybodySaysTheSame(InputCase of, Way way) throws Exception {
    intake.requireTakenIn(way, of);
    Answers asked = Objects.requireNonNull(answers.get(way));
    for (Sums sums : of.sums()) {
      asked.costsAre(of.tenant(), sums);
    }
    asked.linesAddUpTo(of.tenant(), of.sums());
    asked.everyInvariantHolds(of.tenant());
    asked.refusedAre(of.tenant(), of.refused());
    asked.nothingHolds(of.secrets());
  }

  @Override
  public void close() throws Exception {
    for (Answers asked : answers.values()) {
      asked.close();
    }
    intake.close();
  }
}
