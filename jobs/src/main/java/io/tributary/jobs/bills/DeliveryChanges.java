package io.tributary.jobs.bills;

import io.tributary.events.Charge;
import io.tributary.events.bills.CostKind;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.DeliverySum;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * What the deliveries of a run change, worked out while its charges pass and before any of them
 * counts. Holds about 90 bytes for each live charge of the scopes that are delivered again, and
 * nothing for each charge that comes, unless it comes as a record in any order.
 */
public final class DeliveryChanges {

  private final WarehouseReader reader;
  private final String tenantId;
  private final ArchivedDeliveries archived;
  private final ArchivedCharges charges;
  private final SortedMap<DeliveryScope, ScopeChange> changes = new TreeMap<>();
  private final Map<DeliveryScope, ChargeTable> inAnyOrder = new HashMap<>();
  private final Map<DeliveryScope, LineSum> lines = new HashMap<>();

  private DeliveryChanges(WarehouseReader reader, String tenantId, ArchivedDeliveries archived) {
    this.reader = reader;
    this.tenantId = tenantId;
    this.archived = archived;
    this.charges = new ArchivedCharges(reader, tenantId);
  }

  /**
   * Begins with what is archived.
   *
   * @param reader of the archives that the deliveries follow
   * @param bills the sequence of each delivery whose charges come once each, with that version
   * @param records the sequence of each delivery whose charges come as records, in any order and
   *     maybe again; one that is not above the delivery in force changes nothing
   */
  public static DeliveryChanges following(
      WarehouseReader reader,
      String tenantId,
      Map<DeliveryScope, Long> bills,
      Map<DeliveryScope, Long> records)
      throws IOException {
    DeliveryChanges begun =
        new DeliveryChanges(reader, tenantId, ArchivedDeliveries.read(reader, tenantId));
    bills.forEach((scope, next) -> begun.changes.put(scope, new ScopeChange(scope, next)));
    records.forEach(
        (scope, next) -> {
          if (next > begun.archived.sequence(scope)) {
            begun.changes.put(scope, new ScopeChange(scope, next));
            begun.inAnyOrder.put(scope, new ChargeTable());
          }
        });
    begun.changes.keySet().stream()
        .filter(begun::hasNeighbours)
        .forEach(scope -> begun.lines.put(scope, new LineSum()));
    Map<DeliveryScope, Long> inForce = new HashMap<>();
    begun.changes.keySet().forEach(scope -> inForce.put(scope, begun.archived.sequence(scope)));
    begun.charges.forEach(inForce, (scope, charge) -> begun.change(scope).archived(charge));
    return begun;
  }

  private boolean hasNeighbours(DeliveryScope scope) {
    return Stream.concat(archived.byScope().keySet().stream(), changes.keySet().stream())
        .anyMatch(other -> Twin.areNeighbours(scope, other));
  }

  private ScopeChange change(DeliveryScope scope) {
    ScopeChange change = changes.get(scope);
    if (change == null) {
      throw new IllegalStateException("no delivery of " + scope + " is expected");
    }
    return change;
  }

  /** Whether any of the deliveries takes the place of something. */
  public boolean replaceAny() {
    return changes.entrySet().stream()
        .anyMatch(
            change -> archived.newest(change.getKey()) != null || change.getValue().hasArchived());
  }

  /** Takes a charge that comes. */
  public void comes(Charge charge) {
    DeliveryScope scope =
        new DeliveryScope(
            charge.getTenantId(),
            charge.getServiceProviderName(),
            charge.getBillingAccountId(),
            charge.getReport(),
            charge.getBillingPeriodStart());
    ScopeChange change = changes.get(scope);
    if (change == null) {
      return;
    }
    LineSum sum = lines.get(scope);
    if (sum != null) {
      sum.add(charge);
    }
    ChargeTable table = inAnyOrder.get(scope);
    if (table == null) {
      change.comes(charge);
    } else {
      table.put(ChargeFacts.of(charge));
    }
  }

  /**
   * What the deliveries change, by scope, once all charges have come.
   *
   * @param exports what is known of each delivery beside its charges
   */
  public List<DeliveryChange> changes(Map<DeliveryScope, DeliveryChange.Export> exports)
      throws IOException {
    inAnyOrder.forEach(
        (scope, table) -> {
          for (int row = 0; row < table.size(); row++) {
            change(scope).comes(table.charge(row));
          }
        });
    inAnyOrder.clear();
    List<DeliveryChange> all = new ArrayList<>();
    for (Map.Entry<DeliveryScope, ScopeChange> change : changes.entrySet()) {
      DeliveryChange.Export unsaid = new DeliveryChange.Export(0, null);
      all.add(
          change
              .getValue()
              .change(
                  before(archived.newest(change.getKey())),
                  exports.getOrDefault(change.getKey(), unsaid),
                  beside(change.getKey())));
    }
    return all;
  }

  private @Nullable String beside(DeliveryScope scope) {
    for (DeliveryScope other : archived.byScope().keySet()) {
      DeliveryReceipt newest = archived.newest(other);
      if (scope.isOneBillWith(other) && newest != null && newest.getRows() > 0) {
        return other.report();
      }
    }
    return null;
  }

  private DeliveryChange.@Nullable Export before(@Nullable DeliveryReceipt receipt)
      throws IOException {
    if (receipt == null) {
      return null;
    }
    Long counted = receipt.getRejected();
    return new DeliveryChange.Export(
        counted == null ? rejected(receipt) : counted,
        receipt.getDataThrough(),
        CostKind.ofNames(receipt.getSources()));
  }

  /** The rows of a delivery in the table of what was refused; its publisher knows no better. */
  private long rejected(DeliveryReceipt receipt) throws IOException {
    if (receipt.getDeliveryId().isEmpty()) {
      return 0;
    }
    try (CloseableIterable<Record> rows =
        reader.rows(
            WarehouseTable.REJECTED,
            Expressions.and(
                WarehouseReader.tenant(tenantId),
                Expressions.equal("delivery_id", receipt.getDeliveryId())),
            "tenant_id",
            "delivery_id")) {
      long count = 0;
      for (Record ignored : rows) {
        count++;
      }
      return count;
    }
  }

  /** The deliveries that look like others. */
  public List<Twin> twins(List<DeliveryChange> changed) {
    List<Twin.Content> coming = changed.stream().map(this::content).toList();
    List<Twin.Content> others = new ArrayList<>();
    archived
        .byScope()
        .keySet()
        .forEach(
            scope -> {
              DeliveryReceipt newest = archived.newest(scope);
              if (newest != null && !changes.containsKey(scope)) {
                others.add(content(scope, newest));
              }
            });
    return Twin.of(coming, others);
  }

  private Twin.Content content(DeliveryChange change) {
    SortedMap<String, BigDecimal> billed = new TreeMap<>();
    change.byCurrency().forEach((currency, sums) -> billed.put(currency, sums.after().billed()));
    LineSum sum = lines.get(change.scope());
    return new Twin.Content(
        change.scope(), change.counts().after(), billed, () -> sum == null ? 0 : sum.sum());
  }

  private Twin.Content content(DeliveryScope scope, DeliveryReceipt newest) {
    SortedMap<String, BigDecimal> billed = new TreeMap<>();
    for (DeliverySum sum : newest.getSums()) {
      billed.put(sum.getCurrency(), new BigDecimal(sum.getBilledCost()));
    }
    return new Twin.Content(
        scope,
        newest.getRows(),
        billed,
        () -> {
          try {
            return charges.lines(scope, newest.getSequence());
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read the archive of " + scope, e);
          }
        });
  }

  /** The deliveries that were archived before. */
  public ArchivedDeliveries archived() {
    return archived;
  }
}
