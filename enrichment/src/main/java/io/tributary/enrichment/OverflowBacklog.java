package io.tributary.enrichment;

import io.tributary.attribution.Input;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Which charges of the tenant of a bucket went to the overflow topic and have not come back, by the
 * partition they came on. Either mark may come first, so the highest offset read is remembered.
 *
 * @param sent highest offset that went there and was not read, by partition
 * @param read highest offset that was read, by partition
 */
record OverflowBacklog(MapState<String, Long> sent, MapState<String, Long> read) {

  static final String SENT = "overflow-sent";
  static final String READ = "overflow-read";

  static OverflowBacklog open(RuntimeContext context) {
    return new OverflowBacklog(state(context, SENT), state(context, READ));
  }

  private static MapState<String, Long> state(RuntimeContext context, String name) {
    return context.getMapState(new MapStateDescriptor<>(name, Types.STRING, Types.LONG));
  }

  void apply(Input mark) throws Exception {
    String origin = mark.origin();
    long offset = mark.recordTime();
    Long wasRead = read.get(origin);
    if (mark.fresh()) {
      if (wasRead == null || wasRead < offset) {
        sent.put(origin, offset);
      }
      return;
    }
    if (wasRead == null || wasRead < offset) {
      read.put(origin, offset);
    }
    Long wasSent = sent.get(origin);
    if (wasSent != null && wasSent <= offset) {
      sent.remove(origin);
    }
  }

  /** Whether charges are still to come from the overflow topic. */
  boolean isBehind() throws Exception {
    return !sent.isEmpty();
  }
}
