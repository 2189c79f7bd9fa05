package io.tributary.query;

import io.tributary.events.BillingMonth;
import io.tributary.events.ResourceIdentity;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/** Where the values behind an asked name come from. Equal ones give equal values. */
sealed interface LedgerColumn {

  /** The column of the ledger that is read. */
  String column();

  /** Values of the column, as Iceberg keeps them in memory, to texts; for one thread. */
  Function<@Nullable Object, @Nullable String> texts();

  /**
   * {@code values} in the form in which {@link #texts} gives them.
   *
   * @throws QuestionException where one cannot be a value of this column
   */
  SortedSet<String> canonical(SortedSet<String> values);

  /** The grain in which it tells starts of charge periods apart; empty where it does not. */
  default Optional<TimeGrain> chargeGrain() {
    return Optional.empty();
  }

  /** True for every row whose text is among {@code values}; may be true for more. */
  Expression mayBeAmong(Collection<String> values);

  /**
   * Whether transfers have values of it. Where not, a transfer has none, whatever stands in the
   * column.
   */
  default boolean isOfTransfers() {
    return true;
  }

  /** A column of text: a FOCUS column or a dimension. */
  record Text(String column) implements LedgerColumn {

    @Override
    public Function<@Nullable Object, @Nullable String> texts() {
      return value -> value == null ? null : value.toString();
    }

    /** The ledger names resources by their identities. */
    @Override
    public SortedSet<String> canonical(SortedSet<String> values) {
      if (!column.equals(Columns.RESOURCE_ID)) {
        return values;
      }
      SortedSet<String> identities = new TreeSet<>();
      values.forEach(value -> identities.add(ResourceIdentity.of(value)));
      return identities;
    }

    @Override
    public Expression mayBeAmong(Collection<String> values) {
      return Expressions.in(column, values.toArray());
    }
  }

  /** A column of times, at a grain. */
  record Time(String column, TimeGrain grain) implements LedgerColumn {

    @Override
    public Function<@Nullable Object, @Nullable String> texts() {
      Map<Object, String> known = new HashMap<>();
      return value ->
          value == null ? null : known.computeIfAbsent(value, time -> grain.text((Long) time));
    }

    @Override
    public SortedSet<String> canonical(SortedSet<String> values) {
      SortedSet<String> canonical = new TreeSet<>();
      values.forEach(value -> canonical.add(grain.text(TimeGrain.micros(grain.start(value)))));
      return canonical;
    }

    @Override
    public Expression mayBeAmong(Collection<String> values) {
      return values.stream().map(this::within).reduce(Expressions.alwaysFalse(), Expressions::or);
    }

    @Override
    public Optional<TimeGrain> chargeGrain() {
      return column.equals(Columns.CHARGE_PERIOD_START) ? Optional.of(grain) : Optional.empty();
    }

    /** A transfer is of a billing month, and of the period of no bill. */
    @Override
    public boolean isOfTransfers() {
      return !column.equals(Columns.BILLING_PERIOD_START);
    }

    private Expression within(String period) {
      var start = grain.start(period);
      return Expressions.and(
          Expressions.greaterThanOrEqual(column, start.atOffset(ZoneOffset.UTC).toString()),
          Expressions.lessThan(column, grain.end(start).atOffset(ZoneOffset.UTC).toString()));
    }
  }

  /** A column of first days of billing months. */
  record Month(String column) implements LedgerColumn {

    @Override
    public Function<@Nullable Object, @Nullable String> texts() {
      Map<Object, String> known = new HashMap<>();
      return value ->
          value == null
              ? null
              : known.computeIfAbsent(
                  value, day -> BillingMonth.ofFirstDay(firstDay((Integer) day)).toString());
    }

    private static LocalDate firstDay(Integer daysSince1970) {
      return LocalDate.ofEpochDay(daysSince1970);
    }

    @Override
    public SortedSet<String> canonical(SortedSet<String> values) {
      SortedSet<String> canonical = new TreeSet<>();
      values.forEach(value -> canonical.add(parse(value).toString()));
      return canonical;
    }

    @Override
    public Expression mayBeAmong(Collection<String> values) {
      return Expressions.in(
          column, values.stream().map(value -> parse(value).firstDay().toString()).toArray());
    }

    private static BillingMonth parse(String text) {
      try {
        return BillingMonth.parse(text);
      } catch (DateTimeParseException e) {
        throw QuestionException.invalid("not a billing month like 2026-01: '" + text + "'");
      }
    }
  }

  /** An element in the map of what has no column of its own. */
  record Overflow(String column, String dimension) implements LedgerColumn {

    @Override
    public Function<@Nullable Object, @Nullable String> texts() {
      return value -> {
        Object element = value == null ? null : ((Map<?, ?>) value).get(dimension);
        return element == null ? null : element.toString();
      };
    }

    @Override
    public SortedSet<String> canonical(SortedSet<String> values) {
      return values;
    }

    @Override
    public Expression mayBeAmong(Collection<String> values) {
      return Expressions.alwaysTrue();
    }
  }
}
