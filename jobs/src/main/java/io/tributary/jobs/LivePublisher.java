package io.tributary.jobs;

import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.jobs.inputs.InputPlan;
import io.tributary.jobs.inputs.InputSink;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseReader;
import java.io.IOException;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;

/** Publishes recorded inputs to the live topics of a stream that owns the tenant. */
public final class LivePublisher {

  private LivePublisher() {}

  /** Publishes everything and answers how many records that was. */
  public static long publish(
      Warehouse warehouse,
      String tenantId,
      RecordedInputs inputs,
      String bootstrapServers,
      RunProgress progress)
      throws Exception {
    InputPlan plan =
        new ArchiveState(WarehouseReader.sealed(warehouse), tenantId).plan(inputs, false);
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

    /** What is no record cannot be published; the line says where it stands. */
    @Override
    public void reject(Rejection rejection) {
      throw new IllegalArgumentException(
          "%s:%d: %s; nothing after it was published"
              .formatted(rejection.getSource(), rejection.getPosition(), rejection.getDetail()));
    }
  }
}
