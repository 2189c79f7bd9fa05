package io.tributary.events.bills;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * What every row of a Parquet file has in common by the statistics in its footer: columns whose
 * least value is their greatest, or that have none.
 */
final class ParquetConstants implements BillTable.Constants {

  private final List<Map<List<String>, ColumnChunkMetaData>> groups = new ArrayList<>();
  private final List<ParquetColumn> columns;

  private ParquetConstants(ParquetMetadata footer, List<ParquetColumn> columns) {
    this.columns = columns;
    for (BlockMetaData group : footer.getBlocks()) {
      Map<List<String>, ColumnChunkMetaData> chunks = new HashMap<>();
      group.getColumns().forEach(chunk -> chunks.put(List.of(chunk.getPath().toArray()), chunk));
      groups.add(chunks);
    }
  }

  static ParquetConstants of(ParquetMetadata footer, List<ParquetColumn> columns) {
    return new ParquetConstants(footer, columns);
  }

  @Override
  public boolean knows(int column) {
    ParquetColumn wanted = columns.get(column);
    if (!wanted.isFlat() || groups.isEmpty()) {
      return false;
    }
    Set<Optional<String>> values = new HashSet<>();
    for (Map<List<String>, ColumnChunkMetaData> group : groups) {
      ColumnChunkMetaData chunk = group.get(wanted.path());
      if (chunk == null || !isOneValue(chunk)) {
        return false;
      }
      values.add(Optional.ofNullable(value(chunk, wanted)));
    }
    return values.size() == 1;
  }

  private static boolean isOneValue(ColumnChunkMetaData chunk) {
    Statistics<?> statistics = chunk.getStatistics();
    if (statistics == null || !statistics.isNumNullsSet()) {
      return false;
    }
    return isNull(chunk)
        || (statistics.hasNonNullValue()
            && statistics.getNumNulls() == 0
            && statistics.genericGetMin().equals(statistics.genericGetMax()));
  }

  private static boolean isNull(ColumnChunkMetaData chunk) {
    return chunk.getStatistics().getNumNulls() == chunk.getValueCount();
  }

  @Override
  public @Nullable String cell(int column) {
    ParquetColumn wanted = columns.get(column);
    ColumnChunkMetaData chunk = groups.get(0).get(wanted.path());
    return chunk == null ? null : value(chunk, wanted);
  }

  private static @Nullable String value(ColumnChunkMetaData chunk, ParquetColumn column) {
    return isNull(chunk)
        ? null
        : text(chunk.getStatistics().genericGetMin(), column.type().asPrimitiveType());
  }

  private static @Nullable String text(Object value, PrimitiveType type) {
    ParquetText text = new ParquetText(type);
    if (value instanceof Integer number) {
      text.addInt(number);
    } else if (value instanceof Long number) {
      text.addLong(number);
    } else if (value instanceof Float number) {
      text.addFloat(number);
    } else if (value instanceof Double number) {
      text.addDouble(number);
    } else if (value instanceof Boolean truth) {
      text.addBoolean(truth);
    } else if (value instanceof Binary bytes) {
      text.addBinary(bytes);
    }
    String last = text.last();
    return last == null ? null : BillRows.value(last);
  }

  @Override
  public boolean next() {
    return false;
  }

  @Override
  public void check() {
    // There is nothing to refuse.
  }

  @Override
  public boolean hasCells() {
    return true;
  }

  @Override
  public long position() {
    return 0;
  }

  @Override
  public byte[] raw() {
    return new byte[0];
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
