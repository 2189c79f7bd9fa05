package io.tributary.attribution;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which rules have a clue in one block: whole values by hash, parts of values as {@link Literals}.
 * Rules are ascending numbers.
 *
 * @param block what is read
 * @param first the smallest number of a rule that has a clue in it
 * @param whole by the value
 * @param starts by what the value starts with
 * @param ends by what it ends with
 * @param parts by what it has anywhere
 */
record BlockIndex(
    Block block,
    int first,
    Map<String, int[]> whole,
    Literals starts,
    Literals ends,
    Literals parts) {

  /**
   * The index of {@code block}, in which {@code rules} have clues: at least one of each fragment.
   */
  static BlockIndex of(Block block, Map<Fragment, int[]> rules) {
    Map<Fragment.Place, Map<String, int[]>> byPlace = new EnumMap<>(Fragment.Place.class);
    int first = Integer.MAX_VALUE;
    for (Map.Entry<Fragment, int[]> entry : rules.entrySet()) {
      Fragment fragment = entry.getKey();
      byPlace
          .computeIfAbsent(fragment.place(), place -> new HashMap<>())
          .put(fragment.text(), entry.getValue());
      first = Math.min(first, entry.getValue()[0]);
    }
    return new BlockIndex(
        block,
        first,
        byPlace.getOrDefault(Fragment.Place.WHOLE, Map.of()),
        new Literals(byPlace.getOrDefault(Fragment.Place.START, Map.of()), false),
        new Literals(byPlace.getOrDefault(Fragment.Place.END, Map.of()), true),
        new Literals(byPlace.getOrDefault(Fragment.Place.ANYWHERE, Map.of()), false));
  }

  /** Tells the rules that have each fragment of a value that {@code line} has in the block. */
  void find(Evaluation line, Consumer<int[]> consumer) {
    for (String value : line.values(block)) {
      if (value != null) {
        int[] equal = whole.get(value);
        if (equal != null) {
          consumer.accept(equal);
        }
        starts.atStart(value, consumer);
        ends.atStart(value, consumer);
        parts.anywhere(value, consumer);
      }
    }
  }
}
