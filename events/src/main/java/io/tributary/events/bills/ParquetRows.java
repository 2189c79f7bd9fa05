package io.tributary.events.bills;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file, row by row, straight from its column readers: a value of a dictionary becomes
 * text once per column chunk. Every top-level column is one cell; maps and other groups are JSON.
 */
final class ParquetRows implements BillRows {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final ParquetFileReader reader;
  private final List<Type> fields;
  private final List<String> columns;
  private final @Nullable String[] cells;
  private int[] projection;
  private List<ParquetCells> readers = List.of();
  private long leftInGroup;
  private long row;

  ParquetRows(Path file) throws IOException {
    this.file = file;
    reader = reader(file);
    fields = reader.getFileMetaData().getSchema().getFields();
    columns = fields.stream().map(Type::getName).toList();
    cells = new String[columns.size()];
    projection = new int[columns.size()];
    Arrays.setAll(projection, i -> i);
  }

  private static ParquetFileReader reader(Path file) throws IOException {
    try {
      return ParquetFileReader.open(
          new LocalInputFile(file),
          ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
    } catch (RuntimeException e) {
      // Parquet has no type of its own for a file whose footer is damaged.
      throw new DamagedFileException(file, "no readable Parquet", e);
    }
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public void project(int[] wanted) {
    projection = wanted.clone();
    List<Type> kept = Arrays.stream(projection).<Type>mapToObj(fields::get).toList();
    reader.setRequestedSchema(new MessageType("bill", kept));
  }

  @Override
  public boolean next() throws IOException {
    try {
      return decode();
    } catch (ParquetRuntimeException e) {
      throw new DamagedFileException(file, "no readable Parquet: " + e.getMessage(), e);
    }
  }

  private boolean decode() throws IOException {
    while (leftInGroup == 0) {
      PageReadStore group = reader.readNextRowGroup();
      if (group == null) {
        return false;
      }
      leftInGroup = group.getRowCount();
      readers = readers(group);
    }
    leftInGroup--;
    row++;
    for (ParquetCells column : readers) {
      cells[column.index()] = column.next();
    }
    return true;
  }

  private List<ParquetCells> readers(PageReadStore group) {
    List<Type> kept = Arrays.stream(projection).<Type>mapToObj(fields::get).toList();
    MessageType schema = new MessageType("bill", kept);
    ParquetCells.Root root = new ParquetCells.Root(schema);
    ColumnReadStoreImpl store =
        new ColumnReadStoreImpl(group, root, schema, reader.getFileMetaData().getCreatedBy());
    List<ParquetCells> result = new ArrayList<>();
    for (int index : projection) {
      result.add(new ParquetCells(index, fields.get(index), schema, store, root));
    }
    return result;
  }

  @Override
  public void check() {
    // The schema is the shape of every row.
  }

  @Override
  public @Nullable String cell(int column) {
    return cells[column];
  }

  @Override
  public long position() {
    return row;
  }

  @Override
  public byte[] raw() throws IOException {
    ObjectNode json = JSON.createObjectNode();
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] != null) {
        json.put(columns.get(i), cells[i]);
      }
    }
    return JSON.writeValueAsBytes(json);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
