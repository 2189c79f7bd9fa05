package io.tributary.jobs;

import io.tributary.attribution.Count;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectedException;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.jobs.bills.ArchivedDeliveries;
import io.tributary.jobs.kafka.TopicTail;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.StreamPositions;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What was published for a tenant and is not in its ledger yet. What a publication numbers anew (a
 * delivery of a scope, definitions) must not be numbered before the last one is in the ledger: both
 * would get one number.
 *
 * <p>A record is on its way from the offset on up to which the stream has committed. Where the
 * stream keeps records for later, or has put some into overflow, that says nothing, and all of the
 * topic is looked at: what the tables do not have, applied or refused, is on its way.
 */
final class InFlight {

  private final Warehouse warehouse;
  private final String tenantId;
  private final String bootstrapServers;
  private final Topics topics = new Topics(Topics.LIVE);

  InFlight(Warehouse warehouse, String tenantId, String bootstrapServers) {
    this.warehouse = warehouse;
    this.tenantId = tenantId;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Passes inputs none of which follows something that is on its way.
   *
   * @param scopes of their deliveries
   * @param definitions whether there are definitions among them
   * @return the archives that they follow
   * @throws NotArchivedYetException where one does
   */
  WarehouseReader before(Set<DeliveryScope> scopes, boolean definitions)
      throws IOException, InterruptedException {
    List<Published> deliveries = scopes.isEmpty() ? List.of() : published(RecordKind.DELIVERY);
    List<Published> versions = definitions ? published(RecordKind.DEFINITIONS) : List.of();
    // Read after the topics, so that it has what came from them meanwhile.
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    refuseDeliveries(scopes, deliveries, reader);
    refuseDefinitions(versions, reader);
    return reader;
  }

  /** A record of the tenant on a topic. */
  private record Published(SpecificRecordBase record, String topic, int partition, long offset) {}

  /** Up to where the topic is in the tables; nothing where that is not known for sure. */
  private Map<Integer, Long> committed(RecordKind kind) throws IOException {
    Optional<String> stream = Owners.read(warehouse).streamOf(tenantId);
    if (stream.isEmpty()) {
      return Map.of();
    }
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    SortedMap<String, Long> tallies = SnapshotMarks.tallies(ledger);
    boolean delays =
        tallies.getOrDefault(Count.WAITING + "." + stream.get(), 0L) != 0
            || tallies.getOrDefault(Count.OVERFLOWED + "." + stream.get(), 0L) != 0;
    return delays
        ? Map.of()
        : StreamPositions.of(ledger, stream.get()).getOrDefault(topics.of(kind), new TreeMap<>());
  }

  private List<Published> published(RecordKind kind) throws IOException, InterruptedException {
    Map<Integer, Long> from = committed(kind);
    List<Published> published = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        TopicTail.read(bootstrapServers, topics.of(kind), from)) {
      try {
        SpecificRecordBase decoded =
            kind.decode(record.value() == null ? new byte[0] : record.value());
        if (tenantId.equals(decoded.get("tenant_id"))) {
          published.add(
              new Published(decoded, record.topic(), record.partition(), record.offset()));
        }
      } catch (RejectedException e) {
        // The stream refuses it too.
      }
    }
    return published;
  }

  private void refuseDeliveries(
      Set<DeliveryScope> scopes, List<Published> published, WarehouseReader reader)
      throws IOException {
    ArchivedDeliveries archived = ArchivedDeliveries.read(reader, tenantId);
    for (Published one : published) {
      Delivery delivery = (Delivery) one.record;
      DeliveryScope scope = ArchivedDeliveries.scope(delivery);
      if (scopes.contains(scope)
          && delivery.getSequence() > archived.sequence(scope)
          && !isRefused(one, reader)) {
        throw NotArchivedYetException.ofDelivery(scope, delivery.getSequence());
      }
    }
  }

  private void refuseDefinitions(List<Published> published, WarehouseReader reader)
      throws IOException {
    for (Published one : published) {
      DefinitionsPublished definitions = (DefinitionsPublished) one.record;
      if (!isArchived(definitions, reader) && !isRefused(one, reader)) {
        throw NotArchivedYetException.ofDefinitions(tenantId, definitions.getVersion());
      }
    }
  }

  private boolean isArchived(DefinitionsPublished definitions, WarehouseReader reader)
      throws IOException {
    try (CloseableIterable<WarehouseReader.Stored<DefinitionsPublished>> rows =
        reader.records(DefinitionsPublished.class, WarehouseReader.tenant(tenantId))) {
      for (WarehouseReader.Stored<DefinitionsPublished> row : rows) {
        if (row.record().getEffectiveFrom().equals(definitions.getEffectiveFrom())
            && row.record().getVersion() >= definitions.getVersion()) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean isRefused(Published one, WarehouseReader reader) throws IOException {
    try (CloseableIterable<Record> rows =
        reader.rows(
            WarehouseTable.REJECTED,
            Expressions.and(
                Expressions.equal("source", one.topic),
                Expressions.equal("partition", one.partition),
                Expressions.equal("position", one.offset)),
            "source",
            "partition",
            "position")) {
      return rows.iterator().hasNext();
    }
  }
}
