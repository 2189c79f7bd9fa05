package io.tributary.jobs.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of texts in columns, for people: each as wide as its widest cell. */
final class TextTable {

  private static final String GAP = "  ";

  private TextTable() {}

  /**
   * A line per row; cells that are numbers stand to the right.
   *
   * @param rows of equal length, the first being the header
   */
  static List<String> lines(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        String blanks = " ".repeat(widths[i] - cell.length());
        line.append(i == 0 ? "" : GAP).append(isNumber(cell) ? blanks + cell : cell + blanks);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static boolean isNumber(String cell) {
    return cell.matches("[0-9]{1,9}");
  }
}
