package io.tributary.jobs.cdc;

import io.debezium.data.Envelope;
import io.tributary.jobs.cdc.RowChange.Op;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Reads changes of rows out of the records of the engine. Not thread-safe. */
final class RowReader {

  private final ColumnText text = new ColumnText();

  /** The change in {@code record}; nothing where it is none, such as a heartbeat. */
  Optional<RowChange> read(SourceRecord record) {
    if (!(record.value() instanceof Struct value) || !Envelope.isEnvelopeSchema(value.schema())) {
      return Optional.empty();
    }
    return op(value.getString(Envelope.FieldName.OPERATION)).map(op -> change(op, value));
  }

  private RowChange change(Op op, Struct value) {
    Struct source = value.getStruct(Envelope.FieldName.SOURCE);
    return new RowChange(
        source.getString("schema") + "." + source.getString("table"),
        op,
        row(value, Envelope.FieldName.BEFORE),
        row(value, Envelope.FieldName.AFTER),
        source.getInt64("lsn"),
        Instant.EPOCH.plus(source.getInt64("ts_us"), ChronoUnit.MICROS));
  }

  private static Optional<Op> op(String code) {
    return switch (code) {
      case "r" -> Optional.of(Op.READ);
      case "c" -> Optional.of(Op.INSERT);
      case "u" -> Optional.of(Op.UPDATE);
      case "d" -> Optional.of(Op.DELETE);
      case "t" -> Optional.of(Op.TRUNCATE);
      default -> Optional.empty();
    };
  }

  private @Nullable Map<String, String> row(Struct value, String name) {
    if (value.schema().field(name) == null || value.getStruct(name) == null) {
      return null;
    }
    Struct struct = value.getStruct(name);
    Map<String, String> row = new TreeMap<>();
    for (Field column : struct.schema().fields()) {
      String cell = text.of(column.schema(), struct.getWithoutDefault(column.name()));
      if (cell != null) {
        row.put(column.name(), cell);
      }
    }
    return row;
  }
}
