package io.tributary.jobs;

import io.tributary.attribution.Admission;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.RejectedPrivacy;
import io.tributary.attribution.TenantPolicies;
import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.jobs.bills.DeliveryChange;
import io.tributary.jobs.bills.DeliveryChanges;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.jobs.bills.DeliveryHeldException;
import io.tributary.jobs.bills.Twin;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.jobs.inputs.InputPlan;
import io.tributary.jobs.inputs.InputSink;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Publishes recorded inputs to the live topics of a stream that owns the tenant. Everything is read
 * once before anything is published, so that what the stream or the guard would not let through is
 * known by then.
 */
public final class LivePublisher {

  private final Warehouse warehouse;
  private final String tenantId;
  private final String bootstrapServers;
  private final Path home;
  private final Privacy privacy;
  private final Clock clock;

  /**
   * What was published.
   *
   * @param records records of every kind; what was refused is not among them
   * @param totals what reading came to
   * @param changes what the deliveries change
   * @param twins deliveries that look like others
   */
  public record Published(
      long records, RecordedInputs.Totals totals, List<DeliveryChange> changes, List<Twin> twins) {}

  /**
   * A publisher for a tenant.
   *
   * @param home a directory for what a publication must find again when it goes on
   * @param privacy how refused records are kept, so that no more is told of them
   */
  public LivePublisher(
      Warehouse warehouse,
      String tenantId,
      String bootstrapServers,
      Path home,
      Privacy privacy,
      Clock clock) {
    this.warehouse = warehouse;
    this.tenantId = tenantId;
    this.bootstrapServers = bootstrapServers;
    this.home = home;
    this.privacy = privacy;
    this.clock = clock;
  }

  /**
   * Publishes everything.
   *
   * @param guard asked before anything is published; null where somebody says that all is right
   * @throws PublicationRefusedException where no stream would take the inputs
   * @throws NotArchivedYetException where they follow something that is not in the ledger yet
   * @throws DeliveryHeldException where the guard holds a delivery
   */
  public Published publish(
      RecordedInputs inputs, @Nullable DeliveryGuard guard, RunProgress progress) throws Exception {
    Owners.read(warehouse).refuseUnfed(warehouse, tenantId);
    String contents = ContentHash.of(String.join("/", inputs.contents()));
    try (Publication publication = Publication.begin(home, tenantId, contents)) {
      WarehouseReader reader =
          new InFlight(warehouse, tenantId, bootstrapServers)
              .before(scopes(inputs), inputs.definitions() != null);
      InputPlan plan = publication.after(new ArchiveState(reader, tenantId).plan(inputs, false));
      Rehearsal rehearsal =
          new Rehearsal(
              inputs.changes(reader, plan),
              privacy.privacy(),
              ArchivedPolicies.with(inputs, warehouse, LabelHashes.MISSING),
              clock.instant());
      RecordedInputs.Totals totals = inputs.read(plan, rehearsal);
      totals.deliveries().forEach(delivery -> rehearsal.accept(delivery.delivery()));
      rehearsal.refuseLate();
      List<DeliveryChange> changed = rehearsal.changes.changes(inputs.exports(totals));
      if (guard != null) {
        DeliveryHeldException.check(guard, changed, "published");
      }
      publication.begins(plan);
      long records = publish(inputs, plan, progress);
      publication.ends(plan);
      return new Published(records, totals, changed, rehearsal.changes.twins(changed));
    }
  }

  private static Set<DeliveryScope> scopes(RecordedInputs inputs) {
    Set<DeliveryScope> scopes = new TreeSet<>(inputs.scopes());
    scopes.addAll(inputs.recordDeliveries().keySet());
    return scopes;
  }

  private long publish(RecordedInputs inputs, InputPlan plan, RunProgress progress)
      throws Exception {
    try (Publisher publisher = Publisher.appending(bootstrapServers, new Topics(Topics.LIVE))) {
      Publishing publishing = new Publishing(publisher, progress);
      for (var delivery : inputs.read(plan, publishing).deliveries()) {
        publisher.flush(); // A delivery follows its charges.
        publishing.accept(delivery.delivery());
      }
      publisher.flush();
      return publishing.published;
    }
  }

  /**
   * Publishes the usage events that were refused as too late again, with their event time as record
   * time, so that they are not late any more. Doing it twice adds nothing: their ids are known.
   */
  public static long admitLate(Warehouse warehouse, String tenantId, String bootstrapServers)
      throws IOException, RejectedException {
    List<AdmitRejected.Admitted> late =
        AdmitRejected.of(warehouse, tenantId, RejectReason.TOO_LATE);
    try (Publisher publisher = Publisher.appending(bootstrapServers, new Topics(Topics.LIVE))) {
      late.forEach(admitted -> publisher.publish(admitted.record(), admitted.time()));
      publisher.flush();
    }
    return late.size();
  }

  /** Learns what would become of the records if they came now. */
  private static final class Rehearsal implements InputSink {

    private final DeliveryChanges changes;
    private final RejectedPrivacy privacy;
    private final TenantPolicies policies;
    private final Instant now;
    private final TreeSet<String> latePeriods = new TreeSet<>();
    private long late;
    private @Nullable RejectedException first;

    Rehearsal(
        DeliveryChanges changes, RejectedPrivacy privacy, TenantPolicies policies, Instant now) {
      this.changes = changes;
      this.privacy = privacy;
      this.policies = policies;
      this.now = now;
    }

    @Override
    public void accept(SpecificRecordBase record) {
      try {
        Admission.DEFAULT.check(record, now);
      } catch (RejectedException e) {
        late++;
        first = first == null ? e : first;
        if (record instanceof Charge charge) {
          latePeriods.add(month(charge.getBillingPeriodStart()));
        } else if (record instanceof Delivery delivery) {
          latePeriods.add(month(delivery.getBillingPeriodStart()));
        }
      }
      if (record instanceof Charge charge) {
        changes.comes(charge);
      }
    }

    private static String month(Instant start) {
      return start.toString().substring(0, "2026-01".length());
    }

    @Override
    public Rejection reject(Rejection rejection) {
      // Counted by what reads; told the stream when all the rest is.
      return privacy.allowed(rejection, policies);
    }

    void refuseLate() {
      RejectedException problem = first;
      if (problem != null) {
        throw PublicationRefusedException.tooLate(late, latePeriods, problem);
      }
    }
  }

  private static final class Publishing implements InputSink {

    private final Publisher publisher;
    private final RunProgress progress;
    private long published;

    Publishing(Publisher publisher, RunProgress progress) {
      this.publisher = publisher;
      this.progress = progress;
    }

    @Override
    public void accept(SpecificRecordBase record) {
      publisher.publish(record, null);
      progress.published(++published);
    }

    @Override
    public Rejection reject(Rejection rejection) {
      publisher.reject(rejection);
      return rejection;
    }
  }
}
