package io.tributary.jobs.inputs;

import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.jobs.bills.ArchivedDeliveries;
import io.tributary.sinks.catalog.UsageFile;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** What the archives of a tenant say that new inputs must follow. */
public final class ArchiveState {

  private final WarehouseReader reader;
  private final String tenantId;

  /** The archives of a tenant as {@code reader} shows them. */
  public ArchiveState(WarehouseReader reader, String tenantId) {
    this.reader = reader;
    this.tenantId = tenantId;
  }

  /**
   * The plan under which {@code inputs} follow what is archived.
   *
   * @param adopting whether the run must first read the archive into its state
   */
  public InputPlan plan(RecordedInputs inputs, boolean adopting)
      throws IOException, InvalidDefinitionsException {
    ArchivedDeliveries archived = ArchivedDeliveries.read(reader, tenantId);
    SortedMap<String, Long> sequences = new TreeMap<>();
    for (DeliveryScope scope : inputs.scopes()) {
      sequences.put(scope.id(), archived.sequence(scope) + 1);
    }
    String definitions = inputs.definitions();
    return new InputPlan(
        sequences,
        definitions == null ? 0 : definitionsVersion(definitions, inputs.effectiveFrom()),
        List.copyOf(recordedFiles()),
        adopting ? plannedArchive() : new TreeMap<>());
  }

  /** The next version of definitions of an instant; 0 where {@code text} is the last. */
  private long definitionsVersion(String text, Instant effectiveFrom) throws IOException {
    long[] highest = {0};
    String[] last = {null};
    forEach(
        DefinitionsPublished.class,
        published -> {
          if (published.getEffectiveFrom().equals(effectiveFrom)
              && published.getVersion() > highest[0]) {
            highest[0] = published.getVersion();
            last[0] = published.getYaml();
          }
        });
    return text.equals(last[0]) ? 0 : highest[0] + 1;
  }

  /** What identifies the usage that was recorded from files. */
  public Set<String> recordedFiles() throws IOException {
    Set<String> files = new HashSet<>();
    forEach(UsageFile.class, file -> files.add(file.getSha256()));
    return files;
  }

  /** Every tenant that has archives or a ledger. */
  public static SortedSet<String> tenants(WarehouseReader reader) throws IOException {
    SortedSet<String> tenants = new TreeSet<>();
    List<WarehouseTable> tables = new ArrayList<>(ArchiveTables.ATTRIBUTED);
    tables.add(WarehouseTable.COST_LEDGER);
    for (WarehouseTable table : tables) {
      try (CloseableIterable<Record> rows =
          reader.rows(table, Expressions.alwaysTrue(), "tenant_id")) {
        rows.forEach(row -> tenants.add(row.getField("tenant_id").toString()));
      }
    }
    return tenants;
  }

  /** The files of every archive table that may hold rows of the tenant, by table name. */
  public SortedMap<String, List<String>> plannedArchive() {
    SortedMap<String, List<String>> planned = new TreeMap<>();
    for (WarehouseTable table : ArchiveTables.ATTRIBUTED) {
      planned.put(table.name(), reader.plan(table, WarehouseReader.tenant(tenantId)));
    }
    return planned;
  }

  private <R extends SpecificRecordBase> void forEach(Class<R> recordClass, Consumer<R> action)
      throws IOException {
    try (CloseableIterable<Stored<R>> rows =
        reader.records(recordClass, WarehouseReader.tenant(tenantId))) {
      rows.forEach(row -> action.accept(row.record()));
    }
  }
}
