package io.tributary.jobs;

import io.tributary.attribution.ArchivedLines;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.PriceChange;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageHour;
import io.tributary.jobs.inputs.ArchiveTables;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.io.CloseableIterable;

/** Everything that was ever accepted of a tenant and is not past its retention, on the heap. */
public final class WholeArchive {

  private final WarehouseReader reader;
  private final String tenant;
  private final ArchivedLines archived;

  private WholeArchive(WarehouseReader reader, String tenant) {
    this.reader = reader;
    this.tenant = tenant;
    this.archived =
        new ArchivedLines(
            tenant, RemovedPeriods.of(reader.table(WarehouseTable.COST_LEDGER)).before(tenant));
  }

  /** Reads it. */
  public static ArchivedLines read(WarehouseReader reader, String tenant) {
    WholeArchive archive = new WholeArchive(reader, tenant);
    archive.add(DefinitionsPublished.class, Function.identity());
    archive.add(PriceChange.class, Function.identity());
    archive.add(EntityChange.class, Function.identity());
    archive.add(TelemetryRecord.class, Function.identity());
    archive.add(DeliveryReceipt.class, ArchiveTables::input);
    archive.add(Charge.class, Function.identity());
    archive.add(UsageHour.class, Function.identity());
    return archive.archived;
  }

  private <R extends SpecificRecordBase> void add(
      Class<R> recordClass, Function<R, ? extends SpecificRecordBase> input) {
    try (CloseableIterable<Stored<R>> rows =
        reader.records(recordClass, WarehouseReader.tenant(tenant))) {
      rows.forEach(row -> archived.add(input.apply(row.record()), row.recordTime()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the archives", e);
    }
  }
}
