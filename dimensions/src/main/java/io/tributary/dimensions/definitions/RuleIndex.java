package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ordered rules, compiled so that a line is tried against those alone that its values give reason
 * to try, in their order. The time a line takes depends on its values and on how many rules they
 * point to, not on how many there are.
 *
 * <pre>
 *   rules --RuleParts--> parts, numbered --Clues--> by block: fragment -> numbers of parts
 *   line  --values of each block--> lists of numbers --Candidates, ascending--> parts to try
 * </pre>
 *
 * <p>Parts without a clue are tried for every line that gets as far.
 */
final class RuleIndex {

  private final List<Rule> parts;
  private final int[] clueless;
  private final List<BlockIndex> blocks;

  /**
   * @param parts in order
   */
  RuleIndex(List<Rule> parts) {
    this.parts = parts;
    Clues clues = new Clues(parts);
    List<Integer> without = new ArrayList<>();
    Map<Block, Map<Fragment, List<Integer>>> numbers = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      List<Clue> found = clues.of(parts.get(i));
      if (found == null) {
        without.add(i);
      } else {
        for (Clue clue : found) {
          numbers
              .computeIfAbsent(clue.block(), block -> new HashMap<>())
              .computeIfAbsent(clue.fragment(), fragment -> new ArrayList<>())
              .add(i);
        }
      }
    }
    this.clueless = array(without);
    this.blocks = blocks(numbers);
  }

  private static List<BlockIndex> blocks(Map<Block, Map<Fragment, List<Integer>>> numbers) {
    List<BlockIndex> blocks = new ArrayList<>();
    numbers.forEach(
        (block, byFragment) -> {
          Map<Fragment, int[]> arrays = new HashMap<>();
          byFragment.forEach((fragment, rules) -> arrays.put(fragment, array(rules)));
          blocks.add(BlockIndex.of(block, arrays));
        });
    blocks.sort(
        Comparator.comparingInt(BlockIndex::first).thenComparing(index -> index.block().index()));
    return List.copyOf(blocks);
  }

  private static int[] array(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The element of the first rule that gives one; null where none does. */
  @Nullable String element(Evaluation line) {
    Candidates candidates = new Candidates();
    candidates.add(clueless);
    int looked = 0;
    while (true) {
      // A block is looked at when its first rule could be the next: most lines match before.
      while (looked < blocks.size() && blocks.get(looked).first() <= candidates.peek()) {
        blocks.get(looked++).find(line, candidates::add);
      }
      if (candidates.isEmpty()) {
        return null;
      }
      String element = parts.get(candidates.next()).element(line);
      if (element != null) {
        return element;
      }
    }
  }
}
