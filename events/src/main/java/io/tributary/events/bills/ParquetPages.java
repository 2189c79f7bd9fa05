package io.tributary.events.bills;

import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType;

/** The pages of a row group, without dictionaries that claim more values than their bytes hold. */
record ParquetPages(PageReadStore group) implements PageReadStore {

  @Override
  public PageReader getPageReader(ColumnDescriptor column) {
    return new Checked(group.getPageReader(column), column.getPrimitiveType());
  }

  @Override
  public long getRowCount() {
    return group.getRowCount();
  }

  @Override
  public Optional<Long> getRowIndexOffset() {
    return group.getRowIndexOffset();
  }

  @Override
  public void close() {
    group.close();
  }

  private record Checked(PageReader pages, PrimitiveType type) implements PageReader {

    @Override
    public DictionaryPage readDictionaryPage() {
      DictionaryPage page = pages.readDictionaryPage();
      if (page != null && page.getDictionarySize() > page.getBytes().size() / bytes()) {
        throw new ParquetDecodingException(
            "a dictionary of "
                + page.getDictionarySize()
                + " values in "
                + page.getBytes().size()
                + " bytes");
      }
      return page;
    }

    /** The least that a value takes. */
    private int bytes() {
      return switch (type.getPrimitiveTypeName()) {
        case BOOLEAN -> 1;
        case INT32, FLOAT, BINARY -> 4;
        case INT64, DOUBLE -> 8;
        case INT96 -> 12;
        case FIXED_LEN_BYTE_ARRAY -> Math.max(1, type.getTypeLength());
      };
    }

    @Override
    public long getTotalValueCount() {
      return pages.getTotalValueCount();
    }

    @Override
    public DataPage readPage() {
      return pages.readPage();
    }
  }
}
