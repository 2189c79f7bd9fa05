package io.tributary.jobs.bills;

import io.tributary.events.bills.DeliveryScope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A delivery that looks like another's, of the same report and billing month under another provider
 * or account, or from another instant on, as a bill that is told in two time zones: one bill that
 * was taken in twice is counted twice.
 *
 * @param scope of the delivery
 * @param other of the one that it looks like
 * @param alike what they have in common
 */
public record Twin(DeliveryScope scope, DeliveryScope other, String alike) {

  private static final String UNKNOWN = "unknown";

  /**
   * What a scope has.
   *
   * @param billed BilledCost by currency; empty where it is not known
   */
  record Content(
      DeliveryScope scope, long charges, SortedMap<String, BigDecimal> billed, Lines lines) {}

  /** What {@link LineSum} makes of the charges of a scope; asked only where it decides. */
  interface Lines {

    long sum();
  }

  /** The twins of {@code coming} among {@code others} and each other. */
  static List<Twin> of(List<Content> coming, Collection<Content> others) {
    List<Twin> twins = new ArrayList<>();
    for (int i = 0; i < coming.size(); i++) {
      List<Content> beside = new ArrayList<>(coming.subList(0, i));
      beside.addAll(others);
      for (Content other : beside) {
        Content one = coming.get(i);
        alike(one, other).ifPresent(alike -> twins.add(new Twin(one.scope, other.scope, alike)));
      }
    }
    return twins;
  }

  /** Whether two scopes may be twins by their names. */
  static boolean areNeighbours(DeliveryScope one, DeliveryScope other) {
    return !one.equals(other)
        && one.tenantId().equals(other.tenantId())
        && one.report().equals(other.report())
        && one.billingMonth().equals(other.billingMonth());
  }

  private static boolean haveOneSource(DeliveryScope one, DeliveryScope other) {
    return one.serviceProviderName().equals(other.serviceProviderName())
        && one.billingAccountId().equals(other.billingAccountId());
  }

  private static Optional<String> alike(Content one, Content other) {
    if (!areNeighbours(one.scope, other.scope) || one.charges == 0 || other.charges == 0) {
      return Optional.empty();
    }
    if (haveOneSource(one.scope, other.scope)) {
      return Optional.of(
          "the same month, from %s and not from %s,"
              .formatted(one.scope.billingPeriodStart(), other.scope.billingPeriodStart()));
    }
    boolean sameTotal = isSameTotal(one.billed, other.billed);
    if (one.charges != other.charges) {
      return sameTotal ? Optional.of("the same total") : Optional.empty();
    }
    String charges = "as many charges (" + one.charges + ")";
    if (sameTotal) {
      return Optional.of(charges + " and the same total");
    } else if (one.lines.sum() == other.lines.sum()) {
      return Optional.of(charges + " for the same things");
    }
    return mayBeOne(one.scope.serviceProviderName(), other.scope.serviceProviderName())
            && mayBeOne(one.scope.billingAccountId(), other.scope.billingAccountId())
        ? Optional.of(charges)
        : Optional.empty();
  }

  private static boolean isSameTotal(
      SortedMap<String, BigDecimal> one, SortedMap<String, BigDecimal> other) {
    return one.keySet().equals(other.keySet())
        && one.values().stream().anyMatch(billed -> billed.signum() != 0)
        && one.entrySet().stream()
            .allMatch(sum -> sum.getValue().compareTo(other.get(sum.getKey())) == 0);
  }

  private static boolean mayBeOne(String name, String other) {
    return name.equals(other) || name.equals(UNKNOWN) || other.equals(UNKNOWN);
  }
}
