package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

class LiteralsTest {

  private static Literals literals(boolean backwards, List<String> texts) {
    Map<String, int[]> numbers = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      numbers.put(texts.get(i), new int[] {i});
    }
    return new Literals(numbers, backwards);
  }

  private static List<String> anywhere(String value, String... texts) {
    List<String> found = new ArrayList<>();
    literals(false, List.of(texts)).anywhere(value, numbers -> found.add(texts[numbers[0]]));
    return found;
  }

  @Test
  void textsInsideTextsAreFound() {
    assertThat(anywhere("ushers", "he", "she", "his", "hers"))
        .containsExactlyInAnyOrder("he", "she", "hers");
    assertThat(anywhere("abcd", "abcde", "bc", "c")).containsExactlyInAnyOrder("bc", "c");
  }

  @Test
  void aTextThatIsThereOftenIsToldOnce() {
    assertThat(anywhere("aaaa", "a", "aa", "aaaaa", "b")).containsExactlyInAnyOrder("a", "aa");
  }

  @Test
  void theEmptyTextIsEverywhere() {
    assertThat(anywhere("", "", "a")).containsExactly("");
    assertThat(anywhere("a", "", "a")).containsExactlyInAnyOrder("", "a");
    List<int[]> found = new ArrayList<>();
    literals(true, List.of("")).atStart("", found::add);
    assertThat(found).hasSize(1);
  }

  @Test
  void halvesOfSurrogatePairsAreFoundAsStringsFindThem() {
    assertThat(anywhere("x😀", "\uD83D", "\uDE00", "😀")).hasSize(3);
    List<int[]> found = new ArrayList<>();
    literals(true, List.of("\uDE00", "😀", "x😀", "\uDE00\uD83D")).atStart("x😀", found::add);
    assertThat(found).hasSize(3);
  }

  @Test
  void findsWhatStringsFind() {
    SplittableRandom random = new SplittableRandom(7);
    for (int run = 0; run < 300; run++) {
      List<String> texts = new ArrayList<>(new TreeSet<>(texts(random, 1 + run / 3, 6)));
      Literals forwards = literals(false, texts);
      Literals backwards = literals(true, texts);
      for (String value : texts(random, 20, 12)) {
        TreeSet<Integer> starts = new TreeSet<>();
        TreeSet<Integer> ends = new TreeSet<>();
        List<Integer> parts = new ArrayList<>();
        forwards.atStart(value, numbers -> starts.add(numbers[0]));
        backwards.atStart(value, numbers -> ends.add(numbers[0]));
        forwards.anywhere(value, numbers -> parts.add(numbers[0]));
        assertThat(starts).isEqualTo(naive(value, texts, String::startsWith));
        assertThat(ends).isEqualTo(naive(value, texts, String::endsWith));
        assertThat(parts)
            .doesNotHaveDuplicates()
            .containsExactlyInAnyOrderElementsOf(naive(value, texts, String::contains));
      }
    }
  }

  private static TreeSet<Integer> naive(
      String value, List<String> texts, BiPredicate<String, String> has) {
    TreeSet<Integer> found = new TreeSet<>();
    for (int i = 0; i < texts.size(); i++) {
      if (has.test(value, texts.get(i))) {
        found.add(i);
      }
    }
    return found;
  }

  private static List<String> texts(SplittableRandom random, int count, int maxLength) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(maxLength + 1);
      for (int j = 0; j < length; j++) {
        text.append("abc\uD83D\uDE00".charAt(random.nextInt(5)));
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
