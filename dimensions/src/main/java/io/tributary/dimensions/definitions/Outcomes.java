package io.tributary.dimensions.definitions;

import java.util.Collection;
import java.util.List;

/** Which text the transforms of a block can leave behind, as far as the last of them tells. */
final class Outcomes {

  private Outcomes() {}

  /** Whether some value could pass; true where it is not known. */
  static boolean canHold(Block block, TextTest test) {
    if (test instanceof TextTest.Ordered ordered) {
      return ordered.order() != TextTest.Order.BEFORE || !ordered.operand().isEmpty();
    }
    Collection<String> operands = operands(test);
    return operands.isEmpty() || operands.stream().anyMatch(text -> canContain(block, text));
  }

  /** The texts a test looks for; empty where it is not of that kind. */
  static Collection<String> operands(TextTest test) {
    if (test instanceof TextTest.OneOf oneOf) {
      return oneOf.values().stream().sorted(CodePointOrder.ORDER).toList();
    }
    if (test instanceof TextTest.Containing containing) {
      return containing.parts();
    }
    if (test instanceof TextTest.StartingWith startingWith) {
      return startingWith.prefixes();
    }
    return test instanceof TextTest.EndingWith endingWith ? endingWith.suffixes() : List.of();
  }

  /** Whether a transformed value could contain {@code text}; true where it is not known. */
  static boolean canContain(Block block, String text) {
    if (block.transforms().isEmpty()) {
      return true;
    }
    Transform last = block.transforms().get(block.transforms().size() - 1);
    if (last instanceof SplitTransform split) {
      return split.maxSplits() >= 0
          || !text.contains(split.delimiter())
          || split.delimiter().codePoints().anyMatch(c -> isFree(block, c));
    }
    // What these change, character by character, they leave nowhere in their result. Trim is not
    // among them: blanks may stand inside. Nor is Title, which looks at what stands before.
    return !(last == TextTransform.LOWER
            || last == TextTransform.UPPER
            || last == TextTransform.CLEAN
            || last == TextTransform.NORMALIZE)
        || text.codePoints().allMatch(c -> keeps((TextTransform) last, c) || isFree(block, c));
  }

  /** Letters whose case may mean nothing, whatever the transforms make of it. */
  private static boolean isFree(Block block, int c) {
    return block.mayNameResources() && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
  }

  private static boolean keeps(TextTransform transform, int codePoint) {
    // Between letters, so that nothing is trimmed; letters that no transform of these changes
    // together with their neighbours.
    String inside = "-" + Character.toString(codePoint) + "-";
    return inside.equals(transform.apply(inside));
  }
}
