package io.tributary.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Explanation.Decision;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An explanation comes to what evaluation comes to, whatever the definitions and the line. */
class RandomExplanationTest {

  private static final List<String> SOURCES = List.of("Tag:a", "Tag:b", "Account", "Region");
  private static final List<String> VALUES = List.of("x", "y", "x-y", "X", "", "yy");
  private static final int DIMENSIONS = 6;

  private final StringBuilder yaml = new StringBuilder();
  private SplittableRandom random = new SplittableRandom(0);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void equalsEvaluation(long seed) {
    random = new SplittableRandom(seed);
    Set<Decision> decisions = new HashSet<>();
    for (int file = 0; file < 60; file++) {
      Definitions definitions = Try.load(definitions());
      for (int line = 0; line < 20; line++) {
        SourceRow row = row(definitions);
        for (String dimension : definitions.groupDimensions()) {
          Explanation explanation = definitions.explain(dimension, row);
          assertThat(explanation.element())
              .as("%s of %s", dimension, yaml)
              .isEqualTo(definitions.element(dimension, row))
              .isEqualTo(explanation.own().element());
          for (Explanation.Finding finding : explanation.findings()) {
            assertThat(finding.element()).isEqualTo(definitions.element(finding.dimension(), row));
            decisions.add(finding.decision());
          }
        }
      }
    }
    assertThat(decisions)
        .contains(Decision.GIVEN, Decision.RULE, Decision.DEFAULT, Decision.NO_RULE);
  }

  private SourceRow row(Definitions definitions) {
    String[] pairs = new String[2 * (SOURCES.size() + 1)];
    for (int i = 0; i < SOURCES.size(); i++) {
      boolean absent = random.nextInt(3) == 0;
      pairs[2 * i] = absent ? "Tag:none" : SOURCES.get(i);
      pairs[2 * i + 1] = pick(VALUES);
    }
    pairs[2 * SOURCES.size()] = random.nextInt(6) == 0 ? "User:Defined:d2" : "Tag:none";
    pairs[2 * SOURCES.size() + 1] = "given";
    return Try.row(definitions, pairs);
  }

  private String definitions() {
    yaml.setLength(0);
    yaml.append("Dimensions:\n");
    for (int i = 0; i < DIMENSIONS; i++) {
      yaml.append("  d").append(i).append(":\n    Sources: ").append(sources(i)).append('\n');
      if (random.nextBoolean()) {
        yaml.append("    CoalesceSources: true\n");
      }
      if (random.nextInt(3) == 0) {
        yaml.append("    DefaultValue: none\n");
      }
      yaml.append("    Rules:\n");
      for (int rule = random.nextInt(4); rule >= 0; rule--) {
        yaml.append("    - ").append(rule(i)).append('\n');
      }
    }
    return yaml.toString();
  }

  private String rule(int dimension) {
    return switch (random.nextInt(4)) {
      case 0 ->
          "{Type: GroupBy, Source: %s, Transforms: [{Type: Upper}], Conditions: [%s]}"
              .formatted(source(dimension), condition(dimension, 2));
      case 1 ->
          "{Type: Metadata, Sources: %s, Values: [xy, {x-y: [yy]}]}".formatted(sources(dimension));
      case 2 -> "{Type: GroupBy}";
      default ->
          "{Type: Group, Name: g%d, Conditions: [%s, %s]}"
              .formatted(random.nextInt(3), condition(dimension, 3), condition(dimension, 1));
    };
  }

  private String condition(int dimension, int depth) {
    if (depth > 0 && random.nextInt(2) == 0) {
      return "{%s: [%s, %s]}"
          .formatted(
              pick(List.of("And", "Or", "Not")),
              condition(dimension, depth - 1),
              condition(dimension, depth - 1));
    }
    String source =
        switch (random.nextInt(3)) {
          case 0 -> "Source: " + source(dimension) + ", Transforms: [{Type: Lower}], ";
          case 1 -> "Sources: " + sources(dimension) + ", CoalesceSources: true, ";
          default -> "";
        };
    return random.nextInt(5) == 0
        ? "{" + source + "HasValue: " + random.nextBoolean() + "}"
        : "{%s%s: '%s'}"
            .formatted(
                source,
                pick(List.of("Equals", "Contains", "BeginsWith", "EndsWith", "Matches", "Before")),
                pick(VALUES));
  }

  private String sources(int dimension) {
    return "[" + source(dimension) + ", " + source(dimension) + "]";
  }

  /** A column, or a dimension that comes later in the file, so that there are no circles. */
  private String source(int dimension) {
    boolean last = dimension == DIMENSIONS - 1;
    return last || random.nextInt(3) > 0
        ? pick(SOURCES)
        : "User:Defined:d" + random.nextInt(dimension + 1, DIMENSIONS);
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
