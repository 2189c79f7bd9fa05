package io.tributary.dimensions.definitions;

import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What became of one tuple of an allocation's pool: the answer, and why it is as it is.
 *
 * @param allocation its id
 * @param pool the tuple that was split
 * @param amount what was split; its quantity is not
 * @param weights what decided
 * @param parts by element, without those that got nothing; they sum to {@code amount} exactly;
 *     empty where it stayed
 * @param stayed why the pool stayed where it was; null where it was split
 */
public record Split(
    String allocation,
    AllocationTuple pool,
    TupleSum amount,
    Weights weights,
    SortedMap<String, Measures> parts,
    @Nullable Stayed stayed) {

  /** Why a pool is unallocated. */
  public enum Stayed {
    /** No element has a line, or no telemetry matches. */
    NO_WEIGHTS,
    /** The weights cancel. */
    WEIGHTS_SUM_TO_ZERO,
    /** More than a million tuples x elements in one granule. */
    TOO_LARGE,
    /** Weights of both signs nearly cancel, and a part would take more than a thousand rows. */
    DOES_NOT_FIT
  }

  static Split stayed(
      String allocation, AllocationTuple pool, TupleSum amount, Weights weights, Stayed why) {
    return new Split(allocation, pool, amount, weights, Collections.emptySortedMap(), why);
  }

  static Split of(String allocation, AllocationTuple pool, TupleSum amount, Weights weights) {
    if (weights.byElement().isEmpty()) {
      return stayed(allocation, pool, amount, weights, Stayed.NO_WEIGHTS);
    }
    if (weights.sum().signum() == 0) {
      return stayed(allocation, pool, amount, weights, Stayed.WEIGHTS_SUM_TO_ZERO);
    }
    SortedMap<String, Measures> parts = parts(amount, weights.byElement());
    return parts == null
        ? stayed(allocation, pool, amount, weights, Stayed.DOES_NOT_FIT)
        : new Split(
            allocation, pool, amount, weights, Collections.unmodifiableSortedMap(parts), null);
  }

  /** Null where a part is too large to be written. */
  private static @Nullable SortedMap<String, Measures> parts(
      TupleSum amount, SortedMap<String, BigDecimal> weights) {
    Shares shares = Shares.of(weights);
    // Of weights of one sign no part is larger than the pool, which is written already.
    boolean bounded = areOfOneSign(weights.values());
    SortedMap<String, BigDecimal> billed = shares.split(amount.billed());
    SortedMap<String, BigDecimal> effective = shares.split(amount.effective());
    SortedMap<String, BigDecimal> list = shares.split(amount.list());
    SortedMap<String, BigDecimal> contracted = shares.split(amount.contracted());
    SortedMap<String, Measures> parts = new TreeMap<>(CodePointOrder.ORDER);
    TupleSum sum = TupleSum.NONE;
    for (String element : billed.keySet()) {
      TupleSum part =
          new TupleSum(
              of(billed, element),
              of(effective, element),
              of(list, element),
              of(contracted, element),
              Money.ZERO,
              0);
      if (!bounded && !part.canBeWritten()) {
        return null;
      }
      if (!part.isNone()) {
        parts.put(element, part.costs());
      }
      sum = sum.plus(part);
    }
    if (!sum.costs().equals(amount.costs())) {
      throw new IllegalStateException("parts sum to " + sum + ", not to " + amount.costs());
    }
    return parts;
  }

  private static boolean areOfOneSign(Collection<BigDecimal> weights) {
    return weights.stream().map(BigDecimal::signum).filter(sign -> sign != 0).distinct().count()
        == 1;
  }

  private static BigDecimal of(SortedMap<String, BigDecimal> parts, String element) {
    BigDecimal part = parts.get(element);
    if (part == null) {
      throw new IllegalStateException("no part of " + element);
    }
    return part;
  }

  /**
   * The elements that got one of the units of 1E-18 left over when the exact shares of a cost were
   * cut off, as DECIMAL(38,18) has no place for them.
   */
  public SortedSet<String> remainderUnits(Function<Measures, BigDecimal> cost) {
    SortedSet<String> units = new TreeSet<>(CodePointOrder.ORDER);
    if (stayed == null) {
      Shares shares = Shares.of(weights.byElement());
      units.addAll(shares.remainderUnits(cost.apply(amount.costs())));
    }
    return units;
  }

  /** The rows this adds to what there was: the pool's taken away, an element's for each part. */
  List<Row> rows(String column) {
    List<Row> rows = new ArrayList<>();
    if (stayed == null) {
      rows.add(new Row(pool, TupleSum.of(amount.costs(), amount.lines()).negate()));
      parts.forEach(
          (element, part) ->
              rows.add(new Row(pool.with(column, element), TupleSum.of(part, amount.lines()))));
    }
    return rows;
  }

  /** A change of what a tuple sums to. */
  record Row(AllocationTuple tuple, TupleSum change) {}
}
