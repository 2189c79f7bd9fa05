package io.tributary.dimensions.imports;

import java.io.Serializable;

/**
 * Something in a file that the definitions language cannot say, or that is wrong.
 *
 * @param file the name the text was given under
 * @param path where in its JSON: {@code $.Rules[2].Rule.Not}
 * @param what what is wrong, one clause
 * @param remedy what to do about it, one clause
 */
public record ImportProblem(String file, String path, String what, String remedy)
    implements Serializable {

  private static final int LONGEST_QUOTE = 80;

  /** {@code file: path: what is wrong, what to do}, always a single line. */
  @Override
  public String toString() {
    return oneLine(file + ": " + path + ": " + what + ", " + remedy);
  }

  /** The author's own text inside a message: in quotes, shortened. */
  static String quote(String text) {
    return text.length() > LONGEST_QUOTE
        ? "'" + text.substring(0, LONGEST_QUOTE) + "...'"
        : "'" + text + "'";
  }

  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]+", " ");
  }
}
