package io.tributary.events;

/**
 * Which resource an id names. Azure Resource Manager takes letters of its ids without regard to
 * case, and bills, meters and inventories of one provider spell them differently; ids of all other
 * kinds mean what they say to the letter.
 *
 * <p>A function of the text alone: no locale, no Unicode tables, no trimming. An id that begins, in
 * whatever case, with {@code /subscriptions/} or {@code /providers/} has its letters A to Z folded
 * to a to z; every other text is its own identity. It is the identity of itself, so it may be asked
 * twice.
 *
 * <p>Source: "Resource names and IDs are case-insensitive unless noted otherwise" (Microsoft,
 * Naming rules and restrictions for Azure resources).
 */
public final class ResourceIdentity {

  private static final String SUBSCRIPTIONS = "/subscriptions/";
  private static final String PROVIDERS = "/providers/";

  private ResourceIdentity() {}

  /** The identity of a resource id; null stays null, as in records whose field may have none. */
  public static String of(String id) {
    return isResourceManagerId(id) ? folded(id) : id;
  }

  /** Whether an id is one whose letters are folded. */
  public static boolean isResourceManagerId(String id) {
    return id != null && (startsWith(id, SUBSCRIPTIONS) || startsWith(id, PROVIDERS));
  }

  /** A text, be it a part of an id, with A to Z as a to z and all else as it is. */
  public static String folded(String text) {
    int from = 0;
    while (from < text.length() && !isCapital(text.charAt(from))) {
      from++;
    }
    if (from == text.length()) {
      return text;
    }
    char[] folded = text.toCharArray();
    for (int i = from; i < folded.length; i++) {
      folded[i] = folded(folded[i]);
    }
    return new String(folded);
  }

  private static boolean startsWith(String id, String root) {
    if (id.length() < root.length()) {
      return false;
    }
    for (int i = 0; i < root.length(); i++) {
      if (folded(id.charAt(i)) != root.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static char folded(char c) {
    return isCapital(c) ? (char) (c + ('a' - 'A')) : c;
  }

  private static boolean isCapital(char c) {
    return c >= 'A' && c <= 'Z';
  }
}
