package io.tributary.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a bill's rows cost, worked out without the readers that it checks. */
final class BillOracle {

  private static final List<String> COSTS =
      List.of("billedcost", "lineitemunblendedcost", "costinbillingcurrency", "cost");
  private static final List<String> CURRENCIES =
      List.of("billingcurrency", "lineitemcurrencycode", "currency");
  private static final Set<String> NULLS = Set.of("NULL", "null", "(null)", "\\N", "N/A");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /** Rows in all, and what those cost that are not among the rejected ones. */
  record Answer(long rows, SortedMap<String, BigDecimal> billed) {}

  /** One row and the line on which it starts. */
  private record Row(long line, List<String> cells) {}

  private BillOracle() {}

  /**
   * @param rejected lines of rows that are not to be counted
   */
  static Answer csv(String text, Set<Long> rejected) {
    List<Row> rows = rows(text.startsWith("\uFEFF") ? text.substring(1) : text);
    List<String> header = rows.isEmpty() ? List.of() : rows.get(0).cells;
    SortedMap<String, BigDecimal> billed = new TreeMap<>();
    for (Row row : rows.subList(Math.min(1, rows.size()), rows.size())) {
      if (!rejected.contains(row.line)) {
        add(billed, value(header, row.cells, CURRENCIES), cost(header, row.cells));
      }
    }
    return new Answer(Math.max(0, rows.size() - 1), billed);
  }

  private static BigDecimal cost(List<String> header, List<String> cells) {
    String cost = value(header, cells, COSTS);
    String credits = value(header, cells, List.of("credits"));
    return (cost.isEmpty() ? BigDecimal.ZERO : new BigDecimal(cost)).add(credits(credits, header));
  }

  /** Credits of a Google bill are charges of their own. */
  private static BigDecimal credits(String cell, List<String> header) {
    boolean google = header.stream().anyMatch(name -> key(name).equals("usagestarttime"));
    BigDecimal sum = BigDecimal.ZERO;
    try {
      for (JsonNode credit : google && !cell.isEmpty() ? JSON.readTree(cell) : JSON.nullNode()) {
        JsonNode amount = credit.path("amount");
        sum = sum.add(amount.isNumber() ? amount.decimalValue() : number(amount.asText()));
      }
      return sum;
    } catch (JsonProcessingException e) {
      throw new AssertionError("credits of a row that was accepted: " + cell, e);
    }
  }

  private static BigDecimal number(String text) {
    return text.isBlank() ? BigDecimal.ZERO : new BigDecimal(text.strip());
  }

  private static void add(SortedMap<String, BigDecimal> billed, String currency, BigDecimal cost) {
    billed.merge(currency, cost, BigDecimal::add);
  }

  /** The first value among columns of these names, those spelled exactly before others. */
  private static String value(List<String> header, List<String> cells, List<String> names) {
    for (String name : names) {
      for (int i = 0; i < header.size(); i++) {
        if (key(header.get(i)).equals(name) && i < cells.size() && !isNull(cells.get(i))) {
          return cells.get(i).strip();
        }
      }
    }
    return "";
  }

  private static boolean isNull(String cell) {
    return cell.isBlank() || NULLS.contains(cell);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** RFC 4180, with quotes that are not where they should be. */
  private static List<Row> rows(String text) {
    List<Row> rows = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    StringBuilder raw = new StringBuilder();
    boolean quoted = false;
    long line = 1;
    long started = 1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '\n' : text.charAt(i);
      boolean feed = c == '\n' && i > 0 && text.charAt(i - 1) == '\r';
      boolean ends = (c == '\n' && !feed) || c == '\r';
      boolean open = quoted && i < text.length();
      if (!open && (ends || c == ',')) {
        if (!(ends && cells.isEmpty() && raw.isEmpty())) {
          cells.add(cell(raw.toString()));
        }
        raw.setLength(0);
        if (ends && !cells.isEmpty()) {
          rows.add(new Row(started, List.copyOf(cells)));
          cells.clear();
        }
      } else if (open || !feed) {
        quoted ^= c == '"' && (quoted || raw.isEmpty() || raw.charAt(0) == '"');
        raw.append(c);
      }
      line += ends ? 1 : 0;
      started = cells.isEmpty() && raw.isEmpty() ? line : started;
    }
    return rows;
  }

  /** Without the quotes around it; of those within, every second. */
  private static String cell(String raw) {
    if (!raw.startsWith("\"")) {
      return raw;
    }
    String inner =
        raw.substring(1, raw.length() - (raw.length() > 1 && raw.endsWith("\"") ? 1 : 0));
    StringBuilder cell = new StringBuilder();
    boolean skipped = false;
    for (char c : inner.toCharArray()) {
      if (c == '"') {
        skipped = !skipped;
      }
      if (c != '"' || !skipped) {
        cell.append(c);
      }
    }
    return cell.toString();
  }

  /** As {@link #csv}, of JSON lines. */
  static Answer json(String text, Set<Long> rejected) {
    SortedMap<String, BigDecimal> billed = new TreeMap<>();
    long rows = 0;
    long number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      rows += line.isBlank() ? 0 : 1;
      if (!line.isBlank() && !rejected.contains(number)) {
        addObject(billed, line);
      }
    }
    return new Answer(rows, billed);
  }

  private static void addObject(SortedMap<String, BigDecimal> billed, String line) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    try {
      Iterator<Map.Entry<String, JsonNode>> members = JSON.readTree(line).fields();
      while (members.hasNext()) {
        Map.Entry<String, JsonNode> member = members.next();
        JsonNode value = member.getValue();
        names.add(member.getKey());
        values.add(
            value.isNull() ? "" : value.isContainerNode() ? value.toString() : value.asText());
      }
    } catch (JsonProcessingException e) {
      throw new AssertionError("a row that was accepted is no JSON: " + line, e);
    }
    add(billed, value(names, values, CURRENCIES), cost(names, values));
  }
}
