package io.tributary.events.bills;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

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
          ".*manifest\\.json|.*\\.(crc|md5|sha1|sha256|sha512|checksum|asc|sig)|thumbs\\.db"
              + "|(.*/)?cost_and_usage_data_status/.*",
          Pattern.CASE_INSENSITIVE);

  private static final int ZIP_MAGIC = 0x504b0304;
  private static final int ENTRIES = 10_000;

  /** More of an archive is unpacked only where its own size makes that plausible. */
  private static final long PLAUSIBLE_BYTES = 1L << 30;

  private static final long PLAUSIBLE_RATIO = 500;

  /** Names of what may be a manifest of an export. */
  private static final Pattern MANIFEST =
      Pattern.compile(".*manifest\\.json", Pattern.CASE_INSENSITIVE);

  /**
   * A file that may be a bill.
   *
   * @param claimed whether somebody says that it is one, by naming it or by its name; else its
   *     content decides
   * @param part what a manifest says of it, null where none lists it
   * @param kind of its costs, as its name tells; null where it does not
   */
  public record Candidate(
      BillSource source, boolean claimed, ExportRuns.@Nullable Part part, @Nullable CostKind kind) {

    /** A file of which nothing is said. */
    public Candidate(BillSource source, boolean claimed) {
      this(source, claimed, null, null);
    }

    /** What is said of the same file in two places. */
    private Candidate with(Candidate other) {
      return new Candidate(
          source,
          claimed || other.claimed,
          part == null ? other.part : part,
          kind == null ? other.kind : kind);
    }
  }

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
    List<Place> places = new ArrayList<>();
    Set<Path> found = new TreeSet<>();
    for (String argument : arguments) {
      Place place = Place.of(argument);
      places.add(place);
      found.addAll(place.shown());
    }
    Finding finding = new Finding(ExportRuns.of(found));
    for (Place place : places) {
      finding.add(place);
    }
    finding.leftOut.keySet().removeAll(finding.names());
    return new BillFiles(
        List.copyOf(finding.candidates.values()), List.copyOf(finding.leftOut.values()));
  }

  /**
   * What an argument names.
   *
   * @param root the directory that files are below; null for one file
   * @param links that lead to no file
   */
  private record Place(
      String argument, @Nullable Path root, List<Path> files, List<LeftOut> links) {

    static Place of(String argument) throws IOException {
      Path path = Path.of(argument).normalize();
      if (Files.isRegularFile(path)) {
        return new Place(argument, null, List.of(path), List.of());
      }
      if (Files.isDirectory(path)) {
        Tree tree = Tree.below(path);
        return new Place(argument, path, tree.files, tree.links);
      }
      Path root = rootOf(argument);
      return new Place(argument, root, matching(argument, root), List.of());
    }

    /** The files below a directory that are not hidden in it. */
    List<Path> shown() {
      return root == null
          ? List.of()
          : files.stream().filter(file -> !isHidden(root.relativize(file).toString())).toList();
    }
  }

  /** What has been found so far. */
  private static final class Finding {

    private final ExportRuns runs;
    private final TreeMap<BillSource, Candidate> candidates = new TreeMap<>();
    private final TreeMap<String, LeftOut> leftOut = new TreeMap<>();

    /** What each file that was found is called, by its own place: links may lead to it too. */
    private final Map<Path, Path> real = new HashMap<>();

    /** How many files were found so far that are bills or older runs. */
    private int counted;

    Finding(ExportRuns runs) {
      this.runs = runs;
    }

    void add(Place place) throws IOException {
      int before = counted;
      place.links.forEach(link -> leave(link.name(), link.why(), false));
      for (Path file : place.files) {
        if (place.root == null) {
          add(file, true, null);
        } else {
          addBelow(place.root, file);
        }
      }
      if (counted == before) {
        throw new NoSuchFileException(place.argument, null, "no bill file there");
      }
    }

    /** The names of what is read: somebody may name a file that no run lists. */
    Set<String> names() {
      return candidates.keySet().stream().map(BillSource::name).collect(Collectors.toSet());
    }

    private void addBelow(Path root, Path file) throws IOException {
      String relative = root.relativize(file).toString();
      LeftOut notRead = runs.leftOut(file);
      if (isCompanion(relative)) {
        leave(file.toString(), "goes with an export", true);
      } else if (notRead != null) {
        leftOut.put(notRead.name(), notRead);
        counted++;
      } else {
        boolean claimed = BILL.matcher(file.toString()).matches();
        add(file, claimed, runs.part(file));
      }
    }

    private void add(Path file, boolean claimed, ExportRuns.@Nullable Part part)
        throws IOException {
      BillSource source = BillSource.of(file);
      Path known = real.putIfAbsent(file.toRealPath(), file);
      if (known != null && !known.equals(file)) {
        leave(file.toString(), "it is the same file as " + known, false);
        counted++;
      } else if (isArchive(source)) {
        addEntries(file, claimed);
      } else {
        add(new Candidate(source, claimed || part != null, part, CostKind.ofName(file.toString())));
      }
    }

    private void add(Candidate candidate) {
      candidates.merge(candidate.source, candidate, Candidate::with);
      counted++;
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
            boolean bill = BILL.matcher(entry.getName()).matches();
            add(new Candidate(source, bill, null, CostKind.ofName(file + "/" + entry.getName())));
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
    Set<String> names = new HashSet<>();
    for (ZipEntry entry : entries) {
      if (!names.add(entry.getName())) {
        throw new DamagedFileException(
            BillSource.of(file), "an archive with two files of the name " + entry.getName(), null);
      }
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
    } catch (EOFException | ZipException e) {
      // A damaged file in an archive; whoever reads it says so.
      return false;
    }
  }

  /** Whether a file may be a manifest, by its name. */
  static boolean isManifest(Path file) {
    return MANIFEST.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** Whether a file is of the kind that exports have beside bills, by its path. */
  private static boolean isCompanion(String relative) {
    return isHidden(relative) || COMPANION.matcher(relative).matches();
  }

  private static boolean isHidden(String relative) {
    return Stream.of(relative.split("/"))
        .anyMatch(part -> part.startsWith(".") || part.startsWith("_"));
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
    return Tree.below(root).files.stream()
        .filter(file -> matcher.matches(root.relativize(file)))
        .toList();
  }

  private static int firstWildcard(String glob) {
    for (int i = 0; i < glob.length(); i++) {
      if ("*?[{".indexOf(glob.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** What is below a directory, through links as well. */
  private static final class Tree extends SimpleFileVisitor<Path> {

    private final List<Path> files = new ArrayList<>();
    private final List<LeftOut> links = new ArrayList<>();

    /**
     * @throws NoSuchFileException where a link that has the name of a bill leads nowhere
     */
    static Tree below(Path root) throws IOException {
      Tree tree = new Tree();
      Files.walkFileTree(root, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, tree);
      Collections.sort(tree.files);
      return tree;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
        throws NoSuchFileException {
      if (attributes.isRegularFile()) {
        files.add(file);
      } else if (attributes.isSymbolicLink()) {
        if (BILL.matcher(file.toString()).matches()) {
          throw new NoSuchFileException(file.toString(), null, "the link leads nowhere");
        }
        links.add(new LeftOut(file.toString(), "the link leads nowhere", false));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (!(e instanceof FileSystemLoopException)) {
        throw e;
      }
      links.add(new LeftOut(file.toString(), "the link leads to a directory above it", false));
      return FileVisitResult.CONTINUE;
    }
  }
}
