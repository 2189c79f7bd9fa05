package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {

  private static List<Integer> all(Candidates candidates) {
    List<Integer> taken = new ArrayList<>();
    while (!candidates.isEmpty()) {
      assertThat(candidates.peek()).isLessThan(Integer.MAX_VALUE);
      taken.add(candidates.next());
    }
    assertThat(candidates.peek()).isEqualTo(Integer.MAX_VALUE);
    return taken;
  }

  @Test
  void mergesListsAndTakesEachNumberOnce() {
    Candidates candidates = new Candidates();
    candidates.add(new int[] {});
    candidates.add(new int[] {3, 5, 9});
    candidates.add(new int[] {1, 3, 4, 9});
    candidates.add(new int[] {9});
    assertThat(all(candidates)).containsExactly(1, 3, 4, 5, 9);
  }

  @Test
  void listsMayComeWhileNumbersAreTaken() {
    Candidates candidates = new Candidates();
    candidates.add(new int[] {1, 7});
    assertThat(candidates.next()).isEqualTo(1);
    candidates.add(new int[] {4, 7, 8});
    assertThat(all(candidates)).containsExactly(4, 7, 8);
  }

  @Test
  void mergesAnyListsInOrder() {
    SplittableRandom random = new SplittableRandom(5);
    for (int run = 0; run < 500; run++) {
      Candidates candidates = new Candidates();
      TreeSet<Integer> expected = new TreeSet<>();
      for (int list = random.nextInt(40); list > 0; list--) {
        int[] numbers =
            IntStream.range(0, random.nextInt(10))
                .map(i -> random.nextInt(60))
                .sorted()
                .distinct()
                .toArray();
        candidates.add(numbers);
        IntStream.of(numbers).forEach(expected::add);
      }
      assertThat(all(candidates)).containsExactlyElementsOf(expected);
    }
  }
}
