package io.tributary.events.bills;

import io.tributary.events.RejectedException;
import java.io.IOException;
import java.util.List;

/** Reads files of bills from the first row to the last, and tells how far it is. */
final class BillPass {

  private static final int PROGRESS_ROWS = 10_000;

  /** What is done with the rows of a file. */
  interface Visitor {

    /** Takes a row that is applied, with its lines. */
    void applied(BillFile file, List<BillLine> lines, BillRows row) throws IOException;

    /** Takes a row that is refused. */
    void rejected(BillFile file, BillRows row, RejectedException why) throws IOException;
  }

  private final BillProgress progress;

  BillPass(BillProgress progress) {
    this.progress = progress;
  }

  /**
   * Reads one file after the other.
   *
   * @param everyColumn whether tags and extras are needed
   */
  void over(List<BillFile> files, boolean everyColumn, Visitor visitor) throws IOException {
    for (BillFile file : files) {
      over(file, everyColumn, visitor);
    }
  }

  /**
   * Reads a file.
   *
   * @param everyColumn whether tags and extras are needed
   */
  void over(BillFile file, boolean everyColumn, Visitor visitor) throws IOException {
    long count = 0;
    try (BillRows rows = file.rows(everyColumn)) {
      while (rows.next()) {
        if (++count % PROGRESS_ROWS == 0) {
          progress.rows(file.table().source().path(), count);
        }
        List<BillLine> lines;
        try {
          lines = file.mapping().lines(rows);
        } catch (RejectedException e) {
          visitor.rejected(file, rows, e);
          continue;
        }
        visitor.applied(file, lines, rows);
      }
    }
    progress.rows(file.table().source().path(), count);
  }
}
