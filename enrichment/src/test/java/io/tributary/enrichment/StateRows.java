package io.tributary.enrichment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalMapState;

/** The rows that an operator keeps in its tables, of all keys together. */
final class StateRows {

  private static final List<String> TABLES =
      List.of("charges", "meter-days", "timelines", "scopes", "usage-ids-by-time", "index");

  private StateRows() {}

  /** How many by table; tables without rows left out. */
  static Map<String, Integer> count(AttributeLines lines) throws Exception {
    Map<String, Integer> rows = new TreeMap<>();
    for (String table : TABLES) {
      int count = keys(lines, table).size();
      if (count > 0) {
        rows.put(table, count);
      }
    }
    return rows;
  }

  /** The keys in a table. */
  static List<String> keys(AttributeLines lines, String table) throws Exception {
    KeyedStateBackend<String> backend = lines.getKeyedStateBackend();
    List<Tuple2<String, Object>> places;
    try (Stream<Tuple2<String, Object>> all = backend.getKeysAndNamespaces(table)) {
      places = all.distinct().toList();
    }
    List<String> keys = new ArrayList<>();
    for (Tuple2<String, Object> place : places) {
      lines.setCurrentKey(place.f0);
      state(backend, table, place.f1).keys().forEach(keys::add);
    }
    return keys;
  }

  @SuppressWarnings("unchecked") // The tables are maps from text to bytes.
  private static MapState<String, byte[]> state(
      KeyedStateBackend<String> backend, String table, Object namespace) throws Exception {
    MapStateDescriptor<String, byte[]> descriptor =
        new MapStateDescriptor<>(
            table, StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);
    if (namespace instanceof VoidNamespace) {
      return backend.getPartitionedState(
          VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
    }
    var state =
        (InternalMapState<String, String, String, byte[]>)
            backend.<String, MapState<String, byte[]>>getPartitionedState(
                (String) namespace, StringSerializer.INSTANCE, descriptor);
    return state;
  }
}
