package io.tributary.attribution;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import java.time.Instant;

/** What a delivery covers, as one text: provider, billing account, report and billing period. */
final class Scope {

  private Scope() {}

  static String of(Charge charge) {
    return id(
        charge.getServiceProviderName(),
        charge.getBillingAccountId(),
        charge.getReport(),
        charge.getBillingPeriodStart());
  }

  static String of(Delivery delivery) {
    return id(
        delivery.getServiceProviderName(),
        delivery.getBillingAccountId(),
        delivery.getReport(),
        delivery.getBillingPeriodStart());
  }

  private static String id(String provider, String account, String report, Instant period) {
    return String.join("\0", provider, account, report, period.toString());
  }
}
