package io.tributary.sinks.read;

import io.tributary.sinks.catalog.AskedQuestion;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.AppendCommit;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.TableWriter;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The table {@code query_log}: what was asked of a warehouse. Whoever appends needs the right to
 * write to this table and to no other.
 */
public final class AskedQuestions {

  private static final int ATTEMPTS = 20;

  private AskedQuestions() {}

  /**
   * Appends in one commit, beside whoever else does.
   *
   * @throws RuntimeException where they could not be appended: there is no such table, or no right
   *     to write to it
   */
  public static void append(Warehouse warehouse, Collection<AskedQuestion> questions) {
    // A question brings its time along.
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    DimensionColumns none = new DimensionColumns(warehouse, 0);
    List<DataFile> files;
    try (TableWriter writer =
        new TableWriter(warehouse, WarehouseTable.QUERY_LOG, none, clock, 0)) {
      questions.forEach(question -> writer.write(WarehouseRow.of(question)));
      files = writer.complete();
    }
    for (int attempt = 1; ; attempt++) {
      Table table = warehouse.table(WarehouseTable.QUERY_LOG);
      try {
        AppendCommit.appendIfUnchanged(table, files);
        return;
      } catch (ValidationException e) {
        if (attempt == ATTEMPTS) {
          files.forEach(file -> table.io().deleteFile(file.location()));
          throw e;
        }
      }
    }
  }

  /**
   * The questions of the days from that of {@code since} on, in no order; empty where nobody has
   * made the table.
   */
  public static List<AskedQuestion> since(Warehouse warehouse, Instant since) {
    WarehouseReader reader = WarehouseReader.current(warehouse);
    List<AskedQuestion> questions = new ArrayList<>();
    try (CloseableIterable<WarehouseReader.Stored<AskedQuestion>> rows =
        reader.records(
            AskedQuestion.class,
            Expressions.greaterThanOrEqual(Columns.ASKED_AT, startOfDay(since)))) {
      rows.forEach(row -> questions.add(row.record()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what was asked", e);
    }
    return questions;
  }

  /** Lets go of the questions of days before that of {@code time}: whole files, no row is read. */
  public static void forgetBefore(Warehouse warehouse, Instant time) {
    Table table = warehouse.table(WarehouseTable.QUERY_LOG);
    var old = Expressions.lessThan(Columns.ASKED_AT, startOfDay(time));
    try (var files = table.newScan().filter(old).planFiles()) {
      if (files.iterator().hasNext()) {
        table.newDelete().deleteFromRowFilter(old).commit();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list what was asked", e);
    }
  }

  private static String startOfDay(Instant time) {
    return time.truncatedTo(ChronoUnit.DAYS).atOffset(ZoneOffset.UTC).toString();
  }
}
