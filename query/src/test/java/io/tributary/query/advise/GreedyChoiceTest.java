package io.tributary.query.advise;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.query.advise.GreedyChoice.Candidate;
import io.tributary.query.advise.GreedyChoice.Choice;
import io.tributary.query.advise.GreedyChoice.Load;
import io.tributary.sinks.rollup.Rollup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GreedyChoiceTest {

  /** Rows of the views of the example in the paper, and what each answers. */
  private static final Map<String, Long> ROWS =
      new TreeMap<>(
          Map.of("a", 100L, "b", 50L, "c", 75L, "d", 20L, "e", 30L, "f", 40L, "g", 1L, "h", 10L));

  private static final Map<String, String> ANSWERS =
      Map.of(
          "a",
          "abcdefgh",
          "b",
          "bdegh",
          "c",
          "cefgh",
          "d",
          "dg",
          "e",
          "egh",
          "f",
          "fh",
          "g",
          "g",
          "h",
          "h");

  private static View view(String name) {
    return new View(
        Rollup.Grain.DAY,
        new TreeSet<>(List.of(ANSWERS.getOrDefault(name, name).split(""))),
        new TreeSet<>());
  }

  /** Every view is asked for once, and all are answered from the top one. */
  private static List<Load> oneQuestionEach() {
    return ROWS.keySet().stream().map(name -> new Load(view(name), 100, 100, 100)).toList();
  }

  private static List<Candidate> candidates(Map<String, Long> bytes) {
    List<Candidate> candidates = new ArrayList<>();
    ROWS.forEach(
        (name, rows) -> {
          if (!name.equals("a")) {
            candidates.add(new Candidate(view(name), rows, bytes.getOrDefault(name, 1L)));
          }
        });
    return candidates;
  }

  @Test
  void choosesAsTheExampleOfThePaperDoes() {
    List<Choice> choices =
        new GreedyChoice(oneQuestionEach()).choose(candidates(Map.of()), 3, Long.MAX_VALUE);

    assertThat(choices)
        .extracting(choice -> choice.candidate().view())
        .containsExactly(view("b"), view("f"), view("d"));
    assertThat(choices).extracting(Choice::saved).containsExactly(250L, 70L, 60L);
  }

  @Test
  void choosesByBenefitPerByteWithinTheBudget() {
    Map<String, Long> bytes = Map.of("b", 100L, "f", 40L, "c", 30L, "d", 20L);
    List<Candidate> some =
        candidates(bytes).stream().filter(candidate -> candidate.bytes() > 1).toList();

    List<Choice> choices = new GreedyChoice(oneQuestionEach()).choose(some, 9, 120);

    // d saves 160 with 20 bytes; then c saves 100 with 30, which is more for a byte than f does.
    assertThat(choices)
        .extracting(choice -> choice.candidate().view())
        .containsExactly(view("d"), view("c"), view("f"));
    assertThat(choices.stream().mapToLong(choice -> choice.candidate().bytes()).sum())
        .isLessThanOrEqualTo(120);
  }

  @Test
  void choosesNothingThatTakesMoreThanItSaves() {
    List<Candidate> dear =
        candidates(Map.of()).stream()
            .map(candidate -> new Candidate(candidate.view(), candidate.rows(), 250))
            .toList();
    assertThat(new GreedyChoice(oneQuestionEach()).choose(dear, 3, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void looksAtWhatWasAskedAndWhatAnswersSeveralOfIt() {
    View hours = new View(Rollup.Grain.HOUR, new TreeSet<>(List.of("sku_id")), new TreeSet<>());
    View teams = new View(Rollup.Grain.MONTH, new TreeSet<>(), new TreeSet<>(List.of("Team")));
    View both = hours.and(teams);

    assertThat(Lattice.of(List.of(hours, teams))).containsExactly(hours, teams, both);
    assertThat(both.grain()).isEqualTo(Rollup.Grain.HOUR);
    assertThat(both.answers(hours)).isTrue();
    assertThat(both.answers(teams)).isTrue();
    assertThat(hours.answers(both)).isFalse();
    assertThat(teams.answers(hours)).isFalse();
  }

  @Test
  void looksAtNoMoreThanCanBeCounted() {
    List<View> asked = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      asked.add(new View(Rollup.Grain.DAY, new TreeSet<>(List.of("c" + i)), new TreeSet<>()));
    }
    assertThat(Lattice.of(asked)).hasSize(Lattice.MOST).containsAll(asked);
  }
}
