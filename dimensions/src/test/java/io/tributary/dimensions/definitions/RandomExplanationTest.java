package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.dimensions.definitions.Explanation.Decision;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An explanation comes to what evaluation comes to, whatever the definitions and the line. */
class RandomExplanationTest {

  @ParameterizedTest(name = "from seed {0}")
  @ValueSource(longs = {0, 100, 200, 300})
  void equalsEvaluation(long first) {
    Set<Decision> decisions = EnumSet.noneOf(Decision.class);
    for (long seed = first; seed < first + 60; seed++) {
      RandomRules random = new RandomRules(seed);
      Definitions definitions = Try.load(random.yaml());
      for (int line = 0; line < 20; line++) {
        SourceRow row = random.row();
        for (String dimension : definitions.groupDimensions()) {
          Explanation explanation = definitions.explain(dimension, row);
          assertThat(explanation.element())
              .as("%s by seed %s, %s", dimension, seed, row)
              .isEqualTo(definitions.element(dimension, row))
              .isEqualTo(explanation.own().element());
          for (Explanation.Finding finding : explanation.findings()) {
            assertThat(finding.element()).isEqualTo(definitions.element(finding.dimension(), row));
            decisions.add(finding.decision());
          }
        }
      }
    }
    assertThat(decisions).contains(Decision.RULE, Decision.DEFAULT, Decision.NO_RULE);
  }
}
