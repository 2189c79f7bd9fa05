package io.tributary.query;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The grains in which times are asked for and answered, all in UTC, the finest first. Ledger times
 * are in µs.
 */
enum TimeGrain {
  INSTANT("2026-01-05T13:00:00Z"),
  HOUR("2026-01-05T13:00:00Z"),
  DAY("2026-01-05"),
  MONTH("2026-01");

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final int LAST_YEAR = 9999;

  private final String example;

  TimeGrain(String example) {
    this.example = example;
  }

  /** The text of the period that {@code micros} lies in. */
  String text(long micros) {
    Instant time = instant(micros);
    return switch (this) {
      case INSTANT -> time.toString();
      case HOUR -> time.truncatedTo(ChronoUnit.HOURS).toString();
      case DAY -> LocalDate.ofInstant(time, ZoneOffset.UTC).toString();
      case MONTH -> YearMonth.from(time.atOffset(ZoneOffset.UTC)).toString();
    };
  }

  /**
   * The first instant of the period that {@code text} names.
   *
   * @throws QuestionException where it is no text of this grain
   */
  Instant start(String text) {
    return parse(text)
        .orElseThrow(
            () -> QuestionException.invalid("not a time like " + example + ": '" + text + "'"));
  }

  /** The first instant after the period that starts at {@code start}. */
  Instant end(Instant start) {
    return switch (this) {
      case INSTANT -> start.plus(1, ChronoUnit.MICROS);
      case HOUR -> start.plus(1, ChronoUnit.HOURS);
      case DAY -> start.plus(1, ChronoUnit.DAYS);
      case MONTH -> start.atOffset(ZoneOffset.UTC).plusMonths(1).toInstant();
    };
  }

  /** The coarsest grain of which a period starts at {@code micros}. */
  static TimeGrain thatStarts(long micros) {
    TimeGrain coarsest = INSTANT;
    for (TimeGrain grain : values()) {
      coarsest = grain.isNoStart(micros) ? coarsest : grain;
    }
    return coarsest;
  }

  /** Whether no period starts at {@code micros}. */
  boolean isNoStart(long micros) {
    return !parse(text(micros)).equals(Optional.of(instant(micros)));
  }

  /** The instant that {@code text} names, which is empty where it is no text of this grain. */
  Optional<Instant> parse(String text) {
    try {
      Instant start =
          switch (this) {
            case INSTANT, HOUR -> Instant.parse(text);
            case DAY -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
            case MONTH -> YearMonth.parse(text).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
          };
      int year = start.atOffset(ZoneOffset.UTC).getYear();
      boolean fits = this != HOUR || start.equals(start.truncatedTo(ChronoUnit.HOURS));
      return year >= 1 && year <= LAST_YEAR && fits ? Optional.of(start) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * The start of an instant, day or month, whichever {@code text} is.
   *
   * @param what the parameter, for the message
   */
  static Instant startOfAny(String what, String text) {
    return INSTANT
        .parse(text)
        .or(() -> DAY.parse(text))
        .or(() -> MONTH.parse(text))
        .orElseThrow(
            () ->
                QuestionException.invalid(
                    what
                        + " is a UTC time like 2026-01-05, 2026-01-05T13:00:00Z or 2026-01, not '"
                        + text
                        + "'"));
  }

  /** The ledger's form of {@code time}; between two microseconds, the later one. */
  static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), MICROS_PER_SECOND),
        (time.getNano() + NANOS_PER_MICRO - 1) / NANOS_PER_MICRO);
  }

  /** The instant of a time in the ledger. */
  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND),
        Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
  }
}
