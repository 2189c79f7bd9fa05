package io.tributary.sinks.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.sinks.TestRecords;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.WarehouseFiles;
import io.tributary.sinks.rows.Tally;
import io.tributary.sinks.rows.WarehouseElement;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SinkSerializersTest {

  private static final Instant RECORD_TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

  @ParameterizedTest
  @EnumSource(WarehouseTable.class)
  void carriesRowsOfEveryTable(WarehouseTable table) throws IOException {
    TypeSerializer<WarehouseElement> serializer =
        WarehouseElementType.INSTANCE.createSerializer(new SerializerConfigImpl());
    Instant time = table.hasRecordTime() ? RECORD_TIME : null;
    List<WarehouseElement> elements =
        List.of(
            new WarehouseRow(table, TestRecords.full(table, 1), time),
            new Tally("in.charge", -3),
            new WarehouseRow(table, TestRecords.sparse(table), time));
    DataOutputSerializer out = new DataOutputSerializer(64);
    for (WarehouseElement element : elements) {
      serializer.serialize(element, out);
    }
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    for (WarehouseElement element : elements) {
      assertThat(serializer.deserialize(in)).isEqualTo(element);
    }
    assertThat(in.available()).isZero();
  }

  @Test
  void carriesCommittables() throws IOException {
    SinkFiles files =
        new SinkFiles(
            7,
            5,
            new WarehouseFiles(
                new TreeMap<>(
                    Map.of(
                        WarehouseTable.COST_LEDGER,
                        List.of("{\"a\":\"\u00e4\"}", "{}"),
                        WarehouseTable.PRICES,
                        List.of("{}")))),
            new TreeMap<>(Map.of("in", 5L)));
    SinkFilesSerializer serializer = new SinkFilesSerializer();
    byte[] bytes = serializer.serialize(files);
    assertThat(serializer.deserialize(serializer.getVersion(), bytes)).isEqualTo(files);
    assertThatThrownBy(() -> serializer.deserialize(2, bytes)).isInstanceOf(IOException.class);
  }
}
