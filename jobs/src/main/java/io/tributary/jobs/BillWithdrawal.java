package io.tributary.jobs;

import io.tributary.attribution.Admission;
import io.tributary.events.Delivery;
import io.tributary.events.RecordTime;
import io.tributary.events.RejectedException;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.jobs.bills.ArchivedDeliveries;
import io.tributary.jobs.bills.BillReceipts;
import io.tributary.jobs.bills.DeliveryChange;
import io.tributary.jobs.bills.DeliveryChanges;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.jobs.bills.DeliveryHeldException;
import io.tributary.jobs.inputs.InputPlan;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bill of a scope back: by a delivery of the next sequence without charges, so that what
 * was reported until then can still be asked for.
 */
public final class BillWithdrawal {

  private final Warehouse warehouse;
  private final DeliveryScope scope;
  private final @Nullable DeliveryGuard guard;
  private final Clock clock;

  /**
   * A withdrawal of what is live of a scope.
   *
   * @param guard asked before anything is done; null where somebody says that it is right
   */
  public BillWithdrawal(
      Warehouse warehouse, DeliveryScope scope, @Nullable DeliveryGuard guard, Clock clock) {
    this.warehouse = warehouse;
    this.scope = scope;
    this.guard = guard;
    this.clock = clock;
  }

  /**
   * Archives the delivery of a tenant without a stream, and makes the ledger equal to the
   * attribution of the archives.
   *
   * @param privacy how labels are hashed
   * @return what it changed
   * @throws TenantOwnedException where a stream feeds the tenant
   * @throws DeliveryHeldException where the guard holds it
   */
  public DeliveryChange fromArchives(Privacy privacy) throws Exception {
    Owners.read(warehouse).refuseOwned(scope.tenantId());
    DeliveryChange change = change(WarehouseReader.current(warehouse), 0, "written");
    Delivery delivery = delivery(change.sequence());
    String run = "withdraw-" + ContentHash.of(scope.id() + delivery.getSequence());
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, clock)) {
      commit.add(
          WarehouseRow.archived(BillReceipts.withoutRows(delivery), RecordTime.of(delivery)));
      commit.commit(false);
    }
    new BackfillJob(warehouse, scope.tenantId(), privacy, clock).attribute(Set.of());
    return change;
  }

  /**
   * Publishes the delivery to the stream of the tenant, which withdraws the charges.
   *
   * @param home a directory for what publications must find of each other
   * @return what it changes
   * @throws PublicationRefusedException where no stream would take it
   * @throws NotArchivedYetException where the last delivery of the scope is not in the ledger yet
   * @throws DeliveryHeldException where the guard holds it
   */
  public DeliveryChange throughStream(String bootstrapServers, Path home) throws Exception {
    Owners.read(warehouse).refuseUnfed(warehouse, scope.tenantId());
    try (Publication publication = Publication.begin(home, scope.tenantId(), "withdraw")) {
      WarehouseReader reader =
          new InFlight(warehouse, scope.tenantId(), bootstrapServers).before(Set.of(scope), false);
      InputPlan none =
          publication.after(
              new InputPlan(new TreeMap<>(Map.of(scope.id(), 0L)), 0, List.of(), new TreeMap<>()));
      DeliveryChange change = change(reader, none.sequence(scope.id()), "published");
      Delivery delivery = delivery(change.sequence());
      try {
        Admission.DEFAULT.check(delivery, clock.instant());
      } catch (RejectedException e) {
        throw PublicationRefusedException.tooLate(1, Set.of(), e);
      }
      try (Publisher publisher = Publisher.appending(bootstrapServers, new Topics(Topics.LIVE))) {
        publisher.publish(delivery, null);
        publisher.flush();
      }
      publication.ends(none);
      return change;
    }
  }

  /**
   * @param least sequence that the delivery has at least
   */
  private DeliveryChange change(WarehouseReader reader, long least, String done)
      throws IOException, DeliveryHeldException {
    long next = ArchivedDeliveries.read(reader, scope.tenantId()).sequence(scope) + 1;
    DeliveryChanges changes =
        DeliveryChanges.following(
            reader, scope.tenantId(), Map.of(scope, Math.max(next, least)), Map.of());
    List<DeliveryChange> changed = changes.changes(Map.of());
    if (guard != null) {
      DeliveryHeldException.check(guard, changed, done);
    }
    return changed.get(0);
  }

  private Delivery delivery(long sequence) {
    return Delivery.newBuilder()
        .setTenantId(scope.tenantId())
        .setDeliveryId(scope.deliveryId(sequence))
        .setServiceProviderName(scope.serviceProviderName())
        .setBillingAccountId(scope.billingAccountId())
        .setBillingPeriodStart(scope.billingPeriodStart())
        .setReport(scope.report())
        .setSequence(sequence)
        .setRows(0)
        .setDataThrough(null)
        .build();
  }
}
