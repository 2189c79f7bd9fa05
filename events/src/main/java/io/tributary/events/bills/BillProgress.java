package io.tributary.events.bills;

import java.nio.file.Path;

/** Told how far the reading is, for people who wait. */
@FunctionalInterface
public interface BillProgress {

  /** Tells nobody. */
  BillProgress SILENT = (file, rows) -> {};

  /** {@code rows} of {@code file} have been read in this pass. */
  void rows(Path file, long rows);
}
