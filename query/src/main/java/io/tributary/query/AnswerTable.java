package io.tributary.query;

import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An answer as text in columns; costs are aligned at their decimal points. */
final class AnswerTable {

  private static final String GAP = "  ";

  private final Answer answer;

  AnswerTable(Answer answer) {
    this.answer = answer;
  }

  String text() {
    List<List<String>> lines = new ArrayList<>();
    List<String> header = new ArrayList<>(answer.names());
    header.add("Currency");
    lines.add(header);
    List<BigDecimal> costs = new ArrayList<>();
    SortedMap<String, BigDecimal> totals = new TreeMap<>(CodePointOrder.ORDER);
    for (Answer.Row row : answer.rows()) {
      List<String> line = new ArrayList<>();
      row.values().forEach(value -> line.add(shown(value)));
      line.add(shown(row.currency()));
      lines.add(line);
      costs.add(row.cost());
      totals.merge(row.currency(), row.cost(), BigDecimal::add);
    }
    if (!answer.names().isEmpty()) {
      totals.forEach(
          (currency, total) -> {
            List<String> line = new ArrayList<>();
            answer.names().forEach(name -> line.add(line.isEmpty() ? "Total" : ""));
            line.add(shown(currency));
            lines.add(line);
            costs.add(total);
          });
    }
    return aligned(lines, costColumn(costs));
  }

  /** A value as one visible word or phrase. */
  private static String shown(@Nullable String value) {
    if (value == null) {
      return "(none)";
    }
    return value.isEmpty() ? "\"\"" : visible(value);
  }

  /** A value on one line; control characters cannot reach a terminal. */
  static String visible(String value) {
    StringBuilder shown = new StringBuilder();
    value
        .codePoints()
        .forEach(
            point -> {
              if (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT) {
                shown.append(String.format("\\u%04x", point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }

  private static List<String> costColumn(List<BigDecimal> costs) {
    List<String> plain = costs.stream().map(Money::plain).toList();
    int decimals = plain.stream().mapToInt(AnswerTable::decimals).max().orElse(0);
    List<String> column = new ArrayList<>();
    column.add("Cost");
    for (String cost : plain) {
      column.add(cost + " ".repeat(decimals - decimals(cost)));
    }
    int width = column.stream().mapToInt(String::length).max().orElse(0);
    column.replaceAll(cell -> " ".repeat(width - cell.length()) + cell);
    return column;
  }

  /** The decimal point and what follows it. */
  private static int decimals(String plain) {
    int point = plain.indexOf('.');
    return point < 0 ? 0 : plain.length() - point;
  }

  private static String aligned(List<List<String>> lines, List<String> costs) {
    int columns = lines.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], width(line.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (int l = 0; l < lines.size(); l++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = lines.get(l).get(i);
        line.append(cell).append(" ".repeat(widths[i] - width(cell))).append(GAP);
      }
      line.append(costs.get(l));
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
