package io.tributary.events.bills;

import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.ExportManifest.Listed;
import java.io.IOException;
import java.nio.file.Files;
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

  private final Map<Path, Part> parts = new HashMap<>();
  private final Map<Path, LeftOut> leftOut = new TreeMap<>();

  private ExportRuns() {}

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
    ExportRuns found = new ExportRuns();
    FilesByName byName = new FilesByName(files);
    for (SortedSet<ExportManifest> ofExport : runs.values()) {
      found.choose(ofExport, byName);
    }
    found.leaveUnlisted(files, runs.values());
    return found;
  }

  private void choose(SortedSet<ExportManifest> runs, FilesByName byName) throws IOException {
    ExportManifest newest = runs.last();
    List<String> wrong = new ArrayList<>();
    Set<Path> read = new HashSet<>();
    for (Listed listed : newest.listed()) {
      Path file = byName.find(listed.key(), newest.file());
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
          "the run of %s is incomplete, and nothing is read: %s (files that are named one by one are read whatever a manifest says)"
              .formatted(newest.file(), String.join("; ", wrong)));
    }
    for (ExportManifest older : runs.headSet(newest)) {
      for (Listed listed : older.listed()) {
        Path file = byName.find(listed.key(), older.file());
        if (file != null && !read.contains(file)) {
          leave(file, "a newer run of its export is read, that of " + newest.file());
        }
      }
    }
  }

  /** Leaves out what stands beside listed files, or below a manifest, and no run lists. */
  private void leaveUnlisted(Collection<Path> files, Collection<SortedSet<ExportManifest>> runs) {
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
    if (!BillFiles.isCompanion(file.toString())) {
      leftOut.put(file, new LeftOut(file.toString(), why, false));
    }
  }

  /** What the run says of a file that it lists, null for others. */
  @Nullable Part part(Path file) {
    return parts.get(file);
  }

  /** Why a file is not read, null where it may be. */
  @Nullable LeftOut leftOut(Path file) {
    return parts.containsKey(file) ? null : leftOut.get(file);
  }

  /** Files by what keys of a bucket end with: a directory may be a copy of a part of it. */
  private static final class FilesByName {

    private final Map<String, List<Path>> byName = new HashMap<>();

    FilesByName(Collection<Path> files) {
      for (Path file : files) {
        byName.computeIfAbsent(name(file), name -> new ArrayList<>()).add(file);
      }
    }

    private static String name(Path file) {
      return String.valueOf(file.getFileName());
    }

    /**
     * The file that has most parts at its end in common with a key: its directory among them, or
     * else it is beside the manifest.
     */
    @Nullable Path find(String key, Path manifest) {
      String[] parts = key.split("/");
      Path best = null;
      int most = 0;
      for (Path file : byName.getOrDefault(parts[parts.length - 1], List.of())) {
        int common = common(parts, file);
        boolean beside = directory(file).equals(directory(manifest));
        if ((common > 1 || beside) && (common > most || (common == most && beside))) {
          best = file;
          most = common;
        }
      }
      return best;
    }

    private static int common(String[] key, Path file) {
      int common = 0;
      while (common < key.length
          && common < file.getNameCount()
          && file.getName(file.getNameCount() - 1 - common)
              .toString()
              .equals(key[key.length - 1 - common])) {
        common++;
      }
      return common;
    }
  }
}
