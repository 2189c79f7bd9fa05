package io.tributary.dimensions.definitions;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What decides the elements' shares of a pool.
 *
 * @param stream the telemetry stream they come from; null where they come from lines or are fixed
 * @param byElement of any sign and scale, in code-point order of the elements
 * @param sum of all of them
 * @param countedAsZero what would be below 0, by element, where the definitions let that count 0
 */
public record Weights(
    @Nullable String stream,
    SortedMap<String, BigDecimal> byElement,
    BigDecimal sum,
    SortedMap<String, BigDecimal> countedAsZero) {

  private static final BigDecimal HUNDRED = new BigDecimal(100);

  /** The weights of {@code allocation}: what is below 0 counts as it says, then its cutoff. */
  static Weights of(
      @Nullable String stream, Map<String, BigDecimal> weights, Allocation allocation) {
    SortedMap<String, BigDecimal> byElement = new TreeMap<>(CodePointOrder.ORDER);
    byElement.putAll(weights);
    SortedMap<String, BigDecimal> below = new TreeMap<>(CodePointOrder.ORDER);
    if (allocation.negativeWeights() == Allocation.NegativeWeights.ZERO) {
      byElement.forEach(
          (element, weight) -> {
            if (weight.signum() < 0) {
              below.put(element, weight);
            }
          });
      below.keySet().forEach(element -> byElement.put(element, BigDecimal.ZERO));
    }
    SortedMap<String, BigDecimal> counted =
        allocation.cutoff() != null && sum(byElement).signum() != 0
            ? cut(byElement, allocation.cutoff())
            : byElement;
    return new Weights(
        stream,
        Collections.unmodifiableSortedMap(counted),
        sum(counted),
        Collections.unmodifiableSortedMap(below));
  }

  /** The element with the lowest weight, where that is below 0. */
  Optional<Map.Entry<String, BigDecimal>> lowest() {
    return byElement.entrySet().stream()
        .filter(weight -> weight.getValue().signum() < 0)
        .min(Map.Entry.comparingByValue());
  }

  /**
   * Keeps the largest elements while their shares sum to at most 100 less the threshold, the
   * largest in any case. The rest goes to the element that takes it, else to those kept.
   */
  private static SortedMap<String, BigDecimal> cut(
      SortedMap<String, BigDecimal> weights, Allocation.ElementCutoff cutoff) {
    BigDecimal sum = sum(weights);
    BigDecimal sign = BigDecimal.valueOf(sum.signum());
    BigDecimal most = HUNDRED.subtract(cutoff.thresholdPercent()).multiply(sum.abs());
    List<Map.Entry<String, BigDecimal>> largestFirst = new ArrayList<>(weights.entrySet());
    // The sort is stable, so equal shares stay in order of name.
    largestFirst.sort(
        Comparator.comparing(
            (Map.Entry<String, BigDecimal> weight) -> weight.getValue().multiply(sign).negate()));
    SortedMap<String, BigDecimal> kept = new TreeMap<>(CodePointOrder.ORDER);
    BigDecimal running = BigDecimal.ZERO;
    for (Map.Entry<String, BigDecimal> weight : largestFirst) {
      running = running.add(weight.getValue().multiply(sign));
      if (!kept.isEmpty() && running.multiply(HUNDRED).compareTo(most) > 0) {
        break;
      }
      kept.put(weight.getKey(), weight.getValue());
    }
    if (cutoff.name() != null && kept.size() < weights.size()) {
      kept.merge(cutoff.name(), sum.subtract(sum(kept)), BigDecimal::add);
    }
    return kept;
  }

  private static BigDecimal sum(SortedMap<String, BigDecimal> weights) {
    return weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
