package io.tributary.sinks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;

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
      RewriteFiles rewrite = table.newRewrite();
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

  private static Set<String> live(Table table) {
    table.refresh();
    Set<String> live = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> live.add(task.file().location()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the files of " + table.name(), e);
    }
    return live;
  }
}
