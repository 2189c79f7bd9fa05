package io.tributary.events;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;

/**
 * The month that a billing period is counted in, so that the months of providers in several time
 * zones are one month: the UTC calendar month of the period's start + 14 h.
 *
 * <p>A month that starts at local midnight starts between -14 h (UTC+14) and +12 h (UTC-12) of the
 * UTC month. Adding 14 h puts each of these starts, and no other first of a month, inside it. The
 * month depends on the start alone and is monotone in it. A period that is longer or shorter than a
 * month, or that starts on another day, belongs to the month it starts in; one that starts at 10:00
 * UTC or later on the last day of a month is taken for the next month's.
 */
public record BillingMonth(YearMonth month) implements Comparable<BillingMonth>, Serializable {

  private static final long serialVersionUID = 1L;

  /** How much earlier than in UTC a month starts where the day starts first, at UTC+14. */
  public static final Duration LEAD = Duration.ofHours(14);

  /** For how long after its end records about a month or billing period are taken and looked at. */
  public static final Duration HORIZON = Duration.ofDays(100);

  /** Engines that read the tables know no other years. */
  private static final int LAST_YEAR = 9999;

  private static final DateTimeFormatter TEXT =
      DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

  /** The month of a billing period that starts at {@code periodStart}. */
  public static BillingMonth of(Instant periodStart) {
    return containing(periodStart.plus(LEAD));
  }

  /** The UTC month that {@code time} lies in: the month of an estimate of that hour. */
  public static BillingMonth containing(Instant time) {
    return new BillingMonth(YearMonth.from(time.atOffset(ZoneOffset.UTC)));
  }

  /** The month whose first day is in a column {@code billing_month}. */
  public static BillingMonth ofFirstDay(LocalDate firstDay) {
    return new BillingMonth(YearMonth.from(firstDay));
  }

  /**
   * The month written {@code 2026-03}.
   *
   * @throws DateTimeParseException where the text is no such month, or of another year than 1 to
   *     9999
   */
  public static BillingMonth parse(String text) {
    YearMonth month = YearMonth.parse(text, TEXT);
    if (month.getYear() < 1 || month.getYear() > LAST_YEAR) {
      throw new DateTimeParseException("no year from 1 to 9999", text, 0);
    }
    return new BillingMonth(month);
  }

  /**
   * The end, exclusive, of a billing period that starts at {@code periodStart} and says no end: one
   * month later, at the same distance from the month's end where the period starts before it.
   */
  public static Instant endOfPeriod(Instant periodStart) {
    BillingMonth month = of(periodStart);
    return periodStart.isBefore(month.start())
        ? month.end().minus(Duration.between(periodStart, month.start()))
        : periodStart.atOffset(ZoneOffset.UTC).plusMonths(1).toInstant();
  }

  /** Its first instant, UTC. */
  public Instant start() {
    return firstDay().atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** The first instant after it, UTC. */
  public Instant end() {
    return plus(1).start();
  }

  /** The first instant at which no billing period that is counted in it goes on, of any cloud. */
  public Instant endEverywhere() {
    return end().plus(LEAD);
  }

  /** The last record time of what is looked at for the usage of this month. */
  public Instant usageCloses() {
    return endEverywhere().plus(HORIZON);
  }

  /** Its first day, as in a column {@code billing_month}. */
  public LocalDate firstDay() {
    return month.atDay(1);
  }

  /** The month so many months later; earlier for a negative number. */
  public BillingMonth plus(int months) {
    return new BillingMonth(month.plusMonths(months));
  }

  /** Whether it comes before {@code other}. */
  public boolean isBefore(BillingMonth other) {
    return compareTo(other) < 0;
  }

  /** Whether engines that read the tables know its year. */
  boolean isOfKnownYear() {
    return month.getYear() <= LAST_YEAR;
  }

  @Override
  public int compareTo(BillingMonth other) {
    return month.compareTo(other.month);
  }

  /** {@code 2026-03}. */
  @Override
  public String toString() {
    return month.toString();
  }
}
