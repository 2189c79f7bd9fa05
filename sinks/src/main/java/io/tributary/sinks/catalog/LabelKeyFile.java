package io.tributary.sinks.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The key under which labels are hashed in a local warehouse: a file in its directory that its
 * owner alone can read, made with the warehouse and never again. It is in no table and no message.
 */
public final class LabelKeyFile {

  private static final int KEY_BYTES = 32;

  private LabelKeyFile() {}

  /** Where the one of the warehouse in {@code directory} is. */
  public static Path of(Path directory) {
    return directory.resolve("label.key");
  }

  /**
   * Makes it where the directory is that of a new warehouse. Where the warehouse has been there
   * before, another key would give values other hashes than they have.
   */
  static void createFor(Path directory) {
    if (Files.exists(of(directory))
        || Files.exists(LocalCatalog.file(directory))
        || Files.exists(directory.resolve(WarehouseDirectory.DATA))) {
      return;
    }
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path partial = directory.resolve(".label.key.partial");
    try {
      Files.deleteIfExists(partial);
      OwnerOnly.createFile(partial);
      Files.write(partial, (Base64.getEncoder().encodeToString(key) + "\n").getBytes(UTF_8));
      Files.move(partial, of(directory), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + of(directory), e);
    }
  }
}
