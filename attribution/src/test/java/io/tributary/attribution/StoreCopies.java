package io.tributary.attribution;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Copies of stores in memory, whatever tables they have: a field is a table or a map of tables. */
final class StoreCopies {

  private StoreCopies() {}

  /** Writes the rows of {@code from} into {@code to}, in an order that the rows alone decide. */
  static <T> void copy(T from, T to) {
    for (Field field : fields(from)) {
      Object source = value(field, from);
      Object target = value(field, to);
      if (source instanceof BucketStore.Table table) {
        copy(table, (BucketStore.Table) target);
      } else {
        Map<String, BucketStore.Table> copies = tables(target);
        new TreeMap<>(tables(source))
            .forEach(
                (name, table) -> {
                  if (!table.isEmpty()) {
                    copy(table, copies.computeIfAbsent(name, n -> new InMemoryTable()));
                  }
                });
      }
    }
  }

  private static void copy(BucketStore.Table from, BucketStore.Table to) {
    for (String key : sortedKeys(from)) {
      to.put(key, row(from, key));
    }
  }

  /** Appends all rows. */
  static void describe(Object store, StringBuilder rows) {
    for (Field field : fields(store)) {
      Object value = value(field, store);
      if (value instanceof BucketStore.Table table) {
        describe(field.getName(), table, rows);
      } else {
        new TreeMap<>(tables(value))
            .forEach((name, table) -> describe(field.getName() + name, table, rows));
      }
    }
  }

  private static void describe(String name, BucketStore.Table table, StringBuilder rows) {
    for (String key : sortedKeys(table)) {
      rows.append(name)
          .append('\0')
          .append(key.length())
          .append(' ')
          .append(key)
          .append(' ')
          .append(HexFormat.of().formatHex(row(table, key)))
          .append('\n');
    }
  }

  private static List<Field> fields(Object store) {
    return Arrays.stream(store.getClass().getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .sorted(Comparator.comparing(Field::getName))
        .toList();
  }

  private static Object value(Field field, Object store) {
    try {
      field.setAccessible(true);
      return field.get(store);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked") // What is no table of a store is a map of tables.
  private static Map<String, BucketStore.Table> tables(Object map) {
    return (Map<String, BucketStore.Table>) map;
  }

  private static List<String> sortedKeys(BucketStore.Table table) {
    return table.keys().stream().sorted().toList();
  }

  private static byte[] row(BucketStore.Table table, String key) {
    byte[] row = table.get(key);
    if (row == null) {
      throw new IllegalStateException("no row " + key);
    }
    return row;
  }
}
