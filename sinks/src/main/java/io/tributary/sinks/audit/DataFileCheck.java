package io.tributary.sinks.audit;

import io.tributary.sinks.catalog.ParquetReading;
import io.tributary.sinks.catalog.UnreadableFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.shaded.org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.iceberg.shaded.org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.iceberg.shaded.org.apache.parquet.io.api.Binary;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Compares a data file with itself and with what its manifest says of it: every page of every
 * column with its CRC-32, all values decoded; each Bloom filter with that of its values; and what
 * the footer says of types, counts and bounds with table and manifest. These are all the bytes by
 * which a reader of Iceberg finds a value or leaves it out.
 */
final class DataFileCheck {

  /** Bounds in full, where a manifest may hold the beginnings of text. */
  private static final MetricsConfig FULL =
      MetricsConfig.fromProperties(Map.of(TableProperties.DEFAULT_WRITE_METRICS_MODE, "full"));

  private final Table table;
  private final DataFile file;

  DataFileCheck(Table table, DataFile file) {
    this.table = table;
    this.file = file;
  }

  /**
   * What is wrong with the file; null for nothing.
   *
   * @throws IOException where it cannot be read
   * @throws RuntimeException the same
   */
  @Nullable String difference() throws IOException {
    // By location: given the data file itself, it would believe the length noted there.
    InputFile input = table.io().newInputFile(file.location());
    if (!input.exists()) {
      return "missing";
    }
    if (input.getLength() != file.fileSizeInBytes()) {
      return input.getLength() + " bytes, not " + file.fileSizeInBytes();
    }
    return null;
  }

  /** {@link #difference} after reading the whole file. */
  @Nullable String differenceInside() throws IOException {
    String outside = difference();
    if (outside != null) {
      return outside;
    }
    InputFile input = table.io().newInputFile(file.location());
    List<Group> groups = new ArrayList<>();
    try (ParquetFileReader parquet =
        ParquetFileReader.open(new ParquetInput(input), ParquetReading.options().build())) {
      String difference = types(parquet.getFooter().getFileMetaData());
      if (difference == null) {
        difference = metrics(ParquetUtil.footerMetrics(parquet.getFooter(), Stream.empty(), FULL));
      }
      if (difference != null) {
        return difference;
      }
      for (BlockMetaData group : parquet.getRowGroups()) {
        groups.add(group(parquet, group));
      }
    }
    return rows(input, groups);
  }

  /** Each column of the file has a name and a type that the table has or had. */
  private @Nullable String types(FileMetaData footer) {
    String schema = footer.getKeyValueMetaData().get("iceberg.schema");
    if (schema != null && !isOfTable(schema)) {
      return "the schema in its footer is none that the table has or had";
    }
    for (NestedField field : ParquetSchemaUtil.convert(footer.getSchema()).columns()) {
      boolean known =
          table.schemas().values().stream()
              .map(old -> old.findField(field.fieldId()))
              .anyMatch(
                  column ->
                      column != null
                          && column.name().equals(field.name())
                          && sameType(column.type(), field.type()));
      if (!known) {
        return "its footer says %s %s of column %s"
            .formatted(field.name(), field.type(), columnName(field.fieldId()));
      }
    }
    return null;
  }

  private boolean isOfTable(String schema) {
    Schema ofFile = SchemaParser.fromJson(schema);
    return table.schemas().values().stream().anyMatch(ofFile::sameSchema);
  }

  /** Of lists, maps and structs their kind: what is in them has ids of its own. */
  private static boolean sameType(Type one, Type other) {
    return one.isPrimitiveType() ? one.equals(other) : one.typeId() == other.typeId();
  }

  private @Nullable String metrics(Metrics footer) {
    if (!Objects.equals(footer.recordCount(), file.recordCount())) {
      return "its footer says %d rows, its manifest %d"
          .formatted(footer.recordCount(), file.recordCount());
    }
    String difference = counts("sizes", footer.columnSizes(), file.columnSizes());
    if (difference == null) {
      difference = counts("counts", footer.valueCounts(), file.valueCounts());
    }
    if (difference == null) {
      difference = counts("nulls", footer.nullValueCounts(), file.nullValueCounts());
    }
    if (difference == null) {
      difference = bounds(footer.lowerBounds(), file.lowerBounds(), true);
    }
    return difference == null
        ? bounds(footer.upperBounds(), file.upperBounds(), false)
        : difference;
  }

  private @Nullable String counts(
      String what, @Nullable Map<Integer, Long> footer, @Nullable Map<Integer, Long> manifest) {
    for (Told<Long> told : both(footer, manifest)) {
      if (!told.footer.equals(told.manifest)) {
        return "%s of column %s: its footer says %d, its manifest %d"
            .formatted(what, columnName(told.column), told.footer, told.manifest);
      }
    }
    return null;
  }

  private @Nullable String bounds(
      @Nullable Map<Integer, ByteBuffer> footer,
      @Nullable Map<Integer, ByteBuffer> manifest,
      boolean lower) {
    for (Told<ByteBuffer> told : both(footer, manifest)) {
      Type type = table.schema().findType(told.column);
      if (type != null
          && type.isPrimitiveType()
          && !isBound(type, told.footer, told.manifest, lower)) {
        return "%s bound of column %s: its footer and its manifest differ"
            .formatted(lower ? "lower" : "upper", columnName(told.column));
      }
    }
    return null;
  }

  /** Whether a bound in a manifest is {@code full}, or of text its beginning, rounded outwards. */
  private static boolean isBound(Type type, ByteBuffer full, ByteBuffer inManifest, boolean lower) {
    if (full.equals(inManifest)) {
      return true;
    }
    if (!isText(type) || inManifest.remaining() >= full.remaining()) {
      return false;
    }
    String whole = Conversions.fromByteBuffer(type, full).toString();
    String bound = Conversions.fromByteBuffer(type, inManifest).toString();
    if (lower) {
      return whole.startsWith(bound);
    }
    int last = bound.offsetByCodePoints(bound.length(), -1);
    return whole.startsWith(bound.substring(0, last))
        && whole.codePointAt(last) < bound.codePointAt(last);
  }

  /** What is said of a column twice. */
  private record Told<V>(int column, V footer, V manifest) {}

  private static <V> List<Told<V>> both(
      @Nullable Map<Integer, V> footer, @Nullable Map<Integer, V> manifest) {
    List<Told<V>> columns = new ArrayList<>();
    if (footer != null && manifest != null) {
      footer.forEach(
          (column, inFooter) -> {
            V inManifest = manifest.get(column);
            if (inManifest != null) {
              columns.add(new Told<>(column, inFooter, inManifest));
            }
          });
    }
    return columns;
  }

  /**
   * A row group.
   *
   * @param blooms Bloom filters by the positions of their columns in the table
   */
  private record Group(long rows, Map<Integer, Bloom> blooms) {

    void add(Record row) {
      blooms.forEach(
          (position, bloom) -> {
            Object value = row.get(position);
            if (value != null) {
              bloom.made.insertHash(bloom.made.hash(Binary.fromString(value.toString())));
            }
          });
    }
  }

  /**
   * A Bloom filter.
   *
   * @param stored as it is in the file
   * @param made again of the values
   */
  private record Bloom(BloomFilter stored, BloomFilter made) {

    static Bloom of(BloomFilter stored) {
      return new Bloom(stored, new BlockSplitBloomFilter(stored.getBitsetSize()));
    }
  }

  private Group group(ParquetFileReader parquet, BlockMetaData group) throws IOException {
    Map<Integer, Bloom> blooms = new TreeMap<>();
    List<NestedField> columns = table.schema().columns();
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      BloomFilter bloom = parquet.readBloomFilter(chunk);
      for (int position = 0; bloom != null && position < columns.size(); position++) {
        NestedField column = columns.get(position);
        if (isText(column.type())
            && chunk.getPrimitiveType().getId() != null
            && chunk.getPrimitiveType().getId().intValue() == column.fieldId()) {
          blooms.put(position, Bloom.of(bloom));
        }
      }
    }
    return new Group(group.getRowCount(), blooms);
  }

  private static boolean isText(Type type) {
    return type.typeId() == Type.TypeID.STRING;
  }

  /** Decodes every value of every column, which compares all pages with their checksums. */
  private @Nullable String rows(InputFile input, List<Group> groups) throws IOException {
    Schema schema = table.schema();
    try (CloseableIterable<Record> rows =
            ParquetReading.rows(
                input,
                schema,
                null,
                Expressions.alwaysTrue(),
                parquet -> GenericParquetReaders.buildReader(schema, parquet));
        CloseableIterator<Record> row = rows.iterator()) {
      for (Group group : groups) {
        for (long n = 0; n < group.rows; n++) {
          group.add(row.next());
        }
        for (Map.Entry<Integer, Bloom> column : group.blooms.entrySet()) {
          if (!column.getValue().stored.equals(column.getValue().made)) {
            return "the Bloom filter of column %s is not that of its values"
                .formatted(schema.columns().get(column.getKey()).name());
          }
        }
      }
      return row.hasNext() ? "more rows than its footer says" : null;
    } catch (UnreadableFileException e) {
      return "unreadable: " + e.reason();
    }
  }

  private String columnName(int fieldId) {
    Schema schema = table.schema();
    String name = schema.findColumnName(fieldId);
    return name == null ? "#" + fieldId : name;
  }

  /** Iceberg's file as Parquet reads it. */
  private record ParquetInput(InputFile file)
      implements org.apache.iceberg.shaded.org.apache.parquet.io.InputFile {

    @Override
    public long getLength() {
      return file.getLength();
    }

    @Override
    public DelegatingSeekableInputStream newStream() {
      SeekableInputStream stream = file.newStream();
      return new DelegatingSeekableInputStream(stream) {
        @Override
        public long getPos() throws IOException {
          return stream.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
          stream.seek(position);
        }
      };
    }
  }
}
