package io.tributary.jobs.inputs;

import io.tributary.events.RecordKind;
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
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON lines and what identifies it.
 *
 * @param kind of all its records, null for any
 * @param sha256 of its bytes, hexadecimal
 */
public record JsonFile(BillSource source, @Nullable RecordKind kind, String sha256) {

  /**
   * A file that can be read to its end.
   *
   * @throws DamagedFileException where it is gzipped and cut short
   */
  static JsonFile of(RecordFile file) throws IOException {
    Path path = file.path();
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return of(BillSource.of(path), file.kind());
  }

  /**
   * As {@link #of(RecordFile)}, of a file in an archive too.
   *
   * @param kind of all its records, null for any
   */
  static JsonFile of(BillSource source, @Nullable RecordKind kind) throws IOException {
    try (InputStream in = source.open()) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw DamagedFileException.of(source, e);
    }
    return new JsonFile(source, kind, digest(source));
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
