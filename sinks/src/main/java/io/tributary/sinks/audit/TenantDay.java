package io.tributary.sinks.audit;

import io.tributary.events.BillingMonth;
import io.tributary.events.RecordTime;
import io.tributary.sinks.catalog.Columns;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.SortedSet;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * A UTC day of a tenant: by which its usage is compared.
 *
 * @param day days since 1970-01-01
 */
record TenantDay(String tenant, long day) implements Comparable<TenantDay> {

  static final int HOURS = 24;

  private static final long SECONDS = 86_400;

  private static final Comparator<TenantDay> ORDER =
      Comparator.comparingLong(TenantDay::day).thenComparing(TenantDay::tenant);

  /** The day that an instant lies in. */
  static TenantDay of(String tenant, Instant instant) {
    return new TenantDay(tenant, dayOf(instant));
  }

  static long dayOf(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), SECONDS);
  }

  /** The first instant of a day. */
  static Instant start(long day) {
    return Instant.ofEpochSecond(day * SECONDS);
  }

  /** The billing month of its estimates. */
  BillingMonth month() {
    return BillingMonth.containing(start(day));
  }

  /** Rows that are about these days, and maybe about others of the time between them. */
  static Expression rowsOf(SortedSet<TenantDay> days, String time) {
    return Expressions.and(
        Expressions.in(
            Columns.TENANT_ID, days.stream().map(TenantDay::tenant).distinct().toArray()),
        Expressions.greaterThanOrEqual(time, RecordTime.micros(start(days.first().day))),
        Expressions.lessThan(time, RecordTime.micros(start(days.last().day + 1))));
  }

  LocalDate date() {
    return LocalDate.ofEpochDay(day);
  }

  @Override
  public int compareTo(TenantDay other) {
    return ORDER.compare(this, other);
  }
}
