package io.tributary.events.bills;

import java.util.Map;

/** A Python literal, as {@code repr} prints lists and dictionaries, in the words of JSON. */
final class PythonLiteral {

  private static final Map<String, String> WORDS =
      Map.of("None", "null", "True", "true", "False", "false");

  private PythonLiteral() {}

  /** {@code text} with None, True and False outside of quotes replaced. */
  static String toJson(String text) {
    StringBuilder json = new StringBuilder(text.length());
    char quote = 0;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (quote != 0 && c == '\\' && i + 1 < text.length()) {
        json.append(c).append(text.charAt(i + 1));
        i += 2;
        continue;
      }
      if (c == '\'' || c == '"') {
        quote = quote == 0 ? c : quote == c ? 0 : quote;
      }
      int end = quote == 0 ? endOfWord(text, i) : i;
      if (end > i) {
        String word = text.substring(i, end);
        json.append(WORDS.getOrDefault(word, word));
        i = end;
      } else {
        json.append(c);
        i++;
      }
    }
    return json.toString();
  }

  private static int endOfWord(String text, int start) {
    int end = start;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
