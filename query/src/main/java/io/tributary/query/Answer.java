package io.tributary.query;

import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.events.BillingMonth;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a question came to.
 *
 * @param names as asked, in the order of each row's values
 * @param rows cost descending, then values in code-point order with null last, then currency
 * @param reading the state of the ledger that was read
 * @param scan what reading took
 */
public record Answer(List<String> names, List<Row> rows, Reading reading, Scan scan) {

  /**
   * One group in one currency.
   *
   * @param values one for each name, null where there is none
   * @param cost exact, never 0
   */
  public record Row(List<@Nullable String> values, String currency, BigDecimal cost) {

    /** The order of rows in an answer. */
    static final Comparator<Row> ORDER =
        Comparator.comparing(Row::cost, Comparator.reverseOrder())
            .thenComparing(Row::values, Row::compareValues)
            .thenComparing(Row::currency, CodePointOrder.ORDER);

    private static final Comparator<@Nullable String> NULL_LAST =
        Comparator.nullsLast(CodePointOrder.ORDER);

    public Row {
      values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    private static int compareValues(List<@Nullable String> left, List<@Nullable String> right) {
      for (int i = 0; i < left.size(); i++) {
        int order = NULL_LAST.compare(left.get(i), right.get(i));
        if (order != 0) {
          return order;
        }
      }
      return 0;
    }
  }

  /**
   * The state of the ledger that was read.
   *
   * @param snapshotId null where the ledger held nothing
   * @param snapshotTime of that snapshot
   * @param writtenBefore null where the snapshot is the answer; else the snapshot asked for is
   *     retained no more and these are its entries up to here, the end of a UTC day
   * @param keptFrom the first month of the tenant's billing periods: earlier ones are past their
   *     retention and removed, whatever they came to; null where none was
   */
  public record Reading(
      @Nullable Long snapshotId,
      @Nullable Instant snapshotTime,
      @Nullable Instant writtenBefore,
      @Nullable BillingMonth keptFrom) {}

  /**
   * What it took.
   *
   * @param table that was read: the smallest rollup that says all that is asked, with what the
   *     ledger has beyond it; else {@code cost_ledger}
   * @param filesTotal files of the snapshot
   * @param filesPlanned files that may hold rows of the question
   * @param filesRead files opened; the sums of the others were known from a question before
   * @param bytesRead of these files, footers included
   * @param rowsRead rows looked at
   */
  public record Scan(
      String table,
      long filesTotal,
      long filesPlanned,
      long filesRead,
      long bytesRead,
      long rowsRead) {}

  public Answer {
    names = List.copyOf(names);
    rows = List.copyOf(rows);
  }
}
