package io.tributary.sinks.commit;

import io.tributary.sinks.catalog.TableScans;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Puts files in the place of others that say the same, in one commit, beside whoever appends. What
 * snapshots say of their table is carried on.
 */
public final class ReplaceCommit {

  private static final int ATTEMPTS = 100;

  private ReplaceCommit() {}

  /**
   * @return whether they were replaced; false where some of {@code old} are gone, since somebody
   *     else was quicker. The new files are then the caller's to remove
   */
  public static boolean replace(Table table, List<DataFile> old, List<DataFile> replacements) {
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Iterable<Snapshot> ancestry = SnapshotUtil.currentAncestors(table);
      SortedMap<String, String> marks = SnapshotMarks.replaced(ancestry);
      // Without it, deletes are looked for in the whole history, which is not all there any more.
      RewriteFiles rewrite =
          table.newRewrite().validateFromSnapshot(table.currentSnapshot().snapshotId());
      old.forEach(rewrite::deleteFile);
      replacements.forEach(rewrite::addFile);
      try {
        AppendCommit.commit(rewrite, marks, now -> SnapshotMarks.replaced(now).equals(marks));
        return true;
      } catch (ValidationException e) {
        if (!live(table).containsAll(old.stream().map(DataFile::location).toList())) {
          return false;
        }
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * The same with files that say something else.
   *
   * @return as {@link #replace}
   */
  public static boolean overwrite(Table table, List<DataFile> old, List<DataFile> replacements) {
    return overwrite(table, old, replacements, Map.of(), null);
  }

  /**
   * The same with something that the snapshot says of itself.
   *
   * @param sealed a snapshot that the ledger implies: what takes its place needs no run to be
   *     implied by
   * @return as {@link #replace}
   */
  public static boolean overwrite(
      Table table,
      List<DataFile> old,
      List<DataFile> replacements,
      Map<String, String> own,
      @Nullable Snapshot sealed) {
    List<String> needed = old.stream().map(DataFile::location).toList();
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Snapshot before = table.currentSnapshot();
      if (!live(table).containsAll(needed)) {
        return false;
      }
      OverwriteFiles overwrite = table.newOverwrite();
      old.forEach(overwrite::deleteFile);
      replacements.forEach(overwrite::addFile);
      SortedMap<String, String> marks =
          SnapshotMarks.replaced(SnapshotUtil.currentAncestors(table));
      marks.putAll(own);
      if (sealed != null && sealed.snapshotId() == before.snapshotId()) {
        marks.remove(SnapshotMarks.RUN);
      }
      try {
        AppendCommit.commit(
            overwrite, marks, now -> now.iterator().next().snapshotId() == before.snapshotId());
        return true;
      } catch (ValidationException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Writes manifests anew without entries of files that were erased, and drops counts from what the
   * table carries.
   */
  public static void forget(Table table, Predicate<String> tallies) {
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      SortedMap<String, String> marks =
          SnapshotMarks.replaced(SnapshotUtil.currentAncestors(table));
      SortedMap<String, String> kept = new TreeMap<>(marks);
      kept.keySet().removeIf(name -> name.startsWith(SnapshotMarks.TALLY) && tallies.test(name));
      try {
        AppendCommit.commit(
            table.rewriteManifests().clusterBy(file -> ""),
            kept,
            now -> SnapshotMarks.replaced(now).equals(marks));
        return;
      } catch (ValidationException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static Set<String> live(Table table) {
    table.refresh();
    return TableScans.files(table.newScan()).stream()
        .map(DataFile::location)
        .collect(Collectors.toSet());
  }
}
