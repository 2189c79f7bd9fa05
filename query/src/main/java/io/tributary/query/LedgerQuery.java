package io.tributary.query;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * A question in terms of the ledger's columns. Equal ones give equal sums over the same file.
 *
 * @param groups columns to group by
 * @param fromMicros charge periods that start at or after
 * @param toMicros charge periods that start before
 * @param basis value of the column, null for all
 * @param writtenBeforeMicros entries written before
 * @param allocations whose transfers count beside the base entries
 */
record LedgerQuery(
    String tenant,
    List<LedgerColumn> groups,
    Measure measure,
    long fromMicros,
    long toMicros,
    List<Test> tests,
    @Nullable String basis,
    long writtenBeforeMicros,
    SortedSet<String> allocations) {

  /** What a column's text must be. */
  record Test(LedgerColumn column, SortedSet<String> values, boolean orNull) {

    private Expression mayPass() {
      Expression among = values.isEmpty() ? Expressions.alwaysFalse() : column.mayBeAmong(values);
      if (!column.isOfTransfers()) {
        Expression transfer = Expressions.equal(Columns.ENTRY_KIND, Columns.TRANSFER);
        Expression ofBase = Expressions.and(Expressions.not(transfer), among);
        return orNull ? Expressions.or(ofBase, transfer) : ofBase;
      }
      // A map is null or not for reasons that have nothing to do with one of its keys.
      Expression none =
          column instanceof LedgerColumn.Overflow
              ? Expressions.alwaysTrue()
              : Expressions.isNull(column.column());
      return orNull ? Expressions.or(among, none) : among;
    }
  }

  static LedgerQuery of(
      Question question, Names names, Vantage vantage, SortedSet<String> allocations) {
    List<LedgerColumn> groups = question.by().stream().map(names::resolve).toList();
    List<Test> tests = new ArrayList<>();
    for (Condition condition : question.where()) {
      LedgerColumn column = names.resolve(condition.name());
      tests.add(new Test(column, column.canonical(condition.values()), condition.orNull()));
    }
    BasisChoice basis = question.basis();
    return new LedgerQuery(
        question.tenant(),
        groups,
        question.measure(),
        question.from() == null ? Long.MIN_VALUE : TimeGrain.micros(question.from()),
        question.to() == null ? Long.MAX_VALUE : TimeGrain.micros(question.to()),
        List.copyOf(tests),
        basis == BasisChoice.ALL ? null : basis.name().toLowerCase(Locale.ROOT),
        vantage.writtenBefore() == null
            ? Long.MAX_VALUE
            : TimeGrain.micros(vantage.writtenBefore()),
        allocations);
  }

  /** The columns that rows are read in. */
  Set<String> columns() {
    Set<String> columns = new TreeSet<>();
    columns.add(Columns.TENANT_ID);
    columns.add(Columns.ENTRY_KIND);
    columns.add(Columns.BILLING_CURRENCY);
    columns.add(measure.column());
    groups.forEach(group -> columns.add(group.column()));
    tests.forEach(test -> columns.add(test.column().column()));
    if (!allocations.isEmpty()) {
      columns.add(Columns.ALLOCATION);
    }
    if (basis != null) {
      columns.add(Columns.BASIS);
    }
    if (fromMicros != Long.MIN_VALUE || toMicros != Long.MAX_VALUE) {
      columns.add(Columns.CHARGE_PERIOD_START);
    }
    if (writtenBeforeMicros != Long.MAX_VALUE) {
      columns.add(Columns.ENTRY_TIME);
    }
    return columns;
  }

  /**
   * The coarsest sums over UTC time that answer it; empty where it asks for no time of charges.
   * Sums over entries of two UTC days of {@code entry_time} answer no question that ends within
   * one.
   */
  Optional<TimeGrain> grain() {
    if (writtenBeforeMicros != Long.MAX_VALUE && TimeGrain.DAY.isNoStart(writtenBeforeMicros)) {
      return Optional.of(TimeGrain.INSTANT);
    }
    Stream<TimeGrain> ends =
        LongStream.of(fromMicros, toMicros)
            .filter(micros -> micros != Long.MIN_VALUE && micros != Long.MAX_VALUE)
            .mapToObj(TimeGrain::thatStarts);
    Stream<TimeGrain> columns =
        Stream.concat(groups.stream(), tests.stream().map(Test::column))
            .flatMap(column -> column.chargeGrain().stream());
    return Stream.concat(ends, columns).min(Comparator.naturalOrder());
  }

  /**
   * True for every row that counts, so that files and row groups without any are left out; what
   * counts is decided row by row in {@link LedgerSums}.
   *
   * @param schema of the snapshot; a column it does not have yet is null in all of its rows
   */
  Expression mayCount(Schema schema) {
    Expression base = Expressions.equal(Columns.ENTRY_KIND, Columns.BASE);
    Expression ofView =
        allocations.isEmpty()
            ? base
            : Expressions.or(
                base,
                Expressions.and(
                    Expressions.equal(Columns.ENTRY_KIND, Columns.TRANSFER),
                    Expressions.in(Columns.ALLOCATION, allocations)));
    return Expressions.and(ofView, mayCountOfAnyKind(schema));
  }

  /** The same for entries of every kind. */
  Expression mayCountOfAnyKind(Schema schema) {
    List<Expression> all = new ArrayList<>();
    all.add(Expressions.equal(Columns.TENANT_ID, tenant));
    if (basis != null) {
      all.add(Expressions.equal(Columns.BASIS, basis));
    }
    if (fromMicros != Long.MIN_VALUE) {
      all.add(Expressions.greaterThanOrEqual(Columns.CHARGE_PERIOD_START, time(fromMicros)));
    }
    if (toMicros != Long.MAX_VALUE) {
      all.add(Expressions.lessThan(Columns.CHARGE_PERIOD_START, time(toMicros)));
    }
    if (writtenBeforeMicros != Long.MAX_VALUE) {
      all.add(Expressions.lessThan(Columns.ENTRY_TIME, time(writtenBeforeMicros)));
    }
    for (Test test : tests) {
      if (schema.findField(test.column().column()) != null) {
        all.add(test.mayPass());
      } else if (!test.orNull()) {
        all.add(Expressions.alwaysFalse());
      }
    }
    return all.stream().reduce(Expressions.alwaysTrue(), Expressions::and);
  }

  private static String time(long micros) {
    return TimeGrain.instant(micros).atOffset(ZoneOffset.UTC).toString();
  }
}
