package io.tributary.query;

import io.tributary.events.BillingMonth;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an entry says under a name of a question: the same text that an answer has there. */
public final class EntryText {

  private EntryText() {}

  /**
   * The texts of {@code name}; null where an entry has none.
   *
   * @param name one that the entries' tenant may ask for
   */
  public static Function<LedgerEntry, @Nullable String> of(String name) {
    LedgerColumn column = Names.column(name);
    if (column instanceof LedgerColumn.Month) {
      return entry -> BillingMonth.of(entry.getBillingPeriodStart()).toString();
    }
    if (column instanceof LedgerColumn.Time time) {
      int field = position(time.column());
      return entry ->
          entry.getEntryKind() == EntryKind.TRANSFER && !time.isOfTransfers()
              ? null
              : time.grain().text(TimeGrain.micros((Instant) entry.get(field)));
    }
    if (column != null) {
      int field = position(column.column());
      return entry -> (String) entry.get(field);
    }
    String dimension =
        name.startsWith(Names.USER_DEFINED) ? name.substring(Names.USER_DEFINED.length()) : name;
    return entry -> entry.getElements().get(dimension);
  }

  private static int position(String column) {
    return Objects.requireNonNull(LedgerEntry.getClassSchema().getField(column)).pos();
  }
}
