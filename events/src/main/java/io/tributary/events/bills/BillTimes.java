package io.tributary.events.bills;

import io.tributary.events.Validation;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instants of a bill, to the microsecond: ISO-8601 with {@code T} or a blank, with or without
 * zone (UTC then), or a date alone (its midnight). {@link #azure} also reads {@code 9/30/2023},
 * which Azure documents as its form; anywhere else such a date is ambiguous and refused.
 */
final class BillTimes {

  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[ 'UTC'][' ']")
          .append(offset("+HH:MM"))
          .append(offset("+HHMM"))
          .append(offset("+HHmm"))
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  /** An offset from UTC in this form, or Z, or nothing. */
  private static DateTimeFormatter offset(String form) {
    return new DateTimeFormatterBuilder()
        .optionalStart()
        .appendOffset(form, "Z")
        .optionalEnd()
        .toFormatter(Locale.ROOT);
  }

  private static final DateTimeFormatter MONTH_FIRST =
      DateTimeFormatter.ofPattern("M/d/uuuu", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

  private static final DateTimeFormatter YEAR_MONTH =
      DateTimeFormatter.ofPattern("uuuuMM", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

  /** Bills repeat few instants on many rows. */
  private static final int REMEMBERED = 10_000;

  private final boolean monthFirst;
  private final Map<String, Instant> known = new HashMap<>();

  private BillTimes(boolean monthFirst) {
    this.monthFirst = monthFirst;
  }

  static BillTimes iso() {
    return new BillTimes(false);
  }

  static BillTimes azure() {
    return new BillTimes(true);
  }

  /** The instant, or null where the text is none. */
  @Nullable Instant parse(String text) {
    Instant instant = known.get(text);
    if (instant == null) {
      instant = parsed(text.strip());
      if (instant != null) {
        if (known.size() >= REMEMBERED) {
          known.clear();
        }
        known.put(text, instant);
      }
    }
    return instant;
  }

  private @Nullable Instant parsed(String text) {
    try {
      if (monthFirst && text.indexOf('/') >= 0) {
        Instant midnight = midnight(LocalDate.parse(text, MONTH_FIRST));
        return Validation.isInTime(midnight) ? midnight : null;
      }
      TemporalAccessor time =
          ISO.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      Instant instant =
          time instanceof OffsetDateTime zoned
              ? zoned.toInstant()
              : time instanceof LocalDateTime local
                  ? local.toInstant(ZoneOffset.UTC)
                  : midnight((LocalDate) time);
      return Validation.isInTime(instant) ? instant.truncatedTo(ChronoUnit.MICROS) : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** The start of a month written {@code 202011}, or null. */
  static @Nullable Instant month(String text) {
    try {
      Instant start = midnight(YearMonth.parse(text.strip(), YEAR_MONTH).atDay(1));
      return Validation.isInTime(start) ? start : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** Whether {@code instant} is the midnight a day starts with. */
  static boolean isMidnight(Instant instant) {
    return instant.truncatedTo(ChronoUnit.DAYS).equals(instant);
  }

  private static Instant midnight(LocalDate date) {
    return date.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
