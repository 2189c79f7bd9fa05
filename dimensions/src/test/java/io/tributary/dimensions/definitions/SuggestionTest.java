package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  private static final List<String> KNOWN = List.of("Equals", "Contains", "Service", "Or", "Of");

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # given    | meant
          equals     | Equals
          Equal      | Equals
          Equalss    | Equals
          Eqals      | Equals
          Eqalz      | Equals
          Egalz      |
          Servces    | Service
          Se         |
          Ox         | Or
          X          |
          Containing |
          """)
  void findsWhatLiesWithinTwoLetters(String given, String meant) {
    assertThat(Suggestion.closest(given, KNOWN).orElse(null)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"64, true", "65, false"})
  void looksAtWordsOfUpTo64Letters(int length, boolean found) {
    String word = "x".repeat(length);
    assertThat(Suggestion.closest(word, List.of(word)).isPresent()).isEqualTo(found);
  }
}
