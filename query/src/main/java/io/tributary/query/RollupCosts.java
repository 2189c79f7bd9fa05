package io.tributary.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.RollupState;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.PropertyUtil;

/** Which questions a rollup answers exactly as the ledger would, and which of several does. */
final class RollupCosts {

  /** What is read instead of the ledger. */
  record Reading(Rollup rollup, Table table, RollupState state) {

    /** Rows that are there, of all tenants. */
    private long size() {
      return PropertyUtil.propertyAsLong(
          state.snapshot().summary(), SnapshotSummary.TOTAL_RECORDS_PROP, Long.MAX_VALUE);
    }
  }

  private record Key(String tenant, long elementsSnapshot) {}

  private static final int KEPT = 1_000;

  private final Warehouse warehouse;
  private final TableFiles files;
  private final Cache<Key, Set<String>> explodedByTenant =
      Caffeine.newBuilder().maximumSize(KEPT).build();

  RollupCosts(Warehouse warehouse, TableFiles files) {
    this.warehouse = warehouse;
    this.files = files;
  }

  /**
   * The smallest that answers {@code query} as of a snapshot of the ledger; empty where only the
   * ledger does.
   *
   * @param dimensions that the query groups by or tests
   */
  Optional<Reading> of(
      LedgerQuery query, Collection<String> dimensions, Table ledger, Snapshot asOf) {
    List<Reading> readings = new ArrayList<>();
    for (Rollup rollup : Rollups.of(ledger)) {
      if (isFineEnough(rollup, query) && dimensions.stream().allMatch(rollup::keeps)) {
        read(rollup, query, ledger, asOf).ifPresent(readings::add);
      }
    }
    // After the rollups, so that no element is under (other) there and not yet here.
    return readings.isEmpty() || isAnyExploded(query.tenant(), dimensions)
        ? Optional.empty()
        : readings.stream().min(Comparator.comparingLong(Reading::size));
  }

  private static boolean isFineEnough(Rollup rollup, LedgerQuery query) {
    TimeGrain grain = TimeGrain.valueOf(rollup.grain().name());
    return query.grain().map(asked -> asked.compareTo(grain) >= 0).orElse(true);
  }

  private Optional<Reading> read(Rollup rollup, LedgerQuery query, Table ledger, Snapshot asOf) {
    Table table = Rollups.existing(warehouse, rollup);
    // Nobody has built it since it was declared, or since there are rollups.
    if (table == null
        || query.columns().stream().anyMatch(column -> table.schema().findField(column) == null)) {
      return Optional.empty();
    }
    return RollupState.of(table, ledger, asOf.snapshotId())
        .map(state -> new Reading(rollup, table, state));
  }

  private boolean isAnyExploded(String tenant, Collection<String> dimensions) {
    return !dimensions.isEmpty() && !Collections.disjoint(exploded(tenant), dimensions);
  }

  /** Dimensions with elements that rollups have under (other). */
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
