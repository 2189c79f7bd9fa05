package io.tributary.jobs.inputs;

import io.tributary.events.bills.BillFormat;
import io.tributary.events.bills.BillOptions.Together;
import io.tributary.events.bills.TextEncoding;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that a command names.
 *
 * @param tenantId whose they are
 * @param charges files, directories and globs of bills; of JSON lines too
 * @param provider provider of bills that name none
 * @param report the bills' report
 * @param format of the bills, in place of the recognised one
 * @param encoding of bills that are text and have no byte order mark
 * @param together what bills are to each other that have most lines of one in common
 * @param records files of records as JSON lines
 * @param definitions cost-allocation definitions, in force from 1970-01-01 on
 */
public record InputFiles(
    String tenantId,
    List<String> charges,
    @Nullable String provider,
    String report,
    @Nullable BillFormat format,
    TextEncoding encoding,
    Together together,
    List<RecordFile> records,
    @Nullable Path definitions) {

  public InputFiles {
    charges = List.copyOf(charges);
    records = List.copyOf(records);
  }

  /** Whether no file is named. */
  public boolean isEmpty() {
    return charges.isEmpty() && records.isEmpty() && definitions == null;
  }
}
