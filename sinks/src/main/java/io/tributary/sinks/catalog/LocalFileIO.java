package io.tributary.sinks.catalog;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg files on a local disk. A file appears under its name complete and synced, or not at all,
 * so that the catalog never points at half a file. In a local warehouse a name means a file of the
 * directory that was opened ({@link WarehouseDirectory}).
 */
public final class LocalFileIO implements SupportsPrefixOperations {

  private static final long serialVersionUID = 1L;
  private static final String SCHEME = "file:";

  /** Of the directory alone: what leads to the catalog holds secrets. */
  private Map<String, String> local = Map.of();

  private transient volatile @Nullable WarehouseDirectory directory;

  /** Loaded by name. */
  public LocalFileIO() {}

  @Override
  public void initialize(Map<String, String> initial) {
    Map<String, String> kept = new TreeMap<>(initial);
    kept.keySet().removeIf(property -> !property.startsWith(WarehouseDirectory.PROPERTIES));
    local = kept;
    directory = null;
  }

  /** The directory of the warehouse; null where names are the paths of files. */
  @Nullable
  public WarehouseDirectory directory() {
    WarehouseDirectory known = directory;
    if (known == null) {
      known = WarehouseDirectory.of(local);
      directory = known;
    }
    return known;
  }

  private Path file(String location) {
    WarehouseDirectory warehouse = directory();
    return warehouse == null ? path(location) : warehouse.file(location);
  }

  /** The location of {@code path}: {@code file://} and its absolute form. */
  public static String location(Path path) {
    return SCHEME + "//" + path.toAbsolutePath().normalize();
  }

  /**
   * The location of {@code file} for people: in a local warehouse that was moved or copied that of
   * the file which is read, not the name that its tables know it by.
   */
  public static String shown(InputFile file) {
    return file instanceof LocalInput local ? location(local.file) : file.location();
  }

  /** Whether {@code text} is the location of a local file with its scheme. */
  public static boolean isLocation(String text) {
    return text.startsWith(SCHEME);
  }

  static Path path(String location) {
    if (!location.startsWith(SCHEME)) {
      return Path.of(location);
    }
    String path = location.substring(SCHEME.length());
    return Path.of(path.startsWith("//") ? path.substring(2) : path);
  }

  @Override
  public InputFile newInputFile(String location) {
    return new LocalInput(location, file(location));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return new LocalOutput(location, file(location));
  }

  @Override
  public void deleteFile(String location) {
    try {
      Files.deleteIfExists(file(location));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + location, e);
    }
  }

  /** The files below a directory; none where there is no such directory. */
  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    List<FileInfo> files = new ArrayList<>();
    WarehouseDirectory warehouse = directory();
    Listing listing =
        new Listing(
            files,
            warehouse == null ? LocalFileIO::location : file -> warehouse.name(file, prefix));
    try {
      Files.walkFileTree(file(prefix), listing);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + prefix, e);
    }
    return files;
  }

  private static final class Listing extends SimpleFileVisitor<Path> {

    private final List<FileInfo> files;
    private final Function<Path, String> name;

    Listing(List<FileInfo> files, Function<Path, String> name) {
      this.files = files;
      this.name = name;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      files.add(
          new FileInfo(
              name.apply(file), attributes.size(), attributes.lastModifiedTime().toMillis()));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // Renamed or removed since its directory was read.
      }
      throw e;
    }
  }

  @Override
  public void deletePrefix(String prefix) {
    listPrefix(prefix).forEach(file -> deleteFile(file.location()));
  }

  private record LocalInput(String location, Path file) implements InputFile {

    @Override
    public long getLength() {
      return file.toFile().length();
    }

    @Override
    public SeekableInputStream newStream() {
      return org.apache.iceberg.Files.localInput(file.toFile()).newStream();
    }

    @Override
    public boolean exists() {
      return file.toFile().exists();
    }
  }

  private record LocalOutput(String location, Path file) implements OutputFile {

    @Override
    public PositionOutputStream create() {
      if (Files.exists(file)) {
        throw new AlreadyExistsException("File already exists: %s", location);
      }
      return createOrOverwrite();
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      try {
        return new LocalStream(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + location, e);
      }
    }

    @Override
    public InputFile toInputFile() {
      return new LocalInput(location, file);
    }
  }

  /** Writes beside the target and takes its name when closed. */
  private static final class LocalStream extends PositionOutputStream {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path target;
    private final Path partial;
    private final FileOutputStream file;
    private final BufferedOutputStream out;
    private long position;
    private boolean closed;

    LocalStream(Path target) throws IOException {
      this.target = target;
      this.partial = target.resolveSibling("." + target.getFileName() + ".partial");
      this.file = open(partial);
      this.out = new BufferedOutputStream(file, BUFFER_BYTES);
    }

    private static FileOutputStream open(Path file) throws IOException {
      Files.createDirectories(file.getParent());
      return new FileOutputStream(file.toFile());
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
      position += count;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try (out) {
        out.flush();
        file.getChannel().force(true);
      }
      try {
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        throw new IOException("removed while it was written: " + target, e);
      }
    }
  }
}
