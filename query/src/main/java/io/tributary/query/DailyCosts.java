package io.tributary.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.sinks.RollupState;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** Which questions the rollup {@code cost_daily} answers exactly as the ledger would. */
final class DailyCosts {

  /** What is read instead of the ledger. */
  record Reading(Table table, RollupState state) {}

  private record Key(String tenant, long elementsSnapshot) {}

  private static final int KEPT = 1_000;

  private final Warehouse warehouse;
  private final TableFiles files;
  private final Cache<Key, Set<String>> explodedByTenant =
      Caffeine.newBuilder().maximumSize(KEPT).build();

  DailyCosts(Warehouse warehouse, TableFiles files) {
    this.warehouse = warehouse;
    this.files = files;
  }

  /**
   * What answers {@code query} as of a snapshot of the ledger; empty where only the ledger does.
   *
   * @param dimensions that the query groups by or tests
   */
  Optional<Reading> of(
      LedgerQuery query, Collection<String> dimensions, Table ledger, Snapshot asOf) {
    if (query.grain().filter(grain -> grain.compareTo(TimeGrain.DAY) < 0).isPresent()) {
      return Optional.empty();
    }
    Table daily;
    try {
      daily = warehouse.table(WarehouseTable.COST_DAILY);
    } catch (NoSuchTableException e) {
      // Nobody has written to this warehouse since it has rollups.
      return Optional.empty();
    }
    Schema schema = daily.schema();
    if (query.columns().stream().anyMatch(column -> schema.findField(column) == null)) {
      return Optional.empty();
    }
    Optional<RollupState> state = RollupState.of(daily, ledger, asOf.snapshotId());
    // After the rollup, so that no element is under (other) there and not yet here.
    return state.isEmpty() || isAnyExploded(query.tenant(), dimensions)
        ? Optional.empty()
        : state.map(found -> new Reading(daily, found));
  }

  private boolean isAnyExploded(String tenant, Collection<String> dimensions) {
    return !dimensions.isEmpty() && !Collections.disjoint(exploded(tenant), dimensions);
  }

  /** Dimensions with elements that the rollup has under (other). */
  private Set<String> exploded(String tenant) {
    Table table = warehouse.table(WarehouseTable.ROLLUP_ELEMENTS);
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null
        ? Set.of()
        : explodedByTenant.get(
            new Key(tenant, snapshot.snapshotId()), key -> read(table, snapshot, tenant));
  }

  private Set<String> read(Table table, Snapshot snapshot, String tenant) {
    Schema projection = table.schema().select(Columns.TENANT_ID, "dimension", "element");
    Expression filter =
        Expressions.and(
            Expressions.equal(Columns.TENANT_ID, tenant), Expressions.isNull("element"));
    Set<String> exploded = new HashSet<>();
    for (DataFile file : files.files(table, snapshot, filter)) {
      for (TableFiles.Part part : TableFiles.parts(file)) {
        try (CloseableIterable<StructLike> rows =
            TableFiles.rows(table.io(), part, projection, filter)) {
          for (StructLike row : rows) {
            if (row.get(2, Object.class) == null
                && tenant.contentEquals(row.get(0, CharSequence.class))) {
              exploded.add(row.get(1, CharSequence.class).toString());
            }
          }
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read the elements of rollups", e);
        }
      }
    }
    return exploded;
  }
}
