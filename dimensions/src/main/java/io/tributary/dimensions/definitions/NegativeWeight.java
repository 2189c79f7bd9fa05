package io.tributary.dimensions.definitions;

import io.tributary.events.BillingMonth;
import io.tributary.events.Money;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An element that weighs less than 0 in splits of an allocation: it gets less than nothing of the
 * pool, and others together more than the whole. It is the one that weighs least of the splits of
 * its allocation, billing month and currency.
 *
 * @param allocation its id
 * @param currency of the pool
 * @param stream the telemetry stream that the weight is of; null where it is of lines
 * @param weight in units of the stream, or what the lines come to; below 0
 */
public record NegativeWeight(
    String allocation,
    BillingMonth billingMonth,
    String currency,
    @Nullable String stream,
    String element,
    BigDecimal weight)
    implements Serializable {

  /** By billing month, then allocation and currency. */
  public static final Comparator<NegativeWeight> ORDER =
      Comparator.comparing(NegativeWeight::billingMonth)
          .thenComparing(NegativeWeight::allocation, CodePointOrder.ORDER)
          .thenComparing(NegativeWeight::currency, CodePointOrder.ORDER);

  private record Place(String allocation, BillingMonth billingMonth, String currency) {}

  /** Those of {@code splits}, without pools that stayed where they were. */
  static Collection<NegativeWeight> of(Collection<Split> splits) {
    Map<Place, NegativeWeight> lowest = new LinkedHashMap<>();
    for (Split split : splits) {
      if (split.stayed() == null) {
        split
            .weights()
            .lowest()
            .map(weight -> of(split, weight))
            .ifPresent(found -> lowest.merge(found.place(), found, NegativeWeight::lower));
      }
    }
    return lowest.values();
  }

  private static NegativeWeight of(Split split, Map.Entry<String, BigDecimal> weight) {
    return new NegativeWeight(
        split.allocation(),
        split.pool().billingMonth(),
        split.pool().currency(),
        split.weights().stream(),
        weight.getKey(),
        weight.getValue());
  }

  private Place place() {
    return new Place(allocation, billingMonth, currency);
  }

  private NegativeWeight lower(NegativeWeight other) {
    int order = weight.compareTo(other.weight);
    return order < 0 || order == 0 && CodePointOrder.ORDER.compare(element, other.element) <= 0
        ? this
        : other;
  }

  /** For people, in one line. */
  public String sentence() {
    return "allocation %s, %s %s: %s weighs %s%s, so it gets less than nothing and others more than their share"
        .formatted(
            Problems.quote(allocation),
            billingMonth,
            currency,
            Problems.quote(element),
            Money.plain(weight),
            stream == null ? "" : " of stream " + Problems.quote(stream));
  }
}
