package io.tributary.attribution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table as a map; rows are copied in and out, as a state backend does. */
final class InMemoryTable implements BucketStore.Table {

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
  public void remove(String key) {
    rows.remove(key);
  }

  @Override
  public List<String> keys() {
    return new ArrayList<>(rows.keySet());
  }

  @Override
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  @Override
  public void clear() {
    rows.clear();
  }
}
