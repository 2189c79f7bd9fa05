package io.tributary.sinks.rows;

import io.tributary.events.Delivery;
import io.tributary.sinks.catalog.DeliveryReceipt;
import java.util.List;

/** Deliveries as published and as recorded. */
public final class Receipts {

  private Receipts() {}

  /** What is known of a delivery from its record alone: neither counts nor sums. */
  public static DeliveryReceipt announced(Delivery delivery) {
    return DeliveryReceipt.newBuilder()
        .setTenantId(delivery.getTenantId())
        .setDeliveryId(delivery.getDeliveryId())
        .setServiceProviderName(delivery.getServiceProviderName())
        .setBillingAccountId(delivery.getBillingAccountId())
        .setBillingPeriodStart(delivery.getBillingPeriodStart())
        .setReport(delivery.getReport())
        .setSequence(delivery.getSequence())
        .setRows(delivery.getRows())
        .setDataThrough(delivery.getDataThrough())
        .setSources(delivery.getSources() == null ? List.of() : delivery.getSources())
        .setSums(List.of())
        .build();
  }

  /** The record that announced a recorded delivery. */
  public static Delivery delivery(DeliveryReceipt receipt) {
    return Delivery.newBuilder()
        .setTenantId(receipt.getTenantId())
        .setDeliveryId(receipt.getDeliveryId())
        .setServiceProviderName(receipt.getServiceProviderName())
        .setBillingAccountId(receipt.getBillingAccountId())
        .setBillingPeriodStart(receipt.getBillingPeriodStart())
        .setReport(receipt.getReport())
        .setSequence(receipt.getSequence())
        .setRows(receipt.getRows())
        .setDataThrough(receipt.getDataThrough())
        .setSources(receipt.getSources().isEmpty() ? null : receipt.getSources())
        .build();
  }
}
