package io.tributary.dimensions.definitions;

import io.tributary.events.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Exact shares by weight. Splitting x by weights w with sum W: each part is x*w/W truncated toward
 * zero at scale 18; the units of 1E-18 that are left, of sign s, go one each to the parts with the
 * largest s*(exact - truncated), ties by name in code-point order (the largest-remainder method of
 * Hamilton). So the parts sum exactly to x, and the split of -x is the negated split of x.
 *
 * <p>Weights may be negative; their sum must not be 0. Immutable.
 */
public final class Shares {

  private final SortedMap<String, BigInteger> weights;
  private final BigInteger sum;

  private Shares(SortedMap<String, BigInteger> weights, BigInteger sum) {
    this.weights = weights;
    this.sum = sum;
  }

  /**
   * Shares in proportion to {@code weights}, by name.
   *
   * @throws IllegalArgumentException where the weights sum to 0
   */
  public static Shares of(SortedMap<String, BigDecimal> weights) {
    int scale = weights.values().stream().mapToInt(BigDecimal::scale).max().orElse(0);
    SortedMap<String, BigInteger> units = new TreeMap<>(CodePointOrder.ORDER);
    BigInteger sum = BigInteger.ZERO;
    for (var weight : weights.entrySet()) {
      BigInteger unit = weight.getValue().setScale(scale).unscaledValue();
      units.put(weight.getKey(), unit);
      sum = sum.add(unit);
    }
    if (sum.signum() == 0) {
      throw new IllegalArgumentException("weights sum to 0");
    }
    return new Shares(units, sum);
  }

  /** A part cut off at scale 18, and what was cut off, in sum-ths of a unit. */
  private record Part(String name, BigInteger units, BigInteger remainder) {}

  /** The parts of {@code amount} (scale 18) by name, each at scale 18; they sum to it exactly. */
  public SortedMap<String, BigDecimal> split(BigDecimal amount) {
    BigInteger whole = Money.scaled(amount).unscaledValue();
    List<Part> parts = parts(whole);
    BigInteger left = left(whole, parts);
    BigInteger sign = BigInteger.valueOf(left.signum());
    // Each part lacks less than one unit, so fewer units are left than there are parts.
    int units = left.abs().intValueExact();
    SortedMap<String, BigDecimal> split = new TreeMap<>(CodePointOrder.ORDER);
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      BigInteger value = i < units ? part.units.add(sign) : part.units;
      split.put(part.name, new BigDecimal(value, Money.SCALE));
    }
    return split;
  }

  /** The names whose part of {@code amount} (scale 18) has one of the units that were left. */
  SortedSet<String> remainderUnits(BigDecimal amount) {
    BigInteger whole = Money.scaled(amount).unscaledValue();
    List<Part> parts = parts(whole);
    SortedSet<String> names = new TreeSet<>(CodePointOrder.ORDER);
    parts
        .subList(0, left(whole, parts).abs().intValueExact())
        .forEach(part -> names.add(part.name));
    return names;
  }

  /** In the order in which they are given what is left. */
  private List<Part> parts(BigInteger whole) {
    List<Part> parts = new ArrayList<>(weights.size());
    for (var weight : weights.entrySet()) {
      BigInteger[] quotient = whole.multiply(weight.getValue()).divideAndRemainder(sum);
      // The exact part exceeds the truncated one by remainder/sum.
      BigInteger remainder = sum.signum() < 0 ? quotient[1].negate() : quotient[1];
      parts.add(new Part(weight.getKey(), quotient[0], remainder));
    }
    BigInteger sign = BigInteger.valueOf(left(whole, parts).signum());
    parts.sort(
        Comparator.comparing((Part part) -> part.remainder.multiply(sign))
            .reversed()
            .thenComparing(Part::name, CodePointOrder.ORDER));
    return parts;
  }

  private static BigInteger left(BigInteger whole, List<Part> parts) {
    return whole.subtract(parts.stream().map(Part::units).reduce(BigInteger.ZERO, BigInteger::add));
  }
}
