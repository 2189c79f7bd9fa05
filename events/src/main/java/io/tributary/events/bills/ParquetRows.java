package io.tributary.events.bills;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a Parquet file. Primitive columns come straight from their column readers: a value of
 * a dictionary becomes text once per column chunk. Structures are assembled by Parquet.
 */
final class ParquetRows implements BillRows {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final BillSource source;
  private final ParquetTable.Unpacked file;
  private final ParquetFileReader reader;
  private final List<ParquetColumn> columns;
  private final @Nullable String[] cells;
  private final boolean[] isEssential;

  /** Indexes of the columns that are read. */
  private final List<Integer> flat = new ArrayList<>();

  private final List<Integer> nested = new ArrayList<>();
  private final MessageType flatSchema;
  private final MessageType nestedSchema;

  private final ParquetTable.Reading<Boolean> decoding = this::decode;

  private List<Cell> flatCells = List.of();
  private @Nullable RecordReader<@Nullable String[]> assembly;
  private long leftInGroup;
  private long row;
  private int broken = -1;

  /** A primitive column of a row group. */
  private record Cell(int index, ColumnReader reader, ParquetText text, int definedAt) {}

  ParquetRows(
      BillSource source,
      ParquetTable.Unpacked file,
      ParquetFileReader reader,
      List<ParquetColumn> columns,
      int[] essential,
      boolean all) {
    this.source = source;
    this.file = file;
    this.reader = reader;
    this.columns = columns;
    this.cells = new String[columns.size()];
    this.isEssential = new boolean[columns.size()];
    TreeSet<Integer> read = new TreeSet<>();
    for (int index : essential) {
      isEssential[index] = true;
      read.add(index);
    }
    for (int i = 0; all && i < columns.size(); i++) {
      read.add(i);
    }
    read.forEach(index -> (columns.get(index).isFlat() ? flat : nested).add(index));
    MessageType schema = reader.getFileMetaData().getSchema();
    flatSchema = schema(schema, flat);
    nestedSchema = schema(schema, nested);
    reader.setRequestedSchema(schema(schema, List.copyOf(read)));
  }

  private MessageType schema(MessageType whole, List<Integer> indexes) {
    return ParquetColumn.schema(whole, indexes.stream().map(columns::get).toList());
  }

  @Override
  public boolean next() throws IOException {
    return ParquetTable.damaged(source, decoding);
  }

  private boolean decode() throws IOException {
    while (leftInGroup == 0) {
      PageReadStore group = reader.readNextRowGroup();
      if (group == null) {
        return false;
      }
      leftInGroup = group.getRowCount();
      open(new ParquetPages(group));
    }
    leftInGroup--;
    row++;
    broken = -1;
    for (Cell cell : flatCells) {
      cells[cell.index] = next(cell);
    }
    if (assembly != null) {
      @Nullable String[] assembled = assembly.read();
      for (int index : nested) {
        cells[index] = assembled[index];
      }
    }
    return true;
  }

  private @Nullable String next(Cell cell) {
    String value = null;
    if (cell.reader.getCurrentDefinitionLevel() == cell.definedAt) {
      cell.reader.writeCurrentValueToConverter();
      value = cell.text.last();
      if (cell.text.isBroken() && isEssential[cell.index]) {
        broken = cell.index;
      }
    }
    cell.reader.consume();
    return value == null ? null : BillRows.value(value);
  }

  private void open(PageReadStore group) {
    String createdBy = reader.getFileMetaData().getCreatedBy();
    Texts texts = new Texts(flatSchema);
    ColumnReadStoreImpl store = new ColumnReadStoreImpl(group, texts, flatSchema, createdBy);
    List<Cell> opened = new ArrayList<>();
    for (int index : flat) {
      String[] path = columns.get(index).path().toArray(String[]::new);
      ColumnDescriptor column = flatSchema.getColumnDescription(path);
      opened.add(
          new Cell(
              index,
              store.getColumnReader(column),
              texts.at(path),
              column.getMaxDefinitionLevel()));
    }
    flatCells = opened;
    assembly = nested.isEmpty() ? null : assembly(group, createdBy);
  }

  private RecordReader<@Nullable String[]> assembly(PageReadStore group, String createdBy) {
    Map<List<String>, Integer> places = new HashMap<>();
    nested.forEach(index -> places.put(columns.get(index).path(), index));
    return new ColumnIOFactory(createdBy)
        .getColumnIO(nestedSchema)
        .getRecordReader(group, new ParquetAssembly(nestedSchema, places, columns.size()));
  }

  @Override
  public void check() throws RejectedException {
    if (broken >= 0) {
      String name = columns.get(broken).name();
      throw new RejectedException(
          RejectReason.INVALID_VALUE, name, name + " is not text in UTF-8: " + cells[broken]);
    }
  }

  @Override
  public boolean hasCells() {
    return true;
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
        json.put(columns.get(i).name(), cells[i]);
      }
    }
    return JSON.writeValueAsBytes(json);
  }

  @Override
  public void close() throws IOException {
    try (file) {
      reader.close();
    }
  }

  /** The converters that the readers of primitive columns write into. */
  private static final class Texts extends GroupConverter {

    private final GroupType group;
    private final Converter[] children;

    Texts(GroupType group) {
      this.group = group;
      this.children = new Converter[group.getFieldCount()];
      for (int i = 0; i < children.length; i++) {
        Type field = group.getType(i);
        children[i] =
            field.isPrimitive()
                ? new ParquetText(field.asPrimitiveType())
                : new Texts(field.asGroupType());
      }
    }

    ParquetText at(String[] path) {
      Converter converter = this;
      for (String name : path) {
        Texts texts = (Texts) converter;
        converter = texts.children[texts.group.getFieldIndex(name)];
      }
      return (ParquetText) converter;
    }

    @Override
    public Converter getConverter(int index) {
      return children[index];
    }

    @Override
    public void start() {
      // Values are taken column by column.
    }

    @Override
    public void end() {
      // As start.
    }
  }
}
