package io.tributary.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Who has entries in the ledger and how new they are. A file of one tenant is known from its
 * metadata; one of several is read once. Safe for use by several threads.
 */
public final class LedgerActivity {

  /**
   * How new a tenant's part of the ledger is.
   *
   * @param snapshotId the newest snapshot of the ledger, null where it holds nothing
   * @param snapshotTime when that was committed
   * @param newestEntryTime when the tenant's newest entry was written, null where it has none
   * @param newestChargeHour the newest hour in which a charge period of the tenant starts
   */
  public record Freshness(
      @Nullable Long snapshotId,
      @Nullable Instant snapshotTime,
      @Nullable Instant newestEntryTime,
      @Nullable Instant newestChargeHour) {}

  /** The first and the newest entry of a tenant and its newest charge period, in µs. */
  private record Extent(long firstEntry, long entryTime, long chargeStart) {

    Extent and(Extent other) {
      return new Extent(
          Math.min(firstEntry, other.firstEntry),
          Math.max(entryTime, other.entryTime),
          Math.max(chargeStart, other.chargeStart));
    }
  }

  private static final int KEPT_TENANTS_OF_FILES = 1_000_000;

  private static final List<String> COLUMNS =
      List.of(Columns.TENANT_ID, Columns.ENTRY_TIME, Columns.CHARGE_PERIOD_START);

  private final Warehouse warehouse;
  private final TableFiles files;
  private final Cache<String, Map<String, Extent>> tenantsByFile =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_TENANTS_OF_FILES)
          .weigher((String file, Map<String, Extent> tenants) -> 1 + tenants.size())
          .build();

  LedgerActivity(Warehouse warehouse, TableFiles files) {
    this.warehouse = warehouse;
    this.files = files;
  }

  /** Tenants with entries in the newest snapshot, in code-point order. */
  public List<String> tenants() {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    return List.copyOf(
        extents(ledger, ledger.currentSnapshot(), Expressions.alwaysTrue()).keySet());
  }

  /** How new the entries of {@code tenant} are. */
  public Freshness freshness(String tenant) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot snapshot = ledger.currentSnapshot();
    Extent newest =
        extents(ledger, snapshot, Expressions.equal(Columns.TENANT_ID, tenant)).get(tenant);
    return new Freshness(
        snapshot == null ? null : snapshot.snapshotId(),
        snapshot == null ? null : Instant.ofEpochMilli(snapshot.timestampMillis()),
        newest == null ? null : TimeGrain.instant(newest.entryTime),
        newest == null
            ? null
            : TimeGrain.instant(newest.chargeStart).truncatedTo(ChronoUnit.HOURS));
  }

  /** When the first entry of {@code tenant} was written that the newest snapshot has. */
  Optional<Instant> begin(String tenant) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Expression ofTenant = Expressions.equal(Columns.TENANT_ID, tenant);
    return Optional.ofNullable(extents(ledger, ledger.currentSnapshot(), ofTenant).get(tenant))
        .map(extent -> TimeGrain.instant(extent.firstEntry));
  }

  private Map<String, Extent> extents(
      Table ledger, @Nullable Snapshot snapshot, Expression filter) {
    Map<String, Extent> extents = new TreeMap<>(CodePointOrder.ORDER);
    if (snapshot == null) {
      return extents;
    }
    for (DataFile file : files.files(ledger, snapshot, filter)) {
      tenantsByFile
          .get(file.location(), location -> tenants(ledger, file))
          .forEach((tenant, of) -> extents.merge(tenant, of, Extent::and));
    }
    return extents;
  }

  private static Map<String, Extent> tenants(Table ledger, DataFile file) {
    Schema schema = ledger.schema();
    NestedField tenant = schema.findField(Columns.TENANT_ID);
    Object first = bound(file.lowerBounds(), tenant);
    Object last = bound(file.upperBounds(), tenant);
    Object firstEntry = bound(file.lowerBounds(), schema.findField(Columns.ENTRY_TIME));
    Object entryTime = bound(file.upperBounds(), schema.findField(Columns.ENTRY_TIME));
    Object chargeStart = bound(file.upperBounds(), schema.findField(Columns.CHARGE_PERIOD_START));
    return first != null
            && last != null
            && first.toString().contentEquals(last.toString())
            && firstEntry instanceof Long begin
            && entryTime instanceof Long entry
            && chargeStart instanceof Long charge
        ? Map.of(first.toString(), new Extent(begin, entry, charge))
        : read(ledger, file);
  }

  private static @Nullable Object bound(
      @Nullable Map<Integer, ByteBuffer> bounds, NestedField column) {
    ByteBuffer bound = bounds == null ? null : bounds.get(column.fieldId());
    return bound == null ? null : Conversions.fromByteBuffer(column.type(), bound);
  }

  private static Map<String, Extent> read(Table ledger, DataFile file) {
    Schema projection = ledger.schema().select(COLUMNS);
    Map<String, Extent> tenants = new HashMap<>();
    for (TableFiles.Part part : TableFiles.parts(file)) {
      try (CloseableIterable<StructLike> rows =
          TableFiles.rows(ledger.io(), part, projection, Expressions.alwaysTrue())) {
        addTo(tenants, rows, projection);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file.location(), e);
      }
    }
    return tenants;
  }

  private static void addTo(
      Map<String, Extent> tenants, Iterable<StructLike> rows, Schema projection) {
    int tenant = position(projection, Columns.TENANT_ID);
    int entryTime = position(projection, Columns.ENTRY_TIME);
    int chargeStart = position(projection, Columns.CHARGE_PERIOD_START);
    for (StructLike row : rows) {
      long written = row.get(entryTime, Long.class);
      tenants.merge(
          row.get(tenant, CharSequence.class).toString(),
          new Extent(written, written, row.get(chargeStart, Long.class)),
          Extent::and);
    }
  }

  private static int position(Schema schema, String column) {
    return schema.columns().indexOf(schema.findField(column));
  }
}
