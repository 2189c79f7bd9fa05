package io.tributary.jobs.cdc;

import io.tributary.events.EntityChange;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a table become entities: one row is one entity.
 *
 * @param table schema and name, joined by a dot
 * @param tenant whose entities these are, or null where a column says
 * @param tenantColumn the column that says whose entity a row is, or null where all are one
 *     tenant's
 * @param kind of the entities
 * @param idColumns whose values, joined by slashes, identify an entity within tenant and kind
 * @param attributeColumns the attributes; where empty, every column with no other part
 * @param validFromColumn from when a row holds, or null for the time at which it was committed
 * @param since from when rows hold that the first snapshot finds, or null for the time of that
 *     snapshot
 */
public record TableMapping(
    String table,
    @Nullable String tenant,
    @Nullable String tenantColumn,
    String kind,
    List<String> idColumns,
    List<String> attributeColumns,
    @Nullable String validFromColumn,
    @Nullable Instant since) {

  /** Copies the lists. */
  public TableMapping {
    idColumns = List.copyOf(idColumns);
    attributeColumns = List.copyOf(attributeColumns);
  }

  /** Columns that say which entity and when, and so are no attributes unless named as such. */
  Set<String> keyColumns() {
    Set<String> columns = new LinkedHashSet<>(idColumns);
    if (tenantColumn != null) {
      columns.add(tenantColumn);
    }
    if (validFromColumn != null) {
      columns.add(validFromColumn);
    }
    return columns;
  }

  /** Whether this mapping may have made {@code change}. */
  boolean feeds(EntityChange change) {
    return kind.equals(change.getKind()) && (tenant == null || tenant.equals(change.getTenantId()));
  }

  /** Every column that this mapping names. */
  Set<String> namedColumns() {
    Set<String> columns = new LinkedHashSet<>(keyColumns());
    columns.addAll(attributeColumns);
    return columns;
  }
}
