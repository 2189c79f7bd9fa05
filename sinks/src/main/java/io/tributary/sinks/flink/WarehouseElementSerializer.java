package io.tributary.sinks.flink;

import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rows.DeclaredDimensions;
import io.tributary.sinks.rows.Tally;
import io.tributary.sinks.rows.WarehouseElement;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.java.typeutils.runtime.DataInputViewStream;
import org.apache.flink.api.java.typeutils.runtime.DataOutputViewStream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;
import org.jspecify.annotations.Nullable;

/**
 * One byte for the table (or {@link #TALLY} or {@link #DIMENSIONS}), the record time where the
 * table has one, and the record in Avro's binary form. Elements are never changed once sent, so a
 * copy is the element.
 */
final class WarehouseElementSerializer extends TypeSerializer<WarehouseElement> {

  private static final long serialVersionUID = 1L;
  private static final int TALLY = -1;
  private static final int DIMENSIONS = -2;
  private static final WarehouseTable[] TABLES = WarehouseTable.values();

  private transient @Nullable Map<WarehouseTable, SpecificDatumWriter<SpecificRecordBase>> writers;
  private transient @Nullable Map<WarehouseTable, SpecificDatumReader<SpecificRecordBase>> readers;
  private transient @Nullable BinaryEncoder encoder;
  private transient @Nullable BinaryDecoder decoder;

  @Override
  public void serialize(WarehouseElement element, DataOutputView target) throws IOException {
    if (element instanceof Tally tally) {
      target.writeByte(TALLY);
      target.writeUTF(tally.name());
      target.writeLong(tally.change());
      return;
    }
    if (element instanceof DeclaredDimensions declared) {
      target.writeByte(DIMENSIONS);
      StringValue.writeString(declared.tenantId(), target);
      target.writeInt(declared.ids().size());
      for (String id : declared.ids()) {
        StringValue.writeString(id, target);
      }
      return;
    }
    WarehouseRow row = (WarehouseRow) element;
    target.writeByte(row.table().ordinal());
    Instant recordTime = row.recordTime();
    if (recordTime != null) {
      target.writeLong(recordTime.getEpochSecond());
      target.writeInt(recordTime.getNano());
    }
    encoder = EncoderFactory.get().directBinaryEncoder(new DataOutputViewStream(target), encoder);
    writer(row.table()).write(row.record(), encoder);
  }

  @Override
  public WarehouseElement deserialize(DataInputView source) throws IOException {
    int tag = source.readByte();
    if (tag == TALLY) {
      return new Tally(source.readUTF(), source.readLong());
    }
    if (tag == DIMENSIONS) {
      return declared(source);
    }
    WarehouseTable table = TABLES[tag];
    Instant recordTime =
        table.hasRecordTime() ? Instant.ofEpochSecond(source.readLong(), source.readInt()) : null;
    decoder = DecoderFactory.get().directBinaryDecoder(new DataInputViewStream(source), decoder);
    return new WarehouseRow(table, reader(table).read(null, decoder), recordTime);
  }

  private static DeclaredDimensions declared(DataInputView source) throws IOException {
    String tenant = StringValue.readString(source);
    List<String> ids = new ArrayList<>();
    for (int left = source.readInt(); left > 0; left--) {
      ids.add(StringValue.readString(source));
    }
    return new DeclaredDimensions(tenant, ids);
  }

  private SpecificDatumWriter<SpecificRecordBase> writer(WarehouseTable table) {
    if (writers == null) {
      writers = new EnumMap<>(WarehouseTable.class);
    }
    return writers.computeIfAbsent(table, t -> new SpecificDatumWriter<>(t.avroSchema()));
  }

  private SpecificDatumReader<SpecificRecordBase> reader(WarehouseTable table) {
    if (readers == null) {
      readers = new EnumMap<>(WarehouseTable.class);
    }
    return readers.computeIfAbsent(table, t -> new SpecificDatumReader<>(t.avroSchema()));
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  /** Encoders and decoders are not for several threads. */
  @Override
  public TypeSerializer<WarehouseElement> duplicate() {
    return new WarehouseElementSerializer();
  }

  @Override
  public WarehouseElement createInstance() {
    return new Tally("", 0);
  }

  @Override
  public WarehouseElement copy(WarehouseElement from) {
    return from;
  }

  @Override
  public WarehouseElement copy(WarehouseElement from, WarehouseElement reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public WarehouseElement deserialize(WarehouseElement reuse, DataInputView source)
      throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WarehouseElementSerializer;
  }

  @Override
  public int hashCode() {
    return WarehouseElementSerializer.class.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<WarehouseElement> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Loaded by name. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<WarehouseElement> {
    public Snapshot() {
      super(WarehouseElementSerializer::new);
    }
  }
}
