package io.tributary.dimensions.definitions;

import java.io.Serializable;

/**
 * Something wrong, or doubtful, in a definitions file.
 *
 * @param file the name the text was loaded under
 * @param line counted from 1
 * @param column counted from 1
 * @param what what is wrong, one clause
 * @param remedy what would be right, one clause
 */
public record Problem(String file, int line, int column, String what, String remedy)
    implements Serializable {

  /** {@code file:line: what is wrong, what would be right}, always a single line. */
  @Override
  public String toString() {
    return file + ":" + line + ": " + what + ", " + remedy;
  }
}
