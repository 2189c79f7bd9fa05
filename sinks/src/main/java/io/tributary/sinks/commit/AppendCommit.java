package io.tributary.sinks.commit;

import java.security.SecureRandom;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Appends files to a table exactly once per {@link CommitMark}. The history is looked at before the
 * commit and once more by Iceberg at the instant of the commit, so an append of the same mark that
 * was still under way when we looked makes this one fail, be looked at again and be skipped.
 */
public final class AppendCommit {

  private static final int ATTEMPTS = 100;
  private static final String ATTEMPT = "tributary.attempt";
  private static final SecureRandom RANDOM = new SecureRandom();

  private AppendCommit() {}

  /**
   * @param tallies added to the totals of the table
   * @return whether it was appended now; false where the table had it
   */
  public static boolean append(
      Table table, CommitMark mark, Iterable<DataFile> files, Map<String, Long> tallies) {
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Iterable<Snapshot> ancestry = SnapshotUtil.currentAncestors(table);
      if (mark.isIn(ancestry)) {
        return false;
      }
      SortedMap<String, String> parent = SnapshotMarks.carried(ancestry);
      AppendFiles append = table.newAppend();
      files.forEach(append::appendFile);
      try {
        commit(
            append,
            properties(parent, mark, tallies),
            now -> SnapshotMarks.carried(now).equals(parent) && !mark.isIn(now));
        return true;
      } catch (ValidationException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Appends to exactly the state of the table that was loaded.
   *
   * @throws ValidationException where somebody else committed since
   */
  public static void appendIfUnchanged(Table table, Iterable<DataFile> files) {
    appendIfUnchanged(table, files, Map.of());
  }

  /** The same with {@code marks} in place of those of the same names. */
  public static void appendIfUnchanged(
      Table table, Iterable<DataFile> files, Map<String, String> marks) {
    AppendFiles append = table.newAppend();
    files.forEach(append::appendFile);
    commitIfUnchanged(table, append, marks);
  }

  /**
   * Puts files in place of all that the table holds, in exactly the state that was loaded.
   *
   * @throws ValidationException where somebody else committed since
   */
  public static void overwriteIfUnchanged(
      Table table, Iterable<DataFile> files, Map<String, String> marks) {
    OverwriteFiles overwrite = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
    files.forEach(overwrite::addFile);
    commitIfUnchanged(table, overwrite, marks);
  }

  private static <U extends SnapshotUpdate<U>> void commitIfUnchanged(
      Table table, U update, Map<String, String> marks) {
    Long loaded = newest(SnapshotUtil.currentAncestors(table));
    SortedMap<String, String> properties = SnapshotMarks.carried(table);
    properties.putAll(marks);
    commit(update, properties, now -> Objects.equals(loaded, newest(now)));
  }

  private static @Nullable Long newest(Iterable<Snapshot> ancestry) {
    Iterator<Snapshot> snapshots = ancestry.iterator();
    return snapshots.hasNext() ? snapshots.next().snapshotId() : null;
  }

  /** Commits where the history at that instant is acceptable. */
  static <U extends SnapshotUpdate<U>> void commit(
      U update, SortedMap<String, String> properties, Predicate<Iterable<Snapshot>> acceptable) {
    String attempt = Long.toHexString(RANDOM.nextLong());
    properties.forEach(update::set);
    try {
      update.set(ATTEMPT, attempt).validateWith(new History(attempt, acceptable)).commit();
    } catch (AlreadyThere e) {
      // It looked failed, and was not.
    }
  }

  private static SortedMap<String, String> properties(
      SortedMap<String, String> parent, CommitMark mark, Map<String, Long> tallies) {
    SortedMap<String, String> properties = new TreeMap<>(parent);
    SortedMap<String, Long> totals = SnapshotMarks.tallies(parent);
    StreamPositions.put(properties, tallies);
    tallies.forEach(
        (name, change) -> {
          if (!StreamPositions.isOne(name)) {
            totals.merge(HeardSource.bounded(name, totals.keySet()), change, Long::sum);
          }
        });
    totals.forEach(
        (name, total) -> {
          if (total == 0) {
            properties.remove(SnapshotMarks.TALLY + name);
          } else {
            properties.put(SnapshotMarks.TALLY + name, Long.toString(total));
          }
        });
    mark.addTo(properties);
    return properties;
  }

  /**
   * Refuses what is not acceptable. A history that holds this very attempt ends it: it got through
   * although it looked failed. To go on would make Iceberg set the table back to it, and drop what
   * others have committed on top; to refuse would make Iceberg remove the manifests of a snapshot
   * that is in use.
   */
  private record History(String attempt, Predicate<Iterable<Snapshot>> acceptable)
      implements SnapshotAncestryValidator {

    @Override
    public boolean validate(Iterable<Snapshot> ancestry) {
      for (Snapshot snapshot : ancestry) {
        if (attempt.equals(snapshot.summary().get(ATTEMPT))) {
          throw new AlreadyThere();
        }
      }
      return acceptable.test(ancestry);
    }

    @Override
    public String errorMessage() {
      return "another commit came first";
    }
  }

  /** Of the one kind after which Iceberg neither tries again nor removes what was written. */
  private static final class AlreadyThere extends CommitStateUnknownException {

    private static final long serialVersionUID = 1L;

    AlreadyThere() {
      super(new IllegalStateException("this attempt is in the table"));
    }
  }
}
