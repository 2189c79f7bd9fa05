package io.tributary.sinks.maintenance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.avro.Avro;
import org.apache.iceberg.avro.InternalReader;
import org.apache.iceberg.avro.InternalWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.util.SortedMerge;

/**
 * Puts any number of rows in order with bounded memory: pieces are sorted on the heap and set aside
 * in files, which are then merged.
 */
final class SortedRows implements AutoCloseable {

  /** Rows that are sorted at once, of any table. */
  static final int ON_HEAP = 100_000;

  private final Schema schema;
  private final Netting netting;
  private final int onHeap;
  private final List<Path> pieces = new ArrayList<>();
  private List<StructLike> rows = new ArrayList<>();

  /**
   * @param onHeap rows that are sorted at once
   */
  SortedRows(Schema schema, Netting netting, int onHeap) {
    this.schema = schema;
    this.netting = netting;
    this.onHeap = onHeap;
  }

  /** Takes a row, which may be changed from now on. */
  void add(StructLike row) throws IOException {
    rows.add(row);
    if (rows.size() == onHeap) {
      setAside();
    }
  }

  /** All rows in order, netted. To be asked once, and closed. */
  NetRows net() {
    rows.sort(netting.order());
    if (pieces.isEmpty()) {
      return NetRows.of(netting, rows);
    }
    List<CloseableIterable<StructLike>> sorted = new ArrayList<>();
    pieces.forEach(piece -> sorted.add(read(piece)));
    sorted.add(CloseableIterable.withNoopClose(rows));
    return NetRows.of(netting, new SortedMerge<>(netting.order(), sorted));
  }

  private void setAside() throws IOException {
    rows.sort(netting.order());
    Path piece = Files.createTempFile("tributary-rows-", ".avro");
    pieces.add(piece);
    try (NetRows net = NetRows.of(netting, rows);
        FileAppender<StructLike> file =
            Avro.write(org.apache.iceberg.Files.localOutput(piece.toFile()))
                .schema(schema)
                .createWriterFunc(InternalWriter::create)
                .set("write.avro.compression-codec", "uncompressed")
                .overwrite()
                .build()) {
      file.addAll(net);
    }
    rows = new ArrayList<>();
  }

  private CloseableIterable<StructLike> read(Path piece) {
    return Avro.read(org.apache.iceberg.Files.localInput(piece.toFile()))
        .project(schema)
        .createResolvingReader(InternalReader::create)
        .build();
  }

  @Override
  public void close() {
    try {
      for (Path piece : pieces) {
        Files.deleteIfExists(piece);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove what was set aside", e);
    }
  }
}
