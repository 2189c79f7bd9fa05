package io.tributary.events.bills;

import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The header of one file, in FOCUS terms: where every column stands and what goes to extras. */
final class ColumnMap {

  private final List<String> names;
  private final List<CellForm> forms = new ArrayList<>();
  private final Map<String, BillColumn> columns = new HashMap<>();

  /** Further columns of a name that is known, by the column that counts. */
  private final Map<Integer, List<Integer>> twins = new TreeMap<>();

  /** By column: its name in extras, null where it is a field of its own. */
  private final @Nullable String[] extras;

  ColumnMap(BillFormat format, List<String> header, ColumnNames known) {
    this.names = names(format, header);
    names.forEach(name -> forms.add(CellForm.of(format, name)));
    Map<String, List<Integer>> byKey = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      byKey.computeIfAbsent(format.key(header.get(i)), key -> new ArrayList<>()).add(i);
    }
    extras = names.toArray(new String[0]);
    Set<Integer> renamed = new HashSet<>();
    known
        .natives()
        .forEach(
            (id, natives) -> {
              BillColumn column = column(id, natives, format, byKey);
              columns.put(id, column);
              if (!ColumnNames.FIELDS.contains(id)) {
                column.at().forEach(i -> extras[i] = id);
                renamed.addAll(column.at());
              }
            });
    known.others().forEach(name -> columns.put(name, column(name, List.of(name), format, byKey)));
    for (String id : ColumnNames.FIELDS) {
      BillColumn column = get(id);
      if (column.present() && !renamed.contains(column.at().get(0))) {
        claim(column.at().get(0));
      }
    }
  }

  /** The names in a header; one that is there again is told by its place. */
  private static List<String> names(BillFormat format, List<String> header) {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < header.size(); i++) {
      String name = format.canonical(header.get(i));
      String told = name.isEmpty() ? "column " + (i + 1) : name;
      if (!names.add(told)) {
        names.add(told + " (column " + (i + 1) + ")");
      }
    }
    return List.copyOf(names);
  }

  private BillColumn column(
      String id, List<String> natives, BillFormat format, Map<String, List<Integer>> byKey) {
    List<Integer> at = new ArrayList<>();
    for (String name : natives) {
      List<Integer> same = byKey.getOrDefault(format.key(name), List.of());
      if (!same.isEmpty()) {
        int counts = closest(name, same);
        List<Integer> others = same.stream().filter(i -> i != counts).toList();
        at.add(counts);
        at.addAll(others);
        if (!others.isEmpty()) {
          twins.put(counts, others);
        }
      }
    }
    return new BillColumn(id, at, at.stream().map(names::get).toList());
  }

  /** Of columns that a format takes for the same, the one that is spelled as the format does. */
  private int closest(String name, List<Integer> same) {
    return same.stream()
        .filter(i -> names.get(i).equalsIgnoreCase(name))
        .findFirst()
        .orElse(same.get(0));
  }

  /** The column with this FOCUS id; not {@code present} where the header has none. */
  BillColumn get(String id) {
    BillColumn column = columns.get(id);
    return column == null ? new BillColumn(id, List.of(), List.of()) : column;
  }

  /** The header's names. */
  List<String> names() {
    return names;
  }

  /** Keeps a column out of extras. */
  void claim(int column) {
    extras[column] = null;
    twins.getOrDefault(column, List.of()).forEach(twin -> extras[twin] = null);
  }

  /** The columns of which several have one name. */
  Set<Integer> twins() {
    Set<Integer> all = new TreeSet<>(twins.keySet());
    twins.values().forEach(all::addAll);
    return all;
  }

  /** Passes a row in which columns of one name say the same. */
  void checkTwins(BillRows row) throws RejectedException {
    for (Map.Entry<Integer, List<Integer>> same : twins.entrySet()) {
      checkTwins(row, same.getKey(), same.getValue());
    }
  }

  private void checkTwins(BillRows row, int counts, List<Integer> others) throws RejectedException {
    String value = row.cell(counts);
    for (int other : others) {
      String said = row.cell(other);
      if (said != null && value != null && !said.equals(value)) {
        throw new RejectedException(
            RejectReason.INVALID_VALUE,
            names.get(counts),
            names.get(counts) + " and " + names.get(other) + " differ");
      }
      value = value == null ? said : value;
    }
  }

  /** Everything the row says beyond the fields of a charge. Cells without a value are left out. */
  Map<String, String> extras(BillRows row) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < extras.length; i++) {
      String name = extras[i];
      String cell = name == null ? null : row.cell(i);
      String value = cell == null ? null : forms.get(i).text(cell);
      if (name != null && value != null) {
        String first = values.putIfAbsent(name, value);
        if (first != null && !first.equals(value)) {
          values.putIfAbsent(names.get(i), value);
        }
      }
    }
    return values;
  }
}
