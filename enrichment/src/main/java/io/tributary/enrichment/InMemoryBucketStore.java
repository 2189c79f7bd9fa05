package io.tributary.enrichment;

import java.util.HashMap;
import java.util.Map;

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
  public Table usageIds(String until) {
    return usageIds.computeIfAbsent(until, u -> new InMemoryTable());
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
    return rows(charges)
        + rows(meterDays)
        + rows(timelines)
        + rows(scopes)
        + usageIds.values().stream().mapToInt(InMemoryBucketStore::rows).sum()
        + index.values().stream().mapToInt(InMemoryBucketStore::rows).sum();
  }

  private static int rows(Table table) {
    return table.keys().size();
  }
}
