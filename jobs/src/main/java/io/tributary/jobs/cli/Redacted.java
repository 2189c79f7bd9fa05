package io.tributary.jobs.cli;

import io.tributary.jobs.Redaction;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.PrintWriter;
import java.util.SortedMap;

/** What commands say of rows that were rewritten, or would be, for policies. */
final class Redacted {

  private Redacted() {}

  /** A line for each table with such rows. */
  static void print(PrintWriter out, SortedMap<WarehouseTable, Long> rows, String become) {
    rows.forEach(
        (table, count) -> out.printf("%s: %,d rows %s%n", table.tableName(), count, become));
  }

  /** The same after another command, which has followed policies beside what it is for. */
  static void print(PrintWriter out, Redaction.Report report) {
    print(out, report.rows(), "of before rewritten as the policies say");
  }
}
