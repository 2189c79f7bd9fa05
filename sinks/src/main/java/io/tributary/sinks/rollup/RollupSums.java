package io.tributary.sinks.rollup;

import io.tributary.events.Measures;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/** Sums of rows of a rollup that are told apart by nothing but what is summed. */
final class RollupSums {

  private static final class Sum {
    private final Record row;
    private OffsetDateTime newest;
    private Measures measures = Measures.ZERO;

    Sum(Record row, OffsetDateTime newest) {
      this.row = row;
      this.newest = newest;
    }
  }

  private final RollupRows rows;
  private final Map<List<@Nullable Object>, Sum> sums = new HashMap<>();

  RollupSums(RollupRows rows) {
    this.rows = rows;
  }

  /** Adds a row of the rollup, which is handed over. */
  void add(Record row) {
    Measures measures = rows.measures(row);
    OffsetDateTime written = rows.entryTime(row);
    Sum sum = sums.computeIfAbsent(rows.group(row), group -> new Sum(row, written));
    sum.measures = sum.measures.plus(measures);
    sum.newest = written.isAfter(sum.newest) ? written : sum.newest;
  }

  /** Groups held. */
  int size() {
    return sums.size();
  }

  /**
   * The sums so far without those that are 0, as rows hold them, by tenant and period; they are
   * forgotten here.
   */
  List<Record> drain() {
    List<Record> drained = new ArrayList<>();
    sums.values()
        .forEach(sum -> sum.measures.rows().forEach(measures -> drained.add(row(sum, measures))));
    sums.clear();
    drained.sort(Comparator.comparing(rows::tenant).thenComparing(rows::chargeStart));
    return drained;
  }

  private Record row(Sum sum, Measures measures) {
    Record row = sum.row.copy();
    rows.measures(row, measures);
    rows.entryTime(row, sum.newest);
    return row;
  }
}
