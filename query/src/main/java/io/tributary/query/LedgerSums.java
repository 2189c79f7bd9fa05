package io.tributary.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** Sums the rows of files that count for one query. Used by one thread, for one file. */
final class LedgerSums {

  /**
   * A group of rows in one currency.
   *
   * @param values one per group column, null where there is none
   */
  record Group(List<@Nullable String> values, String currency) {}

  /**
   * The sums over a file.
   *
   * @param rows looked at
   */
  record Sums(Map<Group, BigDecimal> byGroup, long rows) {}

  private static final int NOT_READ = -1;

  /** A column of the projection, its texts remembered; of entries of any kind or of base ones. */
  private record Texts(
      int position, Function<@Nullable Object, @Nullable String> texts, int kindIfOfBase) {

    @Nullable String of(StructLike row) {
      boolean none =
          kindIfOfBase != NOT_READ && !Columns.BASE.contentEquals(text(row, kindIfOfBase));
      return none ? null : texts.apply(row.get(position, Object.class));
    }
  }

  private record RowTest(Texts texts, LedgerQuery.Test test) {

    boolean passes(StructLike row) {
      String text = texts.of(row);
      return text == null ? test.orNull() : test.values().contains(text);
    }
  }

  private final LedgerQuery query;
  private final Map<String, Integer> positions = new HashMap<>();
  private final List<Texts> groups = new ArrayList<>();
  private final List<RowTest> tests = new ArrayList<>();
  private final int tenant;
  private final int kind;
  private final int allocation;
  private final int basis;
  private final int chargeStart;
  private final int entryTime;
  private final int currency;
  private final int cost;

  /**
   * @param projection what rows are read in
   */
  LedgerSums(LedgerQuery query, Schema projection) {
    this.query = query;
    for (int i = 0; i < projection.columns().size(); i++) {
      positions.put(projection.columns().get(i).name(), i);
    }
    query.groups().forEach(group -> groups.add(texts(group)));
    query.tests().forEach(test -> tests.add(new RowTest(texts(test.column()), test)));
    this.tenant = position(Columns.TENANT_ID);
    this.kind = position(Columns.ENTRY_KIND);
    this.allocation = position(Columns.ALLOCATION);
    this.basis = position(Columns.BASIS);
    this.chargeStart = position(Columns.CHARGE_PERIOD_START);
    this.entryTime = position(Columns.ENTRY_TIME);
    this.currency = position(Columns.BILLING_CURRENCY);
    this.cost = position(query.measure().column());
  }

  private int position(String column) {
    return positions.getOrDefault(column, NOT_READ);
  }

  private Texts texts(LedgerColumn column) {
    return new Texts(
        position(column.column()),
        column.texts(),
        column.isOfTransfers() ? NOT_READ : position(Columns.ENTRY_KIND));
  }

  Sums of(CloseableIterable<StructLike> rows) {
    Map<Group, BigDecimal> sums = new HashMap<>();
    long seen = 0;
    try (rows) {
      for (StructLike row : rows) {
        seen++;
        if (counts(row)) {
          sums.merge(group(row), row.get(cost, BigDecimal.class), BigDecimal::add);
          if (sums.size() > CostEngine.MAX_GROUPS) {
            throw CostEngine.tooManyGroups();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the ledger", e);
    }
    sums.values().removeIf(sum -> sum.signum() == 0);
    return new Sums(sums, seen);
  }

  private boolean counts(StructLike row) {
    if (!query.tenant().contentEquals(text(row, tenant))
        || !isOfView(row)
        || query.basis() != null && !query.basis().contentEquals(text(row, basis))) {
      return false;
    }
    if (chargeStart != NOT_READ) {
      long start = row.get(chargeStart, Long.class);
      if (start < query.fromMicros() || start >= query.toMicros()) {
        return false;
      }
    }
    if (entryTime != NOT_READ && row.get(entryTime, Long.class) >= query.writtenBeforeMicros()) {
      return false;
    }
    for (RowTest test : tests) {
      if (!test.passes(row)) {
        return false;
      }
    }
    return true;
  }

  private boolean isOfView(StructLike row) {
    if (Columns.BASE.contentEquals(text(row, kind))) {
      return true;
    }
    return allocation != NOT_READ && query.allocations().contains(text(row, allocation).toString());
  }

  private Group group(StructLike row) {
    @Nullable String[] values = new @Nullable String[groups.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = groups.get(i).of(row);
    }
    return new Group(Arrays.asList(values), text(row, currency).toString());
  }

  private static CharSequence text(StructLike row, int position) {
    return Objects.requireNonNull(row.get(position, CharSequence.class));
  }
}
