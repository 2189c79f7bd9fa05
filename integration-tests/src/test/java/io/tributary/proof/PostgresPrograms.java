package io.tributary.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs out of the Maven repository, unpacked once for this JVM and removed when it
 * ends. Everybody may execute them: the server refuses to run as root.
 */
final class PostgresPrograms {

  private static @Nullable Path unpacked;

  private PostgresPrograms() {}

  /** The folder of {@code initdb}; skips the test on a system that there are no programs for. */
  static synchronized Path folder() throws IOException {
    Path root = unpacked;
    if (root == null) {
      root = unpack();
      unpacked = root;
    }
    return root.resolve("bin");
  }

  private static Path unpack() throws IOException {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")
            ? "darwin"
            : System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
    String name = "/postgres-%s-%s.txz".formatted(system, processor);
    try (InputStream archive = PostgresPrograms.class.getResourceAsStream(name)) {
      assumeTrue(archive != null, "no PostgreSQL for this system: no " + name);
      Path root = Files.createTempDirectory("tributary-postgres-programs-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
      unpack(new TarArchiveInputStream(new XZInputStream(archive)), root);
      return root;
    }
  }

  private static void unpack(TarArchiveInputStream archive, Path root) throws IOException {
    TarArchiveEntry entry;
    while ((entry = archive.getNextEntry()) != null) {
      Path file = root.resolve(entry.getName()).normalize();
      if (!file.startsWith(root)) {
        throw new IOException("the archive has a file outside of itself: " + entry.getName());
      }
      if (entry.isDirectory()) {
        Files.createDirectories(file);
      } else if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      } else {
        Files.createDirectories(file.getParent());
        Files.copy(archive, file);
        boolean isProgram = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(
            file, PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  /** What is left in the folder for temporary files harms nobody. */
  private static void delete(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
