package io.tributary.sinks.catalog;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes what only its owner may look into, where the file system knows owners. */
public final class OwnerOnly {

  private OwnerOnly() {}

  /** Makes {@code directory}, and those above it as usual; one that is there stays as it is. */
  public static void createDirectories(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    if (!Files.isDirectory(absolute)) {
      Files.createDirectories(absolute.getParent());
      try {
        createDirectory(absolute);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(absolute)) {
          throw e;
        }
      }
    }
  }

  /**
   * Makes {@code directory}.
   *
   * @throws FileAlreadyExistsException where there is one
   */
  public static void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory, permissions("rwx------"));
  }

  /**
   * Makes an empty file.
   *
   * @throws FileAlreadyExistsException where there is one
   */
  public static void createFile(Path file) throws IOException {
    Files.createFile(file, permissions("rw-------"));
  }

  private static FileAttribute<?>[] permissions(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
