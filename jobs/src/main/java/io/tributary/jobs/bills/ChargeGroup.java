package io.tributary.jobs.bills;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The charges of a delivery in one currency and of one sub-account.
 *
 * @param subAccountId null for charges of no sub-account
 */
public record ChargeGroup(String currency, @Nullable String subAccountId)
    implements Comparable<ChargeGroup> {

  private static final Comparator<ChargeGroup> ORDER =
      Comparator.comparing(ChargeGroup::currency)
          .thenComparing(
              ChargeGroup::subAccountId, Comparator.nullsFirst(Comparator.naturalOrder()));

  @Override
  public int compareTo(ChargeGroup other) {
    return ORDER.compare(this, other);
  }
}
