package io.tributary.jobs.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The days that the demo is about, all UTC.
 *
 * @param start the instant that the demo calls now
 */
record DemoCalendar(Instant start) {

  /** Usage older than two days is too late for the stream, so it starts safely after that. */
  private static final Duration USAGE_HISTORY = Duration.ofHours(40);

  LocalDate today() {
    return LocalDate.ofInstant(start, ZoneOffset.UTC);
  }

  /** The day whose bill is late. */
  LocalDate yesterday() {
    return today().minusDays(1);
  }

  /** The billing month that yesterday is in. */
  YearMonth month() {
    return YearMonth.from(yesterday());
  }

  /** The billing month before, complete. */
  YearMonth monthBefore() {
    return month().minusMonths(1);
  }

  /** The first hour of which there is usage: yesterday's first, where that is not too long ago. */
  Instant usageFrom() {
    Instant longAgo = start.minus(USAGE_HISTORY).truncatedTo(ChronoUnit.HOURS);
    Instant yesterday = instant(yesterday());
    return longAgo.isAfter(yesterday) ? longAgo : yesterday;
  }

  static Instant instant(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
