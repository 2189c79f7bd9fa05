package io.tributary.jobs;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.iceberg.io.CloseableIterable;

/** Reads planned files of signed rows, each negated: what the table would have to lose. */
final class ReadNegated<R extends SpecificRecordBase> extends RichFlatMapFunction<Long, R> {

  private static final long serialVersionUID = 1L;

  private final WarehouseSettings settings;
  private final ArrayList<String> files;
  private final Class<R> recordClass;
  private final Negation<R> negation;
  private transient Warehouse warehouse;

  /** Gives every amount of a row the other sign. */
  interface Negation<R> extends Consumer<R>, Serializable {}

  private ReadNegated(
      WarehouseSettings settings,
      ArrayList<String> files,
      Class<R> recordClass,
      Negation<R> negation) {
    this.settings = settings;
    this.files = files;
    this.recordClass = recordClass;
    this.negation = negation;
  }

  /**
   * @param id name of the operator
   */
  static <R extends SpecificRecordBase> DataStream<R> of(
      StreamExecutionEnvironment env,
      WarehouseSettings settings,
      List<String> files,
      Class<R> recordClass,
      Negation<R> negation,
      String id) {
    return PlannedFiles.numbers(env, files, id)
        .flatMap(
            new ReadNegated<>(settings, new ArrayList<>(files), recordClass, negation),
            new AvroTypeInfo<>(recordClass))
        .name(id)
        .uid(id);
  }

  @Override
  public void open(OpenContext context) {
    warehouse = Warehouse.openExisting(settings);
  }

  @Override
  public void flatMap(Long number, Collector<R> out) throws Exception {
    if (PlannedFiles.isBehind(number, files)) {
      return;
    }
    try (CloseableIterable<Stored<R>> rows =
        WarehouseReader.read(warehouse, recordClass, files.get(number.intValue()))) {
      for (Stored<R> row : rows) {
        R record = row.record();
        negation.accept(record);
        out.collect(record);
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
