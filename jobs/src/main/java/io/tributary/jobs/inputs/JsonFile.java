package io.tributary.jobs.inputs;

import io.tributary.events.bills.BillSource;
import io.tributary.events.bills.DamagedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file of JSON lines and what identifies it.
 *
 * @param sha256 of its bytes, hexadecimal
 */
public record JsonFile(BillSource source, String sha256) {

  /**
   * A file that can be read to its end.
   *
   * @throws DamagedFileException where it is gzipped and cut short
   */
  static JsonFile of(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return of(BillSource.of(path));
  }

  /** As {@link #of(Path)}, of a file in an archive too. */
  static JsonFile of(BillSource source) throws IOException {
    try (InputStream in = source.open()) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw DamagedFileException.of(source, e);
    }
    return new JsonFile(source, digest(source));
  }

  /** SHA-256 of the bytes of a file, hexadecimal. */
  static String digest(BillSource source) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(source.stored(), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
