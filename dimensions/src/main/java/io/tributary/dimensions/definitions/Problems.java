package io.tributary.dimensions.definitions;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects what is wrong and what is doubtful while a file is read, so that all is told at once.
 */
final class Problems {

  private static final Comparator<Problem> FILE_ORDER =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  private static final int LONGEST_QUOTE = 80;

  private final String file;
  // Sets: a node reached through several aliases is read several times but told once.
  private final Set<Problem> errors = new LinkedHashSet<>();
  private final Set<Problem> warnings = new LinkedHashSet<>();

  Problems(String file) {
    this.file = file;
  }

  /** The file must be refused. */
  void error(Position at, String what, String remedy) {
    errors.add(new Problem(file, at.line(), at.column(), what, remedy));
  }

  /** The file loads, but may not mean what its author thinks. */
  void warn(Position at, String what, String remedy) {
    warnings.add(new Problem(file, at.line(), at.column(), what, remedy));
  }

  List<Problem> errors() {
    return errors.stream().sorted(FILE_ORDER).toList();
  }

  List<Problem> warnings() {
    return warnings.stream().sorted(FILE_ORDER).toList();
  }

  /** The author's own text inside a message: in quotes, on one line, shortened. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    int end = Math.min(text.length(), LONGEST_QUOTE);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      quoted.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
    }
    return quoted.append(end < text.length() ? "...'" : "'").toString();
  }
}
