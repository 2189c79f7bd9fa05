package io.tributary.query.shadow;

import io.tributary.events.BillingMonth;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The columns by which a file may say which period a cost is of. */
enum PeerPeriod {
  HOUR("Hour", "2026-01-05T13:00:00Z"),
  DAY("Day", "2026-01-05"),
  MONTH("Month", "2026-01"),
  /** Or the start of a billing period, which is of its billing month. */
  BILLING_MONTH("BillingMonth", "2026-01"),
  CHARGE_PERIOD_START("ChargePeriodStart", "2026-01-05T13:00:00Z");

  /** ISO-8601 with T or a blank, with or without offset (UTC then), or a date alone. */
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[' ']['UTC']")
          .optionalStart()
          .appendOffset("+HH:MM", "Z")
          .optionalEnd()
          .optionalEnd()
          .toFormatter(Locale.ROOT);

  private static final String PERIOD_START = "BillingPeriodStart";

  private final String columnName;
  private final String example;

  PeerPeriod(String columnName, String example) {
    this.columnName = columnName;
    this.example = example;
  }

  static Optional<PeerPeriod> ofColumn(String name) {
    if (name.equals(PERIOD_START)) {
      return Optional.of(BILLING_MONTH);
    }
    return Arrays.stream(values()).filter(period -> period.columnName.equals(name)).findFirst();
  }

  static List<String> columnNames() {
    return Stream.concat(
            Arrays.stream(values()).map(PeerPeriod::columnName), Stream.of(PERIOD_START))
        .toList();
  }

  String columnName() {
    return columnName;
  }

  String example() {
    return example;
  }

  /** Whether charges of the period start within it. */
  boolean isOfCharges() {
    return this != BILLING_MONTH;
  }

  /** The start that {@code text} names; empty where it is not the start of such a period. */
  Optional<Instant> start(String text) {
    try {
      Instant start = instant(text.trim());
      if (this == BILLING_MONTH) {
        return Optional.of(BillingMonth.of(start).start());
      }
      return start.equals(truncated(start)) ? Optional.of(start) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private Instant instant(String text) {
    if ((this == MONTH || this == BILLING_MONTH) && text.length() == "2026-01".length()) {
      return midnight(YearMonth.parse(text).atDay(1));
    }
    TemporalAccessor time =
        ISO.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    if (time instanceof OffsetDateTime zoned) {
      return zoned.toInstant();
    }
    return time instanceof LocalDateTime local
        ? local.toInstant(ZoneOffset.UTC)
        : midnight((LocalDate) time);
  }

  private static Instant midnight(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private Instant truncated(Instant start) {
    return switch (this) {
      case HOUR -> start.truncatedTo(ChronoUnit.HOURS);
      case DAY -> start.truncatedTo(ChronoUnit.DAYS);
      case MONTH, BILLING_MONTH ->
          midnight(LocalDate.ofInstant(start, ZoneOffset.UTC).withDayOfMonth(1));
      case CHARGE_PERIOD_START -> start.truncatedTo(ChronoUnit.MICROS);
    };
  }

  /** As our answers write it. */
  String text(Instant start) {
    return switch (this) {
      case DAY -> LocalDate.ofInstant(start, ZoneOffset.UTC).toString();
      case MONTH, BILLING_MONTH -> YearMonth.from(start.atOffset(ZoneOffset.UTC)).toString();
      default -> start.toString();
    };
  }

  /** The first instant behind the period that starts at {@code start}. */
  Instant end(Instant start) {
    return switch (this) {
      case HOUR -> start.plus(1, ChronoUnit.HOURS);
      case DAY -> start.plus(1, ChronoUnit.DAYS);
      case MONTH, BILLING_MONTH -> start.atOffset(ZoneOffset.UTC).plusMonths(1).toInstant();
      case CHARGE_PERIOD_START -> start.plus(1, ChronoUnit.MICROS);
    };
  }
}
