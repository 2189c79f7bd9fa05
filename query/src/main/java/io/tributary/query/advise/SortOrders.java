package io.tributary.query.advise;

import io.tributary.query.advise.Advice.Layout;
import io.tributary.sinks.catalog.AskedQuestion;
import io.tributary.sinks.catalog.Columns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;

/**
 * Which column rows of the ledger are sorted by within a tenant. A question that tests a column by
 * which rows are sorted reads the row groups of its values only; one that asks for a time reads
 * those of the time as long as time comes first.
 */
final class SortOrders {

  /**
   * A question that the ledger answers, whatever rollups there are.
   *
   * @param filterBy as in {@code query_log}
   */
  record LedgerQuestion(String tenant, List<String> filterBy, long bytes) {

    private boolean tests(String name) {
      return filterBy.contains(name);
    }
  }

  private static final String DIMENSION = "User:Defined:";

  private final Table ledger;
  private final LedgerStatistics statistics;

  SortOrders(Table ledger, LedgerStatistics statistics) {
    this.ledger = ledger;
    this.statistics = statistics;
  }

  /** The columns whose different values must be counted. */
  Collection<String> columns(List<AskedQuestion> questions) {
    SortedSet<String> columns = new TreeSet<>();
    questions.forEach(
        question -> question.getFilterBy().forEach(name -> column(name, columns::add)));
    return columns;
  }

  private void column(String name, java.util.function.Consumer<String> action) {
    String column =
        name.startsWith(DIMENSION) ? statistics.column(name.substring(DIMENSION.length())) : name;
    // Every file is of one billing month already.
    if (ledger.schema().findField(column) != null
        && !column.equals(Columns.BILLING_MONTH)
        && !column.equals(Columns.CHARGE_PERIOD_START)) {
      action.accept(column);
    }
  }

  Layout advise(List<LedgerQuestion> questions) {
    List<String> now = now();
    Map<String, Long> saved = new TreeMap<>();
    Map<String, String> nameOf = new TreeMap<>();
    for (LedgerQuestion question : questions) {
      for (String name : question.filterBy) {
        column(
            name,
            column -> {
              long values = statistics.values(column);
              saved.merge(column, Parts.of(question.bytes, values - 1, values), Long::sum);
              nameOf.put(column, name);
            });
      }
    }
    String best = null;
    for (Map.Entry<String, Long> column : saved.entrySet()) {
      best =
          best == null || column.getValue() > saved.getOrDefault(best, 0L) ? column.getKey() : best;
    }
    if (best == null) {
      return new Layout(now, now, 0, "no question that the ledger answers tests a column");
    }
    String name = nameOf.getOrDefault(best, best);
    long byTime =
        questions.stream()
            .filter(q -> q.tests(Columns.CHARGE_PERIOD_START) && !q.tests(name))
            .mapToLong(LedgerQuestion::bytes)
            .sum();
    long gain = saved.getOrDefault(best, 0L);
    List<String> proposed = List.of(Columns.TENANT_ID, best, Columns.CHARGE_PERIOD_START);
    if (gain <= byTime || now.equals(proposed)) {
      return new Layout(
          now,
          now,
          0,
          now.equals(proposed)
              ? "rows are sorted by what is tested most"
              : "questions that ask for a time and do not test %s read more".formatted(best));
    }
    return new Layout(
        now,
        proposed,
        gain,
        "%s has about %,d values and is tested most".formatted(best, statistics.values(best)));
  }

  private List<String> now() {
    List<String> columns = new ArrayList<>();
    for (SortField field : ledger.sortOrder().fields()) {
      columns.add(ledger.schema().findColumnName(field.sourceId()));
    }
    return columns;
  }
}
