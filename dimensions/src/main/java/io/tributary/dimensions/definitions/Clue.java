package io.tributary.dimensions.definitions;

/** A line has it where one of the block's values has the fragment. */
record Clue(Block block, Fragment fragment) {

  private static final int DISTINCT_LENGTH = 15;

  /**
   * How many lines the clue may be expected to hold for, in no unit: a value is one whole text, but
   * has many short parts.
   */
  int commonness() {
    return fragment.place() == Fragment.Place.WHOLE
        ? 1
        : (1 + DISTINCT_LENGTH) / (1 + Math.min(fragment.text().length(), DISTINCT_LENGTH));
  }
}
