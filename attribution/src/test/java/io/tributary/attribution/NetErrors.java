package io.tributary.attribution;

import io.tributary.events.EstimateAmounts;
import io.tributary.events.EstimateError;
import io.tributary.events.Money;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Errors of estimates summed by meter, unit, currency and day; 0 is dropped. */
public final class NetErrors {

  private final SortedMap<String, EstimateAmounts> sums = new TreeMap<>();

  public void add(EstimateError change) {
    String key =
        "%s/%s of %s in %s"
            .formatted(
                change.getMeter(),
                change.getUnit(),
                change.getUsageDay().toString().substring(0, 10),
                change.getBillingCurrency());
    EstimateAmounts sum = sums.merge(key, EstimateAmounts.of(change), EstimateAmounts::plus);
    if (sum.isZero()) {
      sums.remove(key);
    }
  }

  /** One sentence a sum, in order. */
  public List<String> lines() {
    return sums.entrySet().stream()
        .map(
            sum ->
                "%s: %d cells, estimated %s, billed %s, unestimated %s"
                    .formatted(
                        sum.getKey(),
                        sum.getValue().cells(),
                        Money.plain(sum.getValue().estimated()),
                        Money.plain(sum.getValue().billed()),
                        Money.plain(sum.getValue().unestimated())))
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetErrors net && lines().equals(net.lines());
  }

  @Override
  public int hashCode() {
    return lines().hashCode();
  }

  @Override
  public String toString() {
    return String.join("\n", lines());
  }
}
