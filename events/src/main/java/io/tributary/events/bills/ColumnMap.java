package io.tributary.events.bills;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The header of one file, in FOCUS terms: where every column stands and what goes to extras. */
final class ColumnMap {

  private final List<String> names = new ArrayList<>();
  private final Map<String, BillColumn> columns = new HashMap<>();

  /** By column: its name in extras, null where it is a field of its own. */
  private final @Nullable String[] extras;

  ColumnMap(BillFormat format, List<String> header, ColumnNames known) {
    Map<String, Integer> byKey = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      String name = format.canonical(header.get(i));
      names.add(name.isEmpty() ? "column " + (i + 1) : name);
      byKey.putIfAbsent(format.key(header.get(i)), i);
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
        extras[column.at().get(0)] = null;
      }
    }
  }

  private BillColumn column(
      String id, List<String> natives, BillFormat format, Map<String, Integer> byKey) {
    List<Integer> at = new ArrayList<>();
    for (String name : natives) {
      Integer index = byKey.get(format.key(name));
      if (index != null) {
        at.add(index);
      }
    }
    return new BillColumn(id, at, at.stream().map(names::get).toList());
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
  }

  /** Everything the row says beyond the fields of a charge. Cells without a value are left out. */
  Map<String, String> extras(BillRows row) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < extras.length; i++) {
      String name = extras[i];
      String value = name == null ? null : row.cell(i);
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
