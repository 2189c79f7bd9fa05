package io.tributary.enrichment;

import io.tributary.attribution.BucketStore;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** A table in keyed state, of whichever key is current, and of one namespace of it. */
final class KeyedTable implements BucketStore.Table {

  /** The state, set to the namespace of the table. */
  interface State {

    MapState<String, byte[]> current() throws Exception;
  }

  private final State state;

  KeyedTable(State state) {
    this.state = state;
  }

  @Override
  public byte @Nullable [] get(String key) {
    try {
      return state.current().get(key);
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  @Override
  public void put(String key, byte[] value) {
    try {
      state.current().put(key, value);
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  @Override
  public void remove(String key) {
    try {
      state.current().remove(key);
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  @Override
  public List<String> keys() {
    try {
      List<String> keys = new ArrayList<>();
      state.current().keys().forEach(keys::add);
      return keys;
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  @Override
  public boolean isEmpty() {
    try {
      return state.current().isEmpty();
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  @Override
  public void clear() {
    try {
      state.current().clear();
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }
}
