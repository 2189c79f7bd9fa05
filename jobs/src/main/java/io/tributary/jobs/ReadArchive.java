package io.tributary.jobs;

import io.tributary.attribution.Buckets;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.events.RecordKind;
import io.tributary.events.RecordTime;
import io.tributary.jobs.inputs.ArchiveTables;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.iceberg.io.CloseableIterable;

/** Reads planned files of the archives and sends each row to the buckets that must see it. */
final class ReadArchive extends RichFlatMapFunction<Long, Input> {

  private static final long serialVersionUID = 1L;

  /**
   * A planned file, or, with an empty plan, the end of a tenant's archive; or nothing, which keeps
   * the place of one of those in the order that checkpoints know.
   *
   * @param table name of the table
   * @param name the plan of the file, or the tenant
   */
  private record Piece(String table, String name, boolean end) implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Piece NOTHING = new Piece("", "", false);
  }

  private final WarehouseSettings settings;
  private final ArrayList<Piece> pieces;
  private transient Warehouse warehouse;

  private ReadArchive(WarehouseSettings settings, ArrayList<Piece> pieces) {
    this.settings = settings;
    this.pieces = pieces;
  }

  /** The archived inputs in planned files (by table name), in no particular order. */
  static DataStream<Input> all(
      StreamExecutionEnvironment env,
      WarehouseSettings settings,
      SortedMap<String, List<String>> planned) {
    ArrayList<Piece> pieces = pieces(planned);
    return read(
        PlannedFiles.numbers(env, pieces, OperatorIds.READ_ARCHIVE),
        settings,
        pieces,
        env.getParallelism());
  }

  /**
   * The archived inputs of tenants, each followed by its end in every bucket: read by one subtask,
   * so that a bucket sees the end last.
   *
   * @param foreign tenants of which nothing is read, though it was planned
   * @param stream whether what comes beside them ends
   */
  static DataStream<Input> adopted(
      StreamExecutionEnvironment env,
      WarehouseSettings settings,
      Map<String, SortedMap<String, List<String>>> plannedByTenant,
      ForeignTenants foreign,
      Boundedness stream) {
    ArrayList<Piece> pieces = new ArrayList<>();
    plannedByTenant.forEach(
        (tenant, planned) -> {
          List<Piece> ofTenant = pieces(planned);
          ofTenant.add(new Piece("", tenant, true));
          if (foreign.isLetGo(tenant)) {
            Collections.fill(ofTenant, Piece.NOTHING);
          }
          pieces.addAll(ofTenant);
        });
    return read(
        stream == Boundedness.BOUNDED
            ? PlannedFiles.numbers(env, pieces, OperatorIds.READ_ARCHIVE)
            : PlannedFiles.staying(env, pieces, OperatorIds.READ_ARCHIVE),
        settings,
        pieces,
        1);
  }

  private static ArrayList<Piece> pieces(SortedMap<String, List<String>> planned) {
    ArrayList<Piece> pieces = new ArrayList<>();
    planned.forEach(
        (table, files) -> files.forEach(file -> pieces.add(new Piece(table, file, false))));
    return pieces;
  }

  private static DataStream<Input> read(
      DataStream<Long> numbers,
      WarehouseSettings settings,
      ArrayList<Piece> pieces,
      int parallelism) {
    return numbers
        .flatMap(new ReadArchive(settings, pieces), TypeInformation.of(Input.class))
        .setParallelism(parallelism)
        .name(OperatorIds.READ_ARCHIVE)
        .uid(OperatorIds.READ_ARCHIVE);
  }

  @Override
  public void open(OpenContext context) {
    warehouse = Warehouse.openExisting(settings);
  }

  @Override
  public void flatMap(Long number, Collector<Input> out) throws Exception {
    if (PlannedFiles.isBehind(number, pieces)) {
      return;
    }
    Piece piece = pieces.get(number.intValue());
    if (piece.equals(Piece.NOTHING)) {
      return;
    }
    if (piece.end) {
      for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
        out.collect(Input.endOfArchive(piece.name, bucket));
      }
      return;
    }
    WarehouseTable table = WarehouseTable.valueOf(piece.table);
    RecordKind kind = ArchiveTables.kind(table);
    try (CloseableIterable<? extends Stored<? extends SpecificRecordBase>> rows =
        WarehouseReader.read(warehouse, table.recordClass(), piece.name)) {
      for (Stored<? extends SpecificRecordBase> row : rows) {
        emit(kind, row, out);
      }
    }
  }

  private static void emit(
      RecordKind kind, Stored<? extends SpecificRecordBase> row, Collector<Input> out) {
    SpecificRecordBase record = ArchiveTables.input(row.record());
    byte[] payload = kind.encode(record);
    Instant recordTime = row.recordTime();
    long time = recordTime == null ? Long.MIN_VALUE : RecordTime.micros(recordTime);
    String tenant = String.valueOf(record.get("tenant_id"));
    for (int bucket : Buckets.of(record)) {
      out.collect(new Input(tenant, bucket, kind, false, time, time, payload));
    }
  }

  @Override
  public void close() {
    if (warehouse != null) {
      warehouse.close();
    }
  }
}
