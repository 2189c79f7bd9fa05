package io.tributary.enrichment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A bucket's tables as maps; rows are copied in and out, as a state backend does. */
final class InMemoryBucketStore implements BucketStore {

  private final Table charges = new MapTable();
  private final Table meterDays = new MapTable();
  private final Table usageIds = new MapTable();
  private final Table timelines = new MapTable();
  private final Table scopes = new MapTable();

  @Override
  public Table charges() {
    return charges;
  }

  @Override
  public Table meterDays() {
    return meterDays;
  }

  @Override
  public Table usageIds() {
    return usageIds;
  }

  @Override
  public Table timelines() {
    return timelines;
  }

  @Override
  public Table scopes() {
    return scopes;
  }

  private static final class MapTable implements Table {

    private final Map<String, byte[]> rows = new HashMap<>();

    @Override
    public byte @Nullable [] get(String key) {
      byte[] row = rows.get(key);
      return row == null ? null : row.clone();
    }

    @Override
    public void put(String key, byte[] value) {
      rows.put(key, value.clone());
    }

    @Override
    public List<String> keys() {
      return new ArrayList<>(rows.keySet());
    }
  }
}
