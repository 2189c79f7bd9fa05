package io.tributary.jobs;

import io.tributary.attribution.Archived;
import io.tributary.attribution.Count;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.Dimension;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.enrichment.Unsettled;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import io.tributary.events.Rejection;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.TenantOwner;
import io.tributary.sinks.flink.WarehouseElementType;
import io.tributary.sinks.rows.DeclaredDimensions;
import io.tributary.sinks.rows.Tally;
import io.tributary.sinks.rows.WarehouseElement;
import io.tributary.sinks.rows.WarehouseRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;

/** What the streams hold, as rows of the tables. */
final class WarehouseRows {

  private WarehouseRows() {}

  static DataStream<WarehouseElement> ofEntries(DataStream<LedgerEntry> entries) {
    return rows(entries, new ToRow<>(), OperatorIds.TO_LEDGER_ROWS);
  }

  static DataStream<WarehouseElement> ofEstimateErrors(DataStream<EstimateError> errors) {
    return rows(errors, new ToRow<>(), OperatorIds.TO_ESTIMATE_ERROR_ROWS);
  }

  static DataStream<WarehouseElement> ofRejections(DataStream<Rejection> rejections) {
    return rows(rejections, new ToRow<>(), OperatorIds.TO_REJECTED_ROWS);
  }

  /**
   * @param receipts what is known of deliveries beyond their record, by delivery id
   */
  static DataStream<WarehouseElement> ofArchived(
      DataStream<Archived> archived, Map<String, DeliveryReceipt> receipts) {
    DataStream<WarehouseElement> rows =
        rows(archived, new ToArchive(new HashMap<>(receipts)), OperatorIds.TO_ARCHIVE_ROWS);
    return rows.union(
        rows(
            archived
                .filter(input -> input.kind() == RecordKind.DEFINITIONS)
                .name(OperatorIds.NEW_DEFINITIONS)
                .uid(OperatorIds.NEW_DEFINITIONS),
            new ToDimensions(),
            OperatorIds.TO_DIMENSIONS));
  }

  /**
   * Each new tenant becomes one that {@code stream} owns.
   *
   * @param lettingGo rows that say of which tenants it has let go
   */
  static DataStream<WarehouseElement> ofNewTenants(
      DataStream<String> tenants, String stream, Collection<TenantOwner> lettingGo) {
    return tenants
        .transform(
            OperatorIds.TO_OWNER_ROWS,
            WarehouseElementType.INSTANCE,
            new ToOwnerRows(stream, lettingGo))
        .uid(OperatorIds.TO_OWNER_ROWS);
  }

  /** Counts become totals of {@code stream} that the ledger's snapshots carry. */
  static DataStream<WarehouseElement> ofCounts(DataStream<Count> counts, String stream) {
    return rows(
        counts,
        count -> new Tally(count.what() + "." + stream, count.more()),
        OperatorIds.TO_TALLIES);
  }

  /** How many times the transfers of a tenant are behind: 1 or, left out, 0. */
  static DataStream<WarehouseElement> ofUnsettled(DataStream<Unsettled> unsettled) {
    return rows(
        unsettled,
        change -> new Tally("unsettled." + change.tenantId(), change.more()),
        OperatorIds.TO_UNSETTLED);
  }

  private static <T> DataStream<WarehouseElement> rows(
      DataStream<T> stream, MapFunction<T, WarehouseElement> toRow, String id) {
    return stream.map(toRow, WarehouseElementType.INSTANCE).name(id).uid(id);
  }

  /** A class and no method reference: two of these with one target are one when deserialized. */
  private record ToRow<R extends SpecificRecordBase>() implements MapFunction<R, WarehouseElement> {

    private static final long serialVersionUID = 1L;

    @Override
    public WarehouseElement map(R record) {
      return WarehouseRow.of(record);
    }
  }

  private record ToArchive(HashMap<String, DeliveryReceipt> receipts)
      implements MapFunction<Archived, WarehouseElement> {

    private static final long serialVersionUID = 1L;

    @Override
    public WarehouseElement map(Archived archived) {
      SpecificRecordBase record = archived.kind().decodeOwn(archived.payload());
      DeliveryReceipt receipt =
          record instanceof Delivery delivery ? receipts.get(delivery.getDeliveryId()) : null;
      Instant recordTime = Instant.EPOCH.plus(archived.recordTime(), ChronoUnit.MICROS);
      return WarehouseRow.archived(receipt == null ? record : receipt, recordTime);
    }
  }

  private static final class ToDimensions implements MapFunction<Archived, WarehouseElement> {

    private static final long serialVersionUID = 1L;

    @Override
    public WarehouseElement map(Archived archived) throws InvalidDefinitionsException {
      var published = (DefinitionsPublished) archived.kind().decodeOwn(archived.payload());
      return dimensions(published);
    }
  }

  /** The dimensions that accepted definitions declare. */
  static DeclaredDimensions dimensions(DefinitionsPublished published)
      throws InvalidDefinitionsException {
    return new DeclaredDimensions(
        published.getTenantId(),
        Definitions.load("definitions", published.getYaml()).dimensions().stream()
            .map(Dimension::id)
            .toList());
  }
}
