package io.tributary.events.bills;

import io.tributary.events.MalformedTextException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a bill are.
 *
 * @param path a file
 * @param entry the name of a file in it where it is a zip archive; null for the file itself
 */
public record BillSource(Path path, @Nullable String entry) implements Comparable<BillSource> {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int GZIP_MAGIC = 0x1f8b;

  private static final Comparator<BillSource> ORDER =
      Comparator.comparing(BillSource::path)
          .thenComparing(BillSource::entry, Comparator.nullsFirst(Comparator.naturalOrder()));

  /** A file. */
  public static BillSource of(Path path) {
    return new BillSource(path, null);
  }

  /** What people know it by: {@code d.csv}, {@code d.csv.zip!/d.csv}. */
  public String name() {
    return entry == null ? path.toString() : path + "!/" + entry.replaceAll("\\p{Cntrl}", "?");
  }

  /** The bytes, unpacked where they are gzipped, whatever the name. */
  public InputStream open() throws IOException {
    BufferedInputStream in = new BufferedInputStream(stored(), BUFFER_BYTES);
    try {
      in.mark(2);
      int magic = in.read() << 8 | in.read();
      in.reset();
      return magic == GZIP_MAGIC
          ? new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES)
          : in;
    } catch (IOException e) {
      in.close();
      throw DamagedFileException.of(this, e);
    }
  }

  /** The bytes as they are stored: those of a file in an archive are unpacked from that alone. */
  public InputStream stored() throws IOException {
    if (entry == null) {
      return Files.newInputStream(path);
    }
    ZipFile archive = archive(path);
    try {
      ZipEntry packed = archive.getEntry(entry);
      if (packed == null) {
        throw new ZipException("the archive changed while it was read");
      }
      return new Entry(archive, packed);
    } catch (IOException e) {
      archive.close();
      throw DamagedFileException.of(this, e);
    }
  }

  /**
   * Whether it is JSON lines of records of our own: the first of them has a member {@code type}
   * that names a kind of record.
   */
  public boolean holdsRecords() throws IOException {
    try {
      if (BillTable.isParquet(this)) {
        return false;
      }
      BillText text = BillText.of(this, TextEncoding.DEFAULT);
      return JsonLines.beginsAsObject(text) && JsonLines.beginsWithRecord(text);
    } catch (DamagedFileException | MalformedTextException e) {
      // Whoever reads it as a bill says so.
      return false;
    }
  }

  /** Opens a zip archive. */
  static ZipFile archive(Path path) throws IOException {
    ZipEnd.check(path);
    try {
      return new ZipFile(path.toFile());
    } catch (EOFException | ZipException e) {
      throw DamagedFileException.of(of(path), e);
    } catch (IllegalArgumentException e) {
      // A name in the directory that is not in UTF-8.
      throw new DamagedFileException(of(path), "no readable zip archive", e);
    }
  }

  @Override
  public int compareTo(BillSource other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return name();
  }

  /** A file in an archive, which must be what the directory of the archive says. */
  private static final class Entry extends FilterInputStream {

    private final ZipFile archive;
    private final CRC32 crc = new CRC32();
    private final long expectedCrc;
    private long left;

    Entry(ZipFile archive, ZipEntry entry) throws IOException {
      super(archive.getInputStream(entry));
      this.archive = archive;
      this.expectedCrc = entry.getCrc();
      this.left = entry.getSize();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      if (read > 0) {
        crc.update(bytes, offset, read);
      }
      count(read);
      return read;
    }

    /** By reading: what is skipped counts for the checksum. */
    @Override
    public long skip(long n) throws IOException {
      byte[] skipped = new byte[(int) Math.min(BUFFER_BYTES, Math.max(0, n))];
      return skipped.length == 0 ? 0 : Math.max(0, read(skipped, 0, skipped.length));
    }

    private void count(int bytes) throws ZipException {
      left -= Math.max(0, bytes);
      if (left < 0 || (bytes < 0 && left > 0)) {
        throw new ZipException("another length than the directory of the archive says");
      }
      if (bytes < 0 && crc.getValue() != expectedCrc) {
        throw new ZipException("another checksum than the directory of the archive says");
      }
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public void close() throws IOException {
      super.close();
      archive.close();
    }
  }
}
