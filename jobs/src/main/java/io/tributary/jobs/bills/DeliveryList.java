package io.tributary.jobs.bills;

import io.tributary.events.bills.DeliveryScope;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.DeliverySum;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The deliveries of a tenant, for people. What the receipt of a delivery does not know is taken
 * from the archives: of a delivery that came through a stream, what it billed and what was refused
 * of it. Holds about 90 bytes for each such charge of one billing period.
 */
public final class DeliveryList {

  /** What is live of a delivery. */
  public enum State {
    /** Its charges. */
    LIVE,
    /** Nothing: a later delivery of the scope took its place. */
    SUPERSEDED,
    /**
     * Nothing: the scope was taken back, by the next delivery or by this one, which has no rows.
     */
    WITHDRAWN,
    /** Nothing: its billing month is past its retention. */
    REMOVED
  }

  /**
   * A delivery.
   *
   * @param deliveryId empty where its publisher did not name it
   * @param rows its charges
   * @param rejected rows of it that were refused
   * @param billed BilledCost of its charges by currency
   * @param files that it was read from; empty where nobody knows
   */
  public record Listed(
      String deliveryId,
      DeliveryScope scope,
      long sequence,
      long rows,
      long rejected,
      SortedMap<String, BigDecimal> billed,
      List<String> files,
      State state) {}

  private final WarehouseReader reader;
  private final String tenantId;
  private final Map<String, Long> rejected = new HashMap<>();

  private DeliveryList(WarehouseReader reader, String tenantId) {
    this.reader = reader;
    this.tenantId = tenantId;
  }

  /** The deliveries that {@code reader} shows, by scope and sequence. */
  public static List<Listed> of(WarehouseReader reader, String tenantId) throws IOException {
    ArchivedDeliveries archived = ArchivedDeliveries.read(reader, tenantId);
    DeliveryList list = new DeliveryList(reader, tenantId);
    list.countRejected();
    RemovedPeriods removed = RemovedPeriods.of(reader.table(WarehouseTable.COST_LEDGER));
    SortedMap<Instant, List<DeliveryReceipt>> unsummed = new TreeMap<>();
    archived
        .byScope()
        .values()
        .forEach(
            deliveries ->
                deliveries.values().stream()
                    .filter(receipt -> receipt.getSums().isEmpty() && receipt.getRows() > 0)
                    .forEach(
                        receipt ->
                            unsummed
                                .computeIfAbsent(
                                    receipt.getBillingPeriodStart(), p -> new ArrayList<>())
                                .add(receipt)));
    Map<DeliveryReceipt, SortedMap<String, BigDecimal>> sums = new HashMap<>();
    for (List<DeliveryReceipt> ofPeriod : unsummed.values()) {
      sums.putAll(list.sums(ofPeriod));
    }
    List<Listed> listed = new ArrayList<>();
    archived
        .byScope()
        .forEach(
            (scope, deliveries) -> {
              List<DeliveryReceipt> inOrder = List.copyOf(deliveries.values());
              for (int i = 0; i < inOrder.size(); i++) {
                DeliveryReceipt receipt = inOrder.get(i);
                listed.add(
                    list.listed(
                        scope,
                        receipt,
                        sums.getOrDefault(receipt, billed(receipt)),
                        isRemoved(removed, scope) ? State.REMOVED : state(inOrder, i)));
              }
            });
    return listed;
  }

  private static boolean isRemoved(RemovedPeriods removed, DeliveryScope scope) {
    return removed.has(scope.tenantId(), scope.billingMonth());
  }

  private static State state(List<DeliveryReceipt> inOrder, int i) {
    boolean inForce = i == inOrder.size() - 1;
    if (inForce ? inOrder.get(i).getRows() == 0 : inOrder.get(i + 1).getRows() == 0) {
      return State.WITHDRAWN;
    }
    return inForce ? State.LIVE : State.SUPERSEDED;
  }

  private Listed listed(
      DeliveryScope scope,
      DeliveryReceipt receipt,
      SortedMap<String, BigDecimal> billed,
      State state) {
    Long counted = receipt.getRejected();
    return new Listed(
        receipt.getDeliveryId(),
        scope,
        receipt.getSequence(),
        receipt.getRows(),
        counted == null ? rejected.getOrDefault(receipt.getDeliveryId(), 0L) : counted,
        billed,
        receipt.getSources(),
        state);
  }

  private static SortedMap<String, BigDecimal> billed(DeliveryReceipt receipt) {
    SortedMap<String, BigDecimal> billed = new TreeMap<>();
    for (DeliverySum sum : receipt.getSums()) {
      billed.put(sum.getCurrency(), new BigDecimal(sum.getBilledCost()));
    }
    return billed;
  }

  private void countRejected() throws IOException {
    try (CloseableIterable<Record> rows =
        reader.rows(
            WarehouseTable.REJECTED,
            Expressions.and(WarehouseReader.tenant(tenantId), Expressions.notNull("delivery_id")),
            "tenant_id",
            "delivery_id")) {
      rows.forEach(row -> rejected.merge(row.getField("delivery_id").toString(), 1L, Long::sum));
    }
  }

  /** What deliveries of one billing period billed, from the charges of their sequences. */
  private Map<DeliveryReceipt, SortedMap<String, BigDecimal>> sums(List<DeliveryReceipt> ofPeriod)
      throws IOException {
    Map<DeliveryScope, Map<Long, ChargeTable>> charges = new HashMap<>();
    Map<DeliveryScope, Long> lowest = new HashMap<>();
    for (DeliveryReceipt receipt : ofPeriod) {
      DeliveryScope scope = ArchivedDeliveries.scope(receipt);
      charges
          .computeIfAbsent(scope, s -> new HashMap<>())
          .put(receipt.getSequence(), new ChargeTable());
      lowest.merge(scope, receipt.getSequence(), Math::min);
    }
    new ArchivedCharges(reader, tenantId)
        .forEach(
            lowest,
            (scope, charge) -> {
              ChargeTable table = charges.getOrDefault(scope, Map.of()).get(charge.version());
              if (table != null) {
                table.put(charge);
              }
            });
    Map<DeliveryReceipt, SortedMap<String, BigDecimal>> sums = new HashMap<>();
    for (DeliveryReceipt receipt : ofPeriod) {
      ChargeTable table =
          charges
              .getOrDefault(ArchivedDeliveries.scope(receipt), Map.of())
              .get(receipt.getSequence());
      sums.put(receipt, table == null ? new TreeMap<>() : table.billed());
    }
    return sums;
  }
}
