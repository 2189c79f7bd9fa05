package io.tributary.sinks.rows;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.AppendCommit;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Records places that are given once for ever: who gives at the same time reads and tries again.
 */
public final class PlaceAppend {

  /** No column of such a table tells a time. */
  private static final Clock NO_CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private PlaceAppend() {}

  /**
   * Appends rows unless somebody has changed the table since it was loaded.
   *
   * @param table as it was read when the places were chosen
   * @return whether they are recorded now
   */
  public static boolean record(
      Warehouse warehouse,
      WarehouseTable id,
      Table table,
      DimensionColumns dimensions,
      List<WarehouseRow> rows) {
    List<DataFile> files;
    try (TableWriter writer = new TableWriter(warehouse, id, dimensions, NO_CLOCK, 0)) {
      rows.forEach(writer::write);
      files = writer.complete();
    }
    try {
      AppendCommit.appendIfUnchanged(table, files);
      return true;
    } catch (ValidationException e) {
      files.forEach(file -> table.io().deleteFile(file.location()));
      return false;
    }
  }
}
