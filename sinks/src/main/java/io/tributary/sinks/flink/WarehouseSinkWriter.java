package io.tributary.sinks.flink;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.rows.DeclaredDimensions;
import io.tributary.sinks.rows.Tally;
import io.tributary.sinks.rows.WarehouseElement;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;

/** Writes rows into data files and hands the finished files over at each checkpoint. */
final class WarehouseSinkWriter implements CommittingSinkWriter<WarehouseElement, SinkFiles> {

  private final Warehouse warehouse;
  private final WarehouseWriter writer;
  private SortedMap<String, Long> tallies = new TreeMap<>();

  /** Closes {@code warehouse} in the end. */
  WarehouseSinkWriter(Warehouse warehouse, WarehouseWriter writer) {
    this.warehouse = warehouse;
    this.writer = writer;
  }

  @Override
  public void write(WarehouseElement element, Context context) {
    if (element instanceof Tally tally) {
      tallies.merge(tally.name(), tally.change(), Long::sum);
    } else if (element instanceof DeclaredDimensions declared) {
      writer.declare(declared);
    } else {
      writer.write((WarehouseRow) element);
    }
  }

  @Override
  public void flush(boolean endOfInput) {
    // Rows stay in their files until these are complete.
  }

  @Override
  public Collection<SinkFiles> prepareCommit() {
    SinkFiles written = new SinkFiles(0, 0, writer.complete(), tallies);
    tallies = new TreeMap<>();
    return written.isEmpty() ? List.of() : List.of(written);
  }

  @Override
  public void close() {
    try (warehouse) {
      writer.close();
    }
  }
}
