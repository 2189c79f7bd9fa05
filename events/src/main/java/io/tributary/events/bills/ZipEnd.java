package io.tributary.events.bills;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The end of a zip archive: a record, and nothing behind it, that says where the directory is. A
 * reader that looks for any such record takes an archive that was cut off for one that is stored in
 * it, and two archives in one file for the second.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE, 4.3.16</a>
 */
final class ZipEnd {

  private static final int SIGNATURE = 0x06054b50;
  private static final int BYTES = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;

  /** In the place of what only the record of the 64-bit format has. */
  private static final int IN_ZIP64 = 0xFFFFFFFF;

  private ZipEnd() {}

  /**
   * @throws DamagedFileException where the file is not one archive from its first byte to its last
   */
  static void check(Path path) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
      long length = in.length();
      byte[] tail = new byte[(int) Math.min(length, BYTES + LONGEST_COMMENT)];
      in.seek(length - tail.length);
      in.readFully(tail);
      ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = tail.length - BYTES; at >= 0; at--) {
        if (end.getInt(at) == SIGNATURE
            && at + BYTES + (end.getShort(at + 20) & 0xFFFF) == tail.length) {
          check(path, end, at, length - tail.length + at);
          return;
        }
      }
    }
    throw damaged(path, "it has no end");
  }

  private static void check(Path path, ByteBuffer end, int at, long position) throws IOException {
    int size = end.getInt(at + 12);
    int start = end.getInt(at + 16);
    if (size != IN_ZIP64
        && start != IN_ZIP64
        && Integer.toUnsignedLong(start) + Integer.toUnsignedLong(size) != position) {
      throw damaged(path, "its directory is not where its end says");
    }
  }

  private static DamagedFileException damaged(Path path, String why) {
    return new DamagedFileException(BillSource.of(path), "no readable zip archive: " + why, null);
  }
}
