package io.tributary.jobs.bills;

import io.tributary.events.Delivery;
import io.tributary.events.Money;
import io.tributary.events.bills.CurrencySums;
import io.tributary.events.bills.DeliverySummary;
import io.tributary.events.bills.MeasureSum;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.DeliverySum;
import io.tributary.sinks.rows.Receipts;
import java.util.ArrayList;
import java.util.List;

/** Receipts of deliveries. */
public final class BillReceipts {

  private BillReceipts() {}

  /** Of one that was read from files. */
  public static DeliveryReceipt of(DeliverySummary summary) {
    Delivery delivery = summary.delivery();
    List<DeliverySum> sums = new ArrayList<>();
    summary.sums().forEach((currency, measures) -> sums.add(sum(currency, measures)));
    return new DeliveryReceipt(
        delivery.getTenantId(),
        delivery.getDeliveryId(),
        delivery.getServiceProviderName(),
        delivery.getBillingAccountId(),
        delivery.getBillingPeriodStart(),
        delivery.getReport(),
        delivery.getSequence(),
        delivery.getRows(),
        delivery.getDataThrough(),
        summary.sources(),
        summary.sourceRows(),
        summary.charges(),
        summary.rejected(),
        sums);
  }

  /** Of one without rows, which was read from no file. */
  public static DeliveryReceipt withoutRows(Delivery delivery) {
    DeliveryReceipt receipt = Receipts.announced(delivery);
    receipt.setSourceRows(0L);
    receipt.setCharges(0L);
    receipt.setRejected(0L);
    return receipt;
  }

  private static DeliverySum sum(String currency, CurrencySums sums) {
    return new DeliverySum(
        currency,
        sum(sums.billed()),
        sum(sums.effective()),
        sum(sums.list()),
        sum(sums.contracted()),
        rounding(sums.billed()),
        rounding(sums.effective()),
        rounding(sums.list()),
        rounding(sums.contracted()),
        sums.billed().nulls(),
        sums.effective().nulls(),
        sums.list().nulls(),
        sums.contracted().nulls());
  }

  private static String sum(MeasureSum sum) {
    return Money.plain(sum.sum());
  }

  private static String rounding(MeasureSum sum) {
    return Money.plain(sum.roundingDifference());
  }
}
