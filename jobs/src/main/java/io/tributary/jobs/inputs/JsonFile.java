package io.tributary.jobs.inputs;

import io.tributary.events.RecordKind;
import io.tributary.events.bills.BillFiles;
import io.tributary.events.bills.DamagedFileException;
import java.io.EOFException;
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
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON lines and what identifies it.
 *
 * @param kind of all its records, null for any
 * @param sha256 of its bytes, hexadecimal
 */
public record JsonFile(Path path, @Nullable RecordKind kind, String sha256) {

  /**
   * A file that can be read to its end.
   *
   * @throws io.tributary.events.bills.DamagedFileException where it is gzipped and cut short
   */
  static JsonFile of(RecordFile file) throws IOException {
    Path path = file.path();
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString());
    }
    try (InputStream in = BillFiles.open(path)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (EOFException | ZipException e) {
      throw DamagedFileException.of(path, e);
    }
    return new JsonFile(path, file.kind(), digest(path));
  }

  /** SHA-256 of the bytes of a file, hexadecimal. */
  static String digest(Path path) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
