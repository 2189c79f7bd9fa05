package io.tributary.attribution;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A bucket's tables as maps. */
final class InMemoryBucketStore implements BucketStore {

  private final Table charges = new InMemoryTable();
  private final Table meterDays = new InMemoryTable();
  private final Table timelines = new InMemoryTable();
  private final Table scopes = new InMemoryTable();
  private final Map<String, Table> usageIds = new HashMap<>();
  private final Map<String, Table> index = new HashMap<>();

  @Override
  public Table charges() {
    return charges;
  }

  @Override
  public Table meterDays() {
    return meterDays;
  }

  @Override
  public Table usageIds(String name) {
    return usageIds.computeIfAbsent(name, n -> new InMemoryTable());
  }

  @Override
  public Table timelines() {
    return timelines;
  }

  @Override
  public Table scopes() {
    return scopes;
  }

  @Override
  public Table index(String part) {
    return index.computeIfAbsent(part, p -> new InMemoryTable());
  }

  /** How many rows there are in all tables. */
  int size() {
    return tables().mapToInt(table -> table.keys().size()).sum();
  }

  /** Whether any row holds {@code text}. */
  boolean contains(String text) {
    return tables()
        .anyMatch(table -> table.keys().stream().anyMatch(key -> contains(table, key, text)));
  }

  private static boolean contains(Table table, String key, String text) {
    byte[] row = table.get(key);
    return key.contains(text)
        || (row != null && new String(row, StandardCharsets.ISO_8859_1).contains(text));
  }

  private Stream<Table> tables() {
    return Stream.of(
            Stream.of(charges, meterDays, timelines, scopes),
            usageIds.values().stream(),
            index.values().stream())
        .flatMap(tables -> tables);
  }
}
