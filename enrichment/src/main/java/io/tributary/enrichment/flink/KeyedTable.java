package io.tributary.enrichment.flink;

import io.tributary.enrichment.BucketStore;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** A bucket's table in keyed state, of whichever key is current. */
final class KeyedTable implements BucketStore.Table {

  private final MapState<String, byte[]> state;

  KeyedTable(MapState<String, byte[]> state) {
    this.state = state;
  }

  @Override
  public byte @Nullable [] get(String key) {
    try {
      return state.get(key);
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  @Override
  public void put(String key, byte[] value) {
    try {
      state.put(key, value);
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  @Override
  public void remove(String key) {
    try {
      state.remove(key);
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  @Override
  public List<String> keys() {
    try {
      List<String> keys = new ArrayList<>();
      state.keys().forEach(keys::add);
      return keys;
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }
}
