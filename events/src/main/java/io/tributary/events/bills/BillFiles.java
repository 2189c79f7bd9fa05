package io.tributary.events.bills;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The files behind {@code --charges} arguments: files, directories and globs. */
public final class BillFiles {

  private static final List<String> EXTENSIONS = List.of(".csv", ".csv.gz", ".parquet");

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int GZIP_MAGIC = 0x1f8b;

  private BillFiles() {}

  /** The bytes of a file, unpacked where it is gzipped, whatever its name. */
  public static InputStream open(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    in.mark(2);
    int magic = in.read() << 8 | in.read();
    in.reset();
    if (magic != GZIP_MAGIC) {
      return in;
    }
    try {
      return new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES);
    } catch (IOException e) {
      in.close();
      throw DamagedFileException.of(file, e);
    }
  }

  /**
   * The bill files the arguments name, sorted, each once. A file named by itself is taken whatever
   * its name; of a directory (with all below it) and a glob those that end in {@code .csv}, {@code
   * .csv.gz} or {@code .parquet}. Hidden files and directories are left out.
   *
   * @throws NoSuchFileException where an argument names nothing
   */
  public static List<Path> expand(Collection<String> arguments) throws IOException {
    TreeSet<Path> found = new TreeSet<>();
    for (String argument : arguments) {
      found.addAll(expand(argument));
    }
    return List.copyOf(found);
  }

  private static List<Path> expand(String argument) throws IOException {
    Path path = Path.of(argument).normalize();
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    List<Path> found = Files.isDirectory(path) ? below(path) : matching(argument);
    if (found.isEmpty()) {
      throw new NoSuchFileException(argument, null, "no bill file there");
    }
    return found;
  }

  private static List<Path> matching(String glob) throws IOException {
    int wild = firstWildcard(glob);
    if (wild < 0) {
      return List.of();
    }
    String fixed = glob.substring(0, glob.lastIndexOf('/', wild) + 1);
    Path root = Path.of(fixed).normalize();
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + glob.substring(fixed.length()));
    return below(root).stream().filter(file -> matcher.matches(root.relativize(file))).toList();
  }

  private static int firstWildcard(String glob) {
    for (int i = 0; i < glob.length(); i++) {
      if ("*?[{".indexOf(glob.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static List<Path> below(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !hidden(root.relativize(file)))
          .filter(BillFiles::looksLikeBill)
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean hidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".") || part.toString().startsWith("_")) {
        return true;
      }
    }
    return false;
  }

  private static boolean looksLikeBill(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return EXTENSIONS.stream().anyMatch(name::endsWith);
  }
}
