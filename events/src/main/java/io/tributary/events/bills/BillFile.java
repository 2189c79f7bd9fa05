package io.tributary.events.bills;

import io.tributary.events.bills.BillFiles.Candidate;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A recognised bill file.
 *
 * @param candidate as it was found
 */
record BillFile(BillTable table, BillMapping mapping, Candidate candidate) {

  /**
   * Opens a file and recognises what it is.
   *
   * @throws UnknownBillFormatException where it is no bill that we know
   * @throws IOException where it cannot be read
   */
  static BillFile open(Candidate candidate, BillOptions options) throws IOException {
    BillSource source = candidate.source();
    BillTable table = BillTable.open(source, options.encoding());
    BillFormat format = options.format();
    if (format == null || table.columns().isEmpty()) {
      format = BillFormat.recognise(source, table.columns());
    } else {
      format.require(source, table.columns());
    }
    return new BillFile(table, BillMapping.of(format, table.columns(), options), candidate);
  }

  /** Of which costs it tells, as its manifest or its name says; null where neither does. */
  @Nullable CostKind kind() {
    ExportRuns.Part part = candidate.part();
    return part != null && part.kind() != null ? part.kind() : candidate.kind();
  }

  /** Whether both are listed as parts of one run. */
  boolean isOfOneRunWith(BillFile other) {
    ExportRuns.Part part = candidate.part();
    ExportRuns.Part another = other.candidate.part();
    return part != null && another != null && part.manifest().equals(another.manifest());
  }

  String name() {
    return table.source().name();
  }

  /** The rows with the columns of lines, or with all. */
  BillRows rows(boolean everyColumn) throws IOException {
    int[] essential = mapping.columnsOfLines().stream().mapToInt(Integer::intValue).toArray();
    return table.rows(essential, everyColumn);
  }

  /** The scope that every row of the file has, as far as that is known without reading them. */
  @Nullable DeliveryScope scope() {
    BillTable.Constants row = table.constants();
    return row != null && mapping.columnsOfScope().stream().allMatch(row::knows)
        ? mapping.scope(row)
        : null;
  }
}
