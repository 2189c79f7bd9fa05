package io.tributary.jobs;

import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseReader;
import io.tributary.sinks.WarehouseReader.Stored;
import io.tributary.sinks.WarehouseSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.iceberg.io.CloseableIterable;

/** Reads planned files of the ledger, each entry negated: what the ledger would have to lose. */
final class ReadLedger extends RichFlatMapFunction<Long, LedgerEntry> {

  private static final long serialVersionUID = 1L;

  private final WarehouseSettings settings;
  private final ArrayList<String> files;
  private transient Warehouse warehouse;

  private ReadLedger(WarehouseSettings settings, ArrayList<String> files) {
    this.settings = settings;
    this.files = files;
  }

  static DataStream<LedgerEntry> negated(
      StreamExecutionEnvironment env, WarehouseSettings settings, List<String> files) {
    return PlannedFiles.numbers(env, files, OperatorIds.READ_LEDGER)
        .flatMap(
            new ReadLedger(settings, new ArrayList<>(files)), new AvroTypeInfo<>(LedgerEntry.class))
        .name(OperatorIds.READ_LEDGER)
        .uid(OperatorIds.READ_LEDGER);
  }

  @Override
  public void open(OpenContext context) {
    warehouse = Warehouse.openExisting(settings);
  }

  @Override
  public void flatMap(Long number, Collector<LedgerEntry> out) throws Exception {
    if (PlannedFiles.isBehind(number, files)) {
      return;
    }
    try (CloseableIterable<Stored<LedgerEntry>> rows =
        WarehouseReader.read(warehouse, LedgerEntry.class, files.get(number.intValue()))) {
      for (Stored<LedgerEntry> row : rows) {
        LedgerEntry entry = row.record();
        Measures.of(entry).negate().writeTo(entry);
        out.collect(entry);
      }
    }
  }

  @Override
  public void close() {
    if (warehouse != null) {
      warehouse.close();
    }
  }
}
