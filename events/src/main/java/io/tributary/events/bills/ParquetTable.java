package io.tributary.events.bills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file. A field of a structure is a column; lists, maps and structures that are {@link
 * MapColumns one cell} are JSON.
 */
final class ParquetTable implements BillTable {

  private final BillSource source;
  private final ParquetMetadata footer;
  private final List<ParquetColumn> parquetColumns;
  private final List<String> columns;

  private ParquetTable(BillSource source, ParquetMetadata footer) {
    this.source = source;
    this.footer = footer;
    this.parquetColumns = ParquetColumn.of(footer.getFileMetaData().getSchema());
    this.columns = parquetColumns.stream().map(ParquetColumn::name).toList();
  }

  static ParquetTable open(BillSource source) throws IOException {
    try (Unpacked file = Unpacked.of(source)) {
      ParquetFooter.check(source, file.path);
      return damaged(
          source,
          () -> {
            LocalInputFile input = new LocalInputFile(file.path);
            ParquetMetadata footer;
            try (var in = input.newStream()) {
              footer = ParquetFileReader.readFooter(input, options(), in);
            }
            ParquetFooter.check(source, file.path, footer);
            return new ParquetTable(source, footer);
          });
    }
  }

  static ParquetReadOptions options() {
    return ParquetReadOptions.builder(new PlainParquetConfiguration())
        .withCodecFactory(new ParquetCodecs())
        .usePageChecksumVerification()
        .build();
  }

  /** How a message begins that is that of the cause. */
  private static final Pattern NAME_OF_CLASS = Pattern.compile("([a-z]+\\.)+[A-Z]\\w*(:|$)");

  /** Work on a file that may be damaged. */
  interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * Does work that is Parquet's own. It has no type of its own for a file that is damaged, and asks
   * for as much memory as such a file says.
   */
  static <T> T damaged(BillSource source, Reading<T> work) throws IOException {
    try {
      return work.read();
    } catch (IOException e) {
      // What cannot be parsed comes as an IOException around what the parser says.
      boolean unparsable = e.getCause() != null && !(e.getCause() instanceof IOException);
      throw unparsable
          ? new DamagedFileException(source, "no readable Parquet: " + told(e), e)
          : DamagedFileException.of(source, e);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw new DamagedFileException(source, "no readable Parquet: " + told(e), e);
    }
  }

  private static String told(Throwable e) {
    String told = "it cannot be decoded";
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && !NAME_OF_CLASS.matcher(cause.getMessage()).lookingAt()) {
        told = cause.getMessage();
      }
    }
    return told;
  }

  @Override
  public BillSource source() {
    return source;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public BillRows rows(int[] essential, boolean all) throws IOException {
    Unpacked file = Unpacked.of(source);
    try {
      LocalInputFile input = new LocalInputFile(file.path);
      ParquetFileReader reader =
          damaged(
              source, () -> ParquetFileReader.open(input, footer, options(), input.newStream()));
      return new ParquetRows(source, file, reader, parquetColumns, essential, all);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public @Nullable Constants constants() {
    return ParquetConstants.of(footer, parquetColumns);
  }

  /** A file to seek in: of an archive or a gzipped file, a copy that goes when it is closed. */
  static final class Unpacked implements AutoCloseable {

    private final Path path;
    private final boolean copied;

    private Unpacked(Path path, boolean copied) {
      this.path = path;
      this.copied = copied;
    }

    static Unpacked of(BillSource source) throws IOException {
      if (source.entry() == null && ParquetFooter.isBare(source.path())) {
        return new Unpacked(source.path(), false);
      }
      Path copy = Files.createTempFile("tributary-bill-", ".parquet");
      try (var in = source.open()) {
        Files.copy(in, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return new Unpacked(copy, true);
      } catch (IOException e) {
        Files.delete(copy);
        throw DamagedFileException.of(source, e);
      }
    }

    @Override
    public void close() throws IOException {
      if (copied) {
        Files.deleteIfExists(path);
      }
    }
  }
}
