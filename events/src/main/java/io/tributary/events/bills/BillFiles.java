package io.tributary.events.bills;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The files behind {@code --charges} arguments: files, directories (with all below them) and globs,
 * and the files in zip archives among these.
 *
 * @param candidates what may be bills, sorted, each once
 * @param leftOut what is none, sorted
 */
public record BillFiles(List<Candidate> candidates, List<LeftOut> leftOut) {

  /** Names under which a file says that it is a bill. */
  private static final Pattern BILL =
      Pattern.compile(".*\\.(csv|csv\\.gz|parquet)", Pattern.CASE_INSENSITIVE);

  /** Names of what stands beside bills in exports. */
  private static final Pattern COMPANION =
      Pattern.compile(
          ".*manifest\\.json|.*\\.(crc|md5|sha1|sha256|sha512|checksum|asc|sig)|thumbs\\.db",
          Pattern.CASE_INSENSITIVE);

  private static final int ZIP_MAGIC = 0x504b0304;
  private static final int ENTRIES = 10_000;

  /** More of an archive is unpacked only where its own size makes that plausible. */
  private static final long PLAUSIBLE_BYTES = 1L << 30;

  private static final long PLAUSIBLE_RATIO = 500;

  /**
   * A file that may be a bill.
   *
   * @param claimed whether somebody says that it is one, by naming it or by its name; else its
   *     content decides
   */
  public record Candidate(BillSource source, boolean claimed) {}

  /**
   * A file that is not read.
   *
   * @param why a clause for people
   * @param companion whether it is of the kind that exports have beside bills
   */
  public record LeftOut(String name, String why, boolean companion) {}

  /**
   * Finds them.
   *
   * @throws NoSuchFileException where an argument names nothing
   * @throws DamagedFileException where an archive cannot be read
   */
  public static BillFiles find(Collection<String> arguments) throws IOException {
    Finding finding = new Finding();
    for (String argument : arguments) {
      finding.find(argument);
    }
    return new BillFiles(
        List.copyOf(finding.candidates.values()), List.copyOf(finding.leftOut.values()));
  }

  /** What has been found so far. */
  private static final class Finding {

    private final TreeMap<BillSource, Candidate> candidates = new TreeMap<>();
    private final TreeMap<String, LeftOut> leftOut = new TreeMap<>();

    void find(String argument) throws IOException {
      Path path = Path.of(argument).normalize();
      int before = candidates.size();
      if (Files.isRegularFile(path)) {
        add(path, true);
        return;
      }
      Path root = Files.isDirectory(path) ? path : rootOf(argument);
      for (Path file : Files.isDirectory(path) ? below(path) : matching(argument, root)) {
        if (isCompanion(root.relativize(file).toString())) {
          leave(file.toString(), "goes with an export", true);
        } else {
          add(file, BILL.matcher(file.toString()).matches());
        }
      }
      if (candidates.size() == before) {
        throw new NoSuchFileException(argument, null, "no bill file there");
      }
    }

    private void add(Path file, boolean claimed) throws IOException {
      if (isArchive(BillSource.of(file))) {
        addEntries(file, claimed);
      } else {
        BillSource source = BillSource.of(file);
        candidates.merge(
            source,
            new Candidate(source, claimed),
            (a, b) -> new Candidate(source, a.claimed || b.claimed));
      }
    }

    private void addEntries(Path file, boolean claimed) throws IOException {
      try (ZipFile archive = BillSource.archive(file)) {
        if (archive.getEntry("[Content_Types].xml") != null) {
          refuse(file, claimed, "it is an Office document; export it as CSV");
          return;
        }
        List<? extends ZipEntry> entries =
            archive.stream().filter(entry -> !entry.isDirectory()).toList();
        requirePlausible(file, entries);
        for (ZipEntry entry : entries) {
          BillSource source = new BillSource(file, entry.getName());
          if (isCompanion(entry.getName())) {
            leave(source.name(), "goes with an export", true);
          } else if (isArchive(source)) {
            leave(source.name(), "it is an archive in an archive", false);
          } else {
            candidates.put(source, new Candidate(source, BILL.matcher(entry.getName()).matches()));
          }
        }
      }
    }

    private void refuse(Path file, boolean claimed, String why) throws IOException {
      if (claimed) {
        throw new UnknownBillFormatException(BillSource.of(file), why);
      }
      leave(file.toString(), why, false);
    }

    private void leave(String name, String why, boolean companion) {
      leftOut.put(name, new LeftOut(name, why, companion));
    }
  }

  /** Refuses archives that are made to exhaust whoever unpacks them. */
  private static void requirePlausible(Path file, List<? extends ZipEntry> entries)
      throws IOException {
    long size = Files.size(file);
    long packed = 0;
    long unpacked = 0;
    for (ZipEntry entry : entries) {
      packed += entry.getCompressedSize();
      unpacked += entry.getSize();
    }
    if (entries.size() > ENTRIES) {
      throw new DamagedFileException(
          BillSource.of(file), "an archive of more than " + ENTRIES + " files", null);
    }
    if (packed < 0 || packed > size) {
      throw new DamagedFileException(
          BillSource.of(file), "an archive whose files share their bytes", null);
    }
    if (unpacked < 0 || unpacked > Math.max(PLAUSIBLE_BYTES, PLAUSIBLE_RATIO * size)) {
      throw new DamagedFileException(
          BillSource.of(file),
          "an archive of " + size + " bytes that unpacks to " + unpacked,
          null);
    }
  }

  private static boolean isArchive(BillSource source) throws IOException {
    try (InputStream in = source.stored()) {
      byte[] begin = in.readNBytes(Integer.BYTES);
      return begin.length == Integer.BYTES && ByteBuffer.wrap(begin).getInt() == ZIP_MAGIC;
    }
  }

  private static boolean isCompanion(String relative) {
    for (String part : relative.split("/")) {
      if (part.startsWith(".") || part.startsWith("_")) {
        return true;
      }
    }
    return COMPANION.matcher(relative).matches();
  }

  /** The directory that a glob begins with. */
  private static Path rootOf(String glob) {
    return Path.of(glob.substring(0, fixedLength(glob))).normalize();
  }

  private static int fixedLength(String glob) {
    int wild = firstWildcard(glob);
    return wild < 0 ? 0 : glob.lastIndexOf('/', wild) + 1;
  }

  private static List<Path> matching(String glob, Path root) throws IOException {
    if (firstWildcard(glob) < 0 || !Files.isDirectory(root)) {
      return List.of();
    }
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + glob.substring(fixedLength(glob)));
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
      return all.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
