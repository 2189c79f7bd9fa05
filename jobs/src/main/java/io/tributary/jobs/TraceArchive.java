package io.tributary.jobs;

import io.tributary.attribution.ArchivedLines;
import io.tributary.dimensions.definitions.TenantSplits;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.LedgerEntry;
import io.tributary.events.PriceChange;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.UsageHour;
import io.tributary.jobs.inputs.ArchiveTables;
import io.tributary.query.LineTracer;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Works lines out again from as much of the archives as they depend on: what hangs on their
 * resources and charges, and what holds for the whole tenant.
 */
public final class TraceArchive implements LineTracer {

  private static final String HOUR = "hour";

  @Override
  public List<TracedLine> trace(WarehouseReader reader, String tenant, List<LedgerEntry> lines) {
    Archive archive = new Archive(reader, WarehouseReader.tenant(tenant));
    Set<String> resources = present(lines, LedgerEntry::getResourceId);
    Set<String> keys = present(lines, LedgerEntry::getChargeKey);
    ArchivedLines archived = new ArchivedLines(tenant);
    archive.forEach(DefinitionsPublished.class, Expressions.alwaysTrue(), archived::add);
    archive.forEach(PriceChange.class, Expressions.alwaysTrue(), archived::add);
    archive.forEach(
        EntityChange.class,
        Expressions.or(
            Expressions.notEqual("kind", "resource"),
            archive.among(resources, WarehouseTable.ENTITIES, "entity_id")),
        archived::add);
    archive.forEach(
        DeliveryReceipt.class,
        Expressions.alwaysTrue(),
        (receipt, recordTime) -> archived.add(ArchiveTables.input(receipt), recordTime));
    // Not by time: a version of the charge that holds now may be of another time.
    Hull hull = new Hull(lines);
    archive.forEach(
        Charge.class,
        Expressions.or(
            archive.among(resources, WarehouseTable.CHARGES, Columns.RESOURCE_ID),
            Expressions.in(Columns.CHARGE_KEY, keys)),
        (charge, recordTime) -> {
          archived.add(charge, recordTime);
          if (keys.contains(charge.getChargeKey())) {
            hull.include(charge.getChargePeriodStart(), charge.getChargePeriodEnd());
          }
        });
    Archive ofHours = new Archive(reader, Expressions.and(archive.rows, hull.hours()));
    ofHours.forEach(
        UsageHour.class,
        ofHours.among(resources, WarehouseTable.USAGE_HOURLY, Columns.RESOURCE_ID, HOUR),
        archived::add);
    return archived.lines();
  }

  @Override
  public TenantSplits splits(WarehouseReader reader, String tenant) {
    ArchivedLines archived = WholeArchive.read(reader, tenant);
    TenantSplits splits = new TenantSplits(archived.entities(), archived.telemetry());
    archived.lines().forEach(splits::add);
    archived.usage().forEach(splits::add);
    return splits;
  }

  private static Set<String> present(List<LedgerEntry> lines, Function<LedgerEntry, ?> column) {
    return lines.stream()
        .map(column)
        .filter(Objects::nonNull)
        .map(Object::toString)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** From the first to the last instant whose usage matters to some lines. */
  private static final class Hull {

    private Instant start;
    private Instant end;

    Hull(List<LedgerEntry> lines) {
      start =
          lines.stream()
              .map(LedgerEntry::getChargePeriodStart)
              .min(Comparator.naturalOrder())
              .orElse(Instant.EPOCH);
      end =
          lines.stream()
              .map(LedgerEntry::getChargePeriodEnd)
              .max(Comparator.naturalOrder())
              .orElse(Instant.EPOCH);
    }

    void include(Instant from, Instant to) {
      start = from.isBefore(start) ? from : start;
      end = to.isAfter(end) ? to : end;
    }

    Expression hours() {
      return Expressions.and(
          Expressions.greaterThanOrEqual(HOUR, start.atOffset(ZoneOffset.UTC).toString()),
          Expressions.lessThan(HOUR, end.atOffset(ZoneOffset.UTC).toString()));
    }
  }

  /** Rows of the archives. */
  private record Archive(WarehouseReader reader, Expression rows) {

    <R extends SpecificRecordBase> void forEach(
        Class<R> recordClass, Expression filter, BiConsumer<R, @Nullable Instant> action) {
      try (CloseableIterable<Stored<R>> records =
          reader.records(recordClass, Expressions.and(rows, filter))) {
        records.forEach(row -> action.accept(row.record(), row.recordTime()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the archives", e);
      }
    }

    /**
     * True for the rows whose column names one of these resources, however it is spelled there.
     * Archives keep ids as delivered, so how Azure ids are spelled is read first, from the column
     * alone; ids of other kinds are spelled one way.
     *
     * @param read the column first, then others that say which rows these are
     */
    Expression among(Set<String> identities, WarehouseTable table, String... read) {
      String column = read[0];
      Set<String> spellings = new TreeSet<>(identities);
      if (identities.stream().anyMatch(ResourceIdentity::isResourceManagerId)) {
        Expression azure = Expressions.startsWith(column, "/");
        try (CloseableIterable<Record> named =
            reader.rows(table, Expressions.and(rows, azure), columns(read))) {
          for (Record row : named) {
            String spelling = row.getField(column).toString();
            if (identities.contains(ResourceIdentity.of(spelling))) {
              spellings.add(spelling);
            }
          }
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read the archives", e);
        }
      }
      return Expressions.in(column, spellings);
    }

    private static String[] columns(String... read) {
      return Stream.concat(Stream.of(Columns.TENANT_ID), Stream.of(read)).toArray(String[]::new);
    }
  }
}
