package io.tributary.attribution;

import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Entries summed by every column but the measures and the definitions version; 0 is dropped. */
public final class NetLedger {

  private static final Set<String> NOT_COMPARED =
      Set.of(
          "billed_cost",
          "effective_cost",
          "list_cost",
          "contracted_cost",
          "consumed_quantity",
          "definitions_version");
  private static final List<Schema.Field> COLUMNS =
      LedgerEntry.getClassSchema().getFields().stream()
          .filter(field -> !NOT_COMPARED.contains(field.name()))
          .toList();

  private final Map<List<@Nullable Object>, Measures> sums = new HashMap<>();

  /** The sums of both. */
  NetLedger plus(NetLedger other) {
    NetLedger both = new NetLedger();
    sums.forEach(both::add);
    other.sums.forEach(both::add);
    return both;
  }

  public void add(LedgerEntry entry) {
    List<@Nullable Object> columns = new ArrayList<>(COLUMNS.size());
    for (Schema.Field column : COLUMNS) {
      Object value = entry.get(column.pos());
      columns.add(value instanceof Map<?, ?> elements ? new TreeMap<>(elements) : value);
    }
    add(columns, Measures.of(entry));
  }

  private void add(List<@Nullable Object> columns, Measures measures) {
    if (sums.merge(columns, measures, Measures::plus).isZero()) {
      sums.remove(columns);
    }
  }

  public Measures total() {
    return sums.values().stream().reduce(Measures.ZERO, Measures::plus);
  }

  /** How many sums are not 0. */
  int size() {
    return sums.size();
  }

  NetLedger copy() {
    NetLedger copy = new NetLedger();
    copy.sums.putAll(sums);
    return copy;
  }

  /** The sums in which this ledger and another differ, this one's after "+"; empty if in none. */
  String differences(NetLedger other) {
    StringBuilder text = new StringBuilder();
    Stream.concat(sums.keySet().stream(), other.sums.keySet().stream())
        .distinct()
        .filter(columns -> !Objects.equals(sums.get(columns), other.sums.get(columns)))
        .sorted((a, b) -> text(a).compareTo(text(b)))
        .limit(40)
        .forEach(
            columns ->
                text.append(text(columns))
                    .append("\n  + ")
                    .append(sums.get(columns))
                    .append("\n  - ")
                    .append(other.sums.get(columns))
                    .append('\n'));
    return text.toString();
  }

  private static String text(List<@Nullable Object> columns) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i) != null) {
        text.append(COLUMNS.get(i).name()).append('=').append(columns.get(i)).append(' ');
      }
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetLedger net && sums.equals(net.sums);
  }

  @Override
  public int hashCode() {
    return sums.hashCode();
  }

  @Override
  public String toString() {
    Set<String> lines = new TreeSet<>();
    sums.forEach((columns, sum) -> lines.add(text(columns) + "= " + sum));
    return String.join("\n", lines);
  }
}
