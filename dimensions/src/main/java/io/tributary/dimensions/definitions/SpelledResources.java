package io.tributary.dimensions.definitions;

import io.tributary.events.ResourceIdentity;
import java.util.List;

/**
 * Tells where an operand has capitals that Azure resource ids do not have here: they are compared
 * by their identities, whatever the operand's case.
 */
final class SpelledResources {

  private static final List<String> ROOTS = List.of("/subscriptions/", "/providers/");

  private SpelledResources() {}

  /** Warns of such operands of a comparison. */
  static void warn(
      Position at, String operator, Block block, List<String> operands, Problems problems) {
    if (block.sources().stream().noneMatch(source -> source.id().equals(SourceIds.RESOURCE))) {
      return;
    }
    for (String operand : operands) {
      if (hasCapitals(operator, operand) && mayMeet(operator, block, operand)) {
        problems.warn(
            at,
            operator
                + " "
                + Problems.quote(operand)
                + " of "
                + SourceIds.RESOURCE
                + " takes no notice of case where the resource is an Azure one, whose letters are"
                + " small here",
            ResourceIdentity.isResourceManagerId(operand)
                ? "write it in small letters"
                : "write it in small letters if only Azure resources are meant");
        return;
      }
    }
  }

  /** In a pattern, a capital behind a backslash stands for no letter. */
  private static boolean hasCapitals(String operator, String operand) {
    String letters = operator.equals("Matches") ? operand.replaceAll("\\\\.", "") : operand;
    return !ResourceIdentity.folded(letters).equals(letters);
  }

  /** Whether an Azure id may pass at all, where no transform has made other text of it. */
  private static boolean mayMeet(String operator, Block block, String operand) {
    if (!block.transforms().isEmpty()) {
      return true;
    }
    return switch (operator) {
      case "Equals" -> ResourceIdentity.isResourceManagerId(operand);
      case "BeginsWith" ->
          ResourceIdentity.isResourceManagerId(operand)
              || ROOTS.stream().anyMatch(root -> root.startsWith(ResourceIdentity.folded(operand)));
      default -> true;
    };
  }
}
