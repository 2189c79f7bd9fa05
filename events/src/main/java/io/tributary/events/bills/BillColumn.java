package io.tributary.events.bills;

import io.tributary.events.Quoted;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A FOCUS column in the header of a file.
 *
 * @param id its FOCUS id
 * @param at the columns that may hold it, the preferred one first; empty where the file has none
 * @param names the header's names of these
 */
record BillColumn(String id, List<Integer> at, List<String> names) {

  /** Whether the header has it. */
  boolean present() {
    return !at.isEmpty();
  }

  /** The first value in the row, or null. */
  @Nullable String text(BillRows row) {
    for (int i = 0; i < at.size(); i++) {
      String value = row.cell(at.get(i));
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** As {@link #text}, but the row is refused where it has none. */
  String required(BillRows row) throws RejectedException {
    String text = text(row);
    if (text != null) {
      return text;
    }
    throw new RejectedException(
        RejectReason.MISSING_FIELD,
        name(row),
        present() ? name(row) + " has no value" : "the header has no column " + id);
  }

  /** The number in the row, null where it has none. */
  @Nullable Amount amount(BillRows row) throws RejectedException {
    String text = text(row);
    return text == null ? null : Amount.parse(text, name(row));
  }

  /** As {@link #amount}, but the row is refused where it has none. */
  Amount requiredAmount(BillRows row) throws RejectedException {
    return Amount.parse(required(row), name(row));
  }

  /** As {@link #amount}, but NaN is none: so writers of numbers mark a quantity that is missing. */
  @Nullable Amount quantity(BillRows row) throws RejectedException {
    String text = text(row);
    return text == null || PlainNumber.isNaN(text) ? null : Amount.parse(text, name(row));
  }

  /** The instant in the row, null where it has none. */
  @Nullable Instant time(BillRows row, BillTimes times) throws RejectedException {
    String text = text(row);
    return text == null ? null : parsed(row, text, times);
  }

  /** As {@link #time}, but the row is refused where it has none. */
  Instant requiredTime(BillRows row, BillTimes times) throws RejectedException {
    return parsed(row, required(row), times);
  }

  private Instant parsed(BillRows row, String text, BillTimes times) throws RejectedException {
    Instant instant = times.parse(text);
    if (instant == null) {
      throw new RejectedException(
          RejectReason.INVALID_TIME,
          name(row),
          name(row) + " is no instant of the years 1 to 9999: " + Quoted.of(text));
    }
    return instant;
  }

  /** The header's name of the cell that counts; the FOCUS id where the header has none. */
  String name(BillRows row) {
    for (int i = 0; i < at.size(); i++) {
      if (row.cell(at.get(i)) != null) {
        return names.get(i);
      }
    }
    return present() ? names.get(0) : id;
  }
}
