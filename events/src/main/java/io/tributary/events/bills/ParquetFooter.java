package io.tributary.events.bills;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/**
 * What is looked at before a footer of Parquet is believed. The parser that Parquet has reserves as
 * much memory as a list says that it is long.
 */
final class ParquetFooter {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED = "PARE".getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL_BYTES = 8;

  private ParquetFooter() {}

  /** Whether a file begins as Parquet, so that nothing is to be unpacked. */
  static boolean isBare(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(MAGIC.length);
      return Arrays.equals(magic, MAGIC) || Arrays.equals(magic, ENCRYPTED);
    }
  }

  /** Checks that the footer is one structure of Thrift whose lists fit into its bytes. */
  static void check(BillSource source, Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      if (length < MAGIC.length + TAIL_BYTES) {
        throw damaged(source, "it is too short");
      }
      in.seek(length - TAIL_BYTES);
      byte[] tail = new byte[TAIL_BYTES];
      in.readFully(tail);
      byte[] magic = Arrays.copyOfRange(tail, Integer.BYTES, TAIL_BYTES);
      if (Arrays.equals(magic, ENCRYPTED)) {
        throw new UnknownBillFormatException(source, "it is encrypted Parquet");
      }
      if (!Arrays.equals(magic, MAGIC)) {
        throw damaged(source, "it does not end with PAR1");
      }
      int size = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (size <= 0 || size > length - MAGIC.length - TAIL_BYTES) {
        throw damaged(source, "the footer is not within the file");
      }
      byte[] footer = new byte[size];
      in.seek(length - TAIL_BYTES - size);
      in.readFully(footer);
      if (!new ThriftShape(footer).isStructure()) {
        throw damaged(source, "the footer is none");
      }
    }
  }

  /** Checks that column chunks are within the file, and of as many values as there are rows. */
  static void check(BillSource source, Path file, ParquetMetadata footer) throws IOException {
    long length = Files.size(file);
    MessageType schema = footer.getFileMetaData().getSchema();
    for (BlockMetaData group : footer.getBlocks()) {
      if (isEmpty(group)) {
        continue; // Nothing of it is read, so it may be anywhere, or nowhere.
      }
      long bytes = 0;
      for (ColumnChunkMetaData chunk : group.getColumns()) {
        long start = chunk.getStartingPos();
        long size = chunk.getTotalSize();
        if (start < MAGIC.length || size < 0 || start > length - size || group.getRowCount() < 0) {
          throw damaged(source, "a column is not within the file");
        }
        bytes += size;
        boolean isFlat = schema.getMaxRepetitionLevel(chunk.getPath().toArray()) == 0;
        if (isFlat
            ? chunk.getValueCount() != group.getRowCount()
            : chunk.getValueCount() < group.getRowCount()) {
          throw damaged(
              source,
              chunk.getPath().toDotString()
                  + " has "
                  + chunk.getValueCount()
                  + " values on "
                  + group.getRowCount()
                  + " rows");
        }
      }
      if (bytes > length) {
        throw damaged(source, "columns share their bytes");
      }
    }
  }

  /** Whether a row group has neither rows nor values. */
  static boolean isEmpty(BlockMetaData group) {
    return group.getRowCount() == 0
        && group.getColumns().stream().allMatch(chunk -> chunk.getValueCount() == 0);
  }

  private static DamagedFileException damaged(BillSource source, String why) {
    return new DamagedFileException(source, "no readable Parquet: " + why, null);
  }
}
