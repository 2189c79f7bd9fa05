package io.tributary.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.attribution.CodePointOrder;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** The newest entry of a tenant and its newest charge period, in µs. */
  private record Newest(long entryTime, long chargeStart) {

    Newest and(Newest other) {
      return new Newest(
          Math.max(entryTime, other.entryTime), Math.max(chargeStart, other.chargeStart));
    }
  }

  private static final int KEPT_TENANTS_OF_FILES = 1_000_000;

  private static final List<String> COLUMNS =
      List.of(Columns.TENANT_ID, Columns.ENTRY_TIME, Columns.CHARGE_PERIOD_START);

  private final Warehouse warehouse;
  private final TableFiles files;
  private final Cache<String, Map<String, Newest>> tenantsByFile =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_TENANTS_OF_FILES)
          .weigher((String file, Map<String, Newest> tenants) -> 1 + tenants.size())
          .build();

  LedgerActivity(Warehouse warehouse, TableFiles files) {
    this.warehouse = warehouse;
    this.files = files;
  }

  /** Tenants with entries in the newest snapshot, in code-point order. */
  public List<String> tenants() {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    return List.copyOf(newest(ledger, ledger.currentSnapshot(), Expressions.alwaysTrue()).keySet());
  }

  /** How new the entries of {@code tenant} are. */
  public Freshness freshness(String tenant) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot snapshot = ledger.currentSnapshot();
    Newest newest =
        newest(ledger, snapshot, Expressions.equal(Columns.TENANT_ID, tenant)).get(tenant);
    return new Freshness(
        snapshot == null ? null : snapshot.snapshotId(),
        snapshot == null ? null : Instant.ofEpochMilli(snapshot.timestampMillis()),
        newest == null ? null : TimeGrain.instant(newest.entryTime),
        newest == null
            ? null
            : TimeGrain.instant(newest.chargeStart).truncatedTo(ChronoUnit.HOURS));
  }

  private Map<String, Newest> newest(Table ledger, @Nullable Snapshot snapshot, Expression filter) {
    Map<String, Newest> newest = new TreeMap<>(CodePointOrder.ORDER);
    if (snapshot == null) {
      return newest;
    }
    for (DataFile file : files.files(ledger, snapshot, filter)) {
      tenantsByFile
          .get(file.location(), location -> tenants(ledger, file))
          .forEach((tenant, of) -> newest.merge(tenant, of, Newest::and));
    }
    return newest;
  }

  private static Map<String, Newest> tenants(Table ledger, DataFile file) {
    Schema schema = ledger.schema();
    NestedField tenant = schema.findField(Columns.TENANT_ID);
    Object first = bound(file.lowerBounds(), tenant);
    Object last = bound(file.upperBounds(), tenant);
    Object entryTime = bound(file.upperBounds(), schema.findField(Columns.ENTRY_TIME));
    Object chargeStart = bound(file.upperBounds(), schema.findField(Columns.CHARGE_PERIOD_START));
    return first != null
            && last != null
            && first.toString().contentEquals(last.toString())
            && entryTime instanceof Long entry
            && chargeStart instanceof Long charge
        ? Map.of(first.toString(), new Newest(entry, charge))
        : read(ledger, file);
  }

  private static @Nullable Object bound(
      @Nullable Map<Integer, ByteBuffer> bounds, NestedField column) {
    ByteBuffer bound = bounds == null ? null : bounds.get(column.fieldId());
    return bound == null ? null : Conversions.fromByteBuffer(column.type(), bound);
  }

  private static Map<String, Newest> read(Table ledger, DataFile file) {
    Schema projection = ledger.schema().select(COLUMNS);
    Map<String, Newest> tenants = new HashMap<>();
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
      Map<String, Newest> tenants, Iterable<StructLike> rows, Schema projection) {
    int tenant = position(projection, Columns.TENANT_ID);
    int entryTime = position(projection, Columns.ENTRY_TIME);
    int chargeStart = position(projection, Columns.CHARGE_PERIOD_START);
    for (StructLike row : rows) {
      tenants.merge(
          row.get(tenant, CharSequence.class).toString(),
          new Newest(row.get(entryTime, Long.class), row.get(chargeStart, Long.class)),
          Newest::and);
    }
  }

  private static int position(Schema schema, String column) {
    return schema.columns().indexOf(schema.findField(column));
  }
}
