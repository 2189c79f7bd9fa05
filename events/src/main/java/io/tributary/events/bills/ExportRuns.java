package io.tributary.events.bills;

import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.ExportManifest.Listed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The runs of exports whose manifests are in a directory. Of each export and period the newest run
 * counts: what it lists is read, and nothing else that stands where its files or its manifest do.
 */
final class ExportRuns {

  private static final Comparator<ExportManifest> NEWEST_LAST =
      Comparator.comparing(ExportManifest::current)
          .thenComparing(ExportManifest::time)
          .thenComparing(ExportManifest::file);

  /**
   * What a run says of a file.
   *
   * @param manifest that lists it, for people
   * @param rows that it has, null where it is not said
   * @param kind of its costs, null where it is not said
   */
  record Part(String manifest, @Nullable Long rows, @Nullable CostKind kind) {}

  /** What somebody can do who wants the files all the same. */
  static final String NAMED = "(files that are named one by one are read whatever a manifest says)";

  private final Map<Path, Part> parts = new HashMap<>();
  private final Map<Path, LeftOut> leftOut = new TreeMap<>();

  private final Set<Path> files;

  private ExportRuns(Collection<Path> files) {
    this.files = new HashSet<>(files);
  }

  /**
   * Reads the manifests among files.
   *
   * @param files all files below a directory
   * @throws ConflictingBillsException where a run that counts is not whole
   */
  static ExportRuns of(Collection<Path> files) throws IOException {
    Map<String, SortedSet<ExportManifest>> runs = new TreeMap<>();
    for (Path file : files) {
      if (BillFiles.isManifest(file)) {
        ExportManifest.read(file)
            .ifPresent(
                manifest ->
                    runs.computeIfAbsent(
                            manifest.export() + " " + manifest.period(),
                            export -> new TreeSet<>(NEWEST_LAST))
                        .add(manifest));
      }
    }
    ExportRuns found = new ExportRuns(files);
    for (SortedSet<ExportManifest> ofExport : runs.values()) {
      found.choose(ofExport);
    }
    found.leaveUnlisted(runs.values());
    return found;
  }

  private void choose(SortedSet<ExportManifest> runs) throws IOException {
    ExportManifest newest = runs.last();
    List<String> wrong = new ArrayList<>();
    Set<Path> read = new HashSet<>();
    if (newest.listed().isEmpty()) {
      wrong.add("it lists no files");
    }
    for (Listed listed : newest.listed()) {
      Path file = find(listed.key(), newest.file());
      if (file == null) {
        wrong.add(listed.key() + " is not there");
      } else if (listed.bytes() != null && Files.size(file) != listed.bytes()) {
        wrong.add("%s has %d bytes, not %d".formatted(file, Files.size(file), listed.bytes()));
      } else {
        read.add(file);
        parts.put(file, new Part(newest.file().toString(), listed.rows(), newest.kind()));
      }
    }
    if (!wrong.isEmpty()) {
      throw new ConflictingBillsException(
          "the run of %s is incomplete, and nothing is read: %s %s"
              .formatted(newest.file(), String.join("; ", wrong), NAMED));
    }
    for (ExportManifest older : runs.headSet(newest)) {
      String superseded =
          older.isAsOldAs(newest)
              ? "another run of its export is read, by the order of their names, since their"
                  + " manifests do not tell which is newer: "
              : "a newer run of its export is read, that of ";
      for (Listed listed : older.listed()) {
        Path file = find(listed.key(), older.file());
        if (file != null && !read.contains(file)) {
          leave(file, superseded + newest.file());
        }
      }
    }
  }

  /** Leaves out what stands beside listed files, or below a manifest, and no run lists. */
  private void leaveUnlisted(Collection<SortedSet<ExportManifest>> runs) {
    Set<Path> beside = new HashSet<>();
    parts.keySet().forEach(file -> beside.add(directory(file)));
    Set<Path> above = new HashSet<>();
    runs.forEach(ofExport -> ofExport.forEach(run -> above.add(directory(run.file()))));
    for (Path file : files) {
      boolean governed =
          beside.contains(directory(file)) || above.stream().anyMatch(file::startsWith);
      if (governed && !parts.containsKey(file) && !leftOut.containsKey(file)) {
        leave(file, "no manifest of a run that is read lists it");
      }
    }
  }

  private static Path directory(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private void leave(Path file, String why) {
    leftOut.put(file, new LeftOut(file.toString(), why, false));
  }

  /** What the run says of a file that it lists, null for others. */
  @Nullable Part part(Path file) {
    return parts.get(file);
  }

  /** Why a file is not read, null where it may be. */
  @Nullable LeftOut leftOut(Path file) {
    return parts.containsKey(file) ? null : leftOut.get(file);
  }

  /**
   * The file that a key of a bucket means. A directory may be a copy of a part of the bucket, and
   * its own name another one: the file is where the end of the key leads to from a directory above
   * the manifest. The longest end counts. Its last part alone means a file beside the manifest.
   */
  private @Nullable Path find(String key, Path manifest) {
    List<String> parts = Stream.of(key.split("/")).filter(part -> !part.isEmpty()).toList();
    Path best = null;
    int most = 0;
    for (Path above : above(manifest)) {
      int shortest = above.equals(directory(manifest)) ? 1 : 2;
      for (int length = parts.size(); length >= Math.max(shortest, most + 1); length--) {
        List<String> end = parts.subList(parts.size() - length, parts.size());
        Path file = resolve(above, end);
        if (file != null && files.contains(file) && !isElsewhere(above, parts, length)) {
          best = file;
          most = length;
        }
      }
    }
    return best;
  }

  /** The directories that a file is in, the nearest first. */
  private static List<Path> above(Path file) {
    List<Path> above = new ArrayList<>();
    for (Path parent = file.getParent(); parent != null; parent = parent.getParent()) {
      above.add(parent);
    }
    if (!file.isAbsolute()) {
      above.add(Path.of(""));
    }
    return above;
  }

  private static @Nullable Path resolve(Path directory, List<String> parts) {
    try {
      return directory.resolve(String.join("/", parts));
    } catch (InvalidPathException e) {
      return null; // No file has such a name.
    }
  }

  /** Whether the export gave the directory a name that is at another place in the key. */
  private static boolean isElsewhere(Path directory, List<String> key, int length) {
    String name = String.valueOf(directory.toAbsolutePath().getFileName());
    int parent = key.size() - length - 1;
    return ExportManifest.isNamedByExport(name)
        && key.contains(name)
        && (parent < 0 || !key.get(parent).equals(name));
  }
}
