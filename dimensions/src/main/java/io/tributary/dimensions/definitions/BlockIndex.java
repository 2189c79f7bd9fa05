package io.tributary.dimensions.definitions;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which rules have a clue in one block. Rules are ascending numbers.
 *
 * @param block what is read
 * @param first the smallest number of a rule that has a clue in it
 * @param asWritten for values that are compared as they are
 * @param anyCase for values that are compared whatever their case, texts in {@link #anyCase}; null
 *     where the block has none
 */
record BlockIndex(Block block, int first, Texts asWritten, @Nullable Texts anyCase) {

  /**
   * Whole values by hash, parts of values as {@link Literals}.
   *
   * @param whole by the value
   * @param starts by what the value starts with
   * @param ends by what it ends with
   * @param parts by what it has anywhere
   */
  private record Texts(Map<String, int[]> whole, Literals starts, Literals ends, Literals parts) {

    static Texts of(Map<Fragment, int[]> rules) {
      Map<Fragment.Place, Map<String, int[]>> byPlace = new EnumMap<>(Fragment.Place.class);
      rules.forEach(
          (fragment, numbers) ->
              byPlace
                  .computeIfAbsent(fragment.place(), place -> new HashMap<>())
                  .put(fragment.text(), numbers));
      return new Texts(
          byPlace.getOrDefault(Fragment.Place.WHOLE, Map.of()),
          new Literals(byPlace.getOrDefault(Fragment.Place.START, Map.of()), false),
          new Literals(byPlace.getOrDefault(Fragment.Place.END, Map.of()), true),
          new Literals(byPlace.getOrDefault(Fragment.Place.ANYWHERE, Map.of()), false));
    }

    /** Tells the rules that have each fragment of {@code value}. */
    void find(String value, Consumer<int[]> consumer) {
      int[] equal = whole.get(value);
      if (equal != null) {
        consumer.accept(equal);
      }
      starts.atStart(value, consumer);
      ends.atStart(value, consumer);
      parts.anywhere(value, consumer);
    }
  }

  /**
   * The index of {@code block}, in which {@code rules} have clues: at least one of each fragment.
   */
  static BlockIndex of(Block block, Map<Fragment, int[]> rules) {
    int first = Integer.MAX_VALUE;
    Map<Fragment, int[]> anyCase = new HashMap<>();
    for (Map.Entry<Fragment, int[]> entry : rules.entrySet()) {
      Fragment fragment = entry.getKey();
      first = Math.min(first, entry.getValue()[0]);
      anyCase.merge(
          new Fragment(fragment.place(), anyCase(fragment.text())),
          entry.getValue(),
          BlockIndex::both);
    }
    return new BlockIndex(
        block, first, Texts.of(rules), block.mayNameResources() ? Texts.of(anyCase) : null);
  }

  private static int[] both(int[] some, int[] others) {
    return IntStream.concat(IntStream.of(some), IntStream.of(others)).sorted().distinct().toArray();
  }

  /**
   * The same text for all that differ in case only: coarser than what comparisons without regard to
   * case take for equal, since what is found is compared.
   */
  static String anyCase(String text) {
    return text.codePoints()
        .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Tells the rules that have each fragment of a value that {@code line} has in the block. */
  void find(Evaluation line, Consumer<int[]> consumer) {
    @Nullable String[] values = line.values(block);
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      if (value != null) {
        if (anyCase != null && line.isOfAnyCase(block, i)) {
          anyCase.find(anyCase(value), consumer);
        } else {
          asWritten.find(value, consumer);
        }
      }
    }
  }
}
