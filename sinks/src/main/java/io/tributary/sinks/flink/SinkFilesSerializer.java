package io.tributary.sinks.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.WarehouseFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Tables and tallies by their names, so that old state survives new tables. */
final class SinkFilesSerializer implements SimpleVersionedSerializer<SinkFiles> {

  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(SinkFiles from) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1 << 12);
    out.writeLong(from.checkpoint());
    out.writeLong(from.after());
    out.writeInt(from.files().files().size());
    for (Map.Entry<WarehouseTable, List<String>> table : from.files().files().entrySet()) {
      out.writeUTF(table.getKey().name());
      out.writeInt(table.getValue().size());
      for (String file : table.getValue()) {
        byte[] json = file.getBytes(UTF_8);
        out.writeInt(json.length);
        out.write(json);
      }
    }
    out.writeInt(from.tallies().size());
    for (Map.Entry<String, Long> tally : from.tallies().entrySet()) {
      out.writeUTF(tally.getKey());
      out.writeLong(tally.getValue());
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public SinkFiles deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException("written by another version of Tributary: format " + version);
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    long checkpoint = in.readLong();
    long after = in.readLong();
    TreeMap<WarehouseTable, List<String>> files = new TreeMap<>();
    for (int tables = in.readInt(); tables > 0; tables--) {
      WarehouseTable table = WarehouseTable.valueOf(in.readUTF());
      List<String> list = new ArrayList<>();
      for (int count = in.readInt(); count > 0; count--) {
        byte[] json = new byte[in.readInt()];
        in.readFully(json);
        list.add(new String(json, UTF_8));
      }
      files.put(table, list);
    }
    TreeMap<String, Long> tallies = new TreeMap<>();
    for (int count = in.readInt(); count > 0; count--) {
      tallies.put(in.readUTF(), in.readLong());
    }
    return new SinkFiles(checkpoint, after, new WarehouseFiles(files), tallies);
  }
}
