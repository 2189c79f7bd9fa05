package io.tributary.enrichment;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * The latest timestamp of the records that came, of all subtasks that were restored: what waits for
 * the stream's time is restored too, and nothing more need come.
 */
final class LatestTimestamp {

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final ListState<Long> state;
  private long latest = UNKNOWN;

  LatestTimestamp(OperatorStateStore store) throws Exception {
    state =
        store.getUnionListState(
            new ListStateDescriptor<>("latest-timestamp", LongSerializer.INSTANCE));
    for (long restored : state.get()) {
      add(restored);
    }
  }

  /**
   * Takes a record.
   *
   * @param timestamp epoch milliseconds
   */
  void add(long timestamp) {
    latest = Math.max(latest, timestamp);
  }

  boolean isKnown() {
    return latest != UNKNOWN;
  }

  /** Up to which time all has come, where nothing more is on its way. */
  Watermark watermark() {
    return new Watermark(latest - 1);
  }

  void snapshot() throws Exception {
    state.update(List.of(latest));
  }
}
