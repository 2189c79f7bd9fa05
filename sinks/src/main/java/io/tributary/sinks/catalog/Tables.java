package io.tributary.sinks.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.avro.Schema.Field;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Schemas, partitions, sort orders and properties. A table's columns are the fields of its Avro
 * record, under their names and with their documentation, and those that follow from them or from
 * the writing; Iceberg numbers them when the table is created and the numbers stay. Enumerations
 * are strings, instants {@code timestamptz}.
 */
public final class Tables {

  /** Columns whose smallest and largest value in a row group rule nothing out. */
  private static final Set<String> OF_NO_RANGE =
      Set.of(Columns.CHARGE_KEY, Columns.RESOURCE_ID, "resource_name", "charge_description");

  private Tables() {}

  /** The fixed columns of {@code table}; dimensions come on top by schema evolution. */
  public static Schema schema(WarehouseTable table) {
    AtomicInteger ids = new AtomicInteger();
    List<NestedField> columns = new ArrayList<>();
    for (Field field : table.avroSchema().getFields()) {
      columns.add(column(table, field, ids));
      if (field.name().equals(Columns.TENANT_ID)) {
        columns.addAll(addedToSigned(table, ids));
      } else if (field.name().equals(Columns.BILLING_PERIOD_START)) {
        columns.add(
            added(
                ids,
                Columns.BILLING_MONTH,
                Types.DateType.get(),
                "First day of the UTC month of billing_period_start + 14 h."));
      }
    }
    if (table.hasRecordTime()) {
      columns.add(
          added(
              ids,
              Columns.RECORD_TIME,
              Types.TimestampType.withZone(),
              "When the input was published."));
    }
    return new Schema(columns);
  }

  private static List<NestedField> addedToSigned(WarehouseTable table, AtomicInteger ids) {
    List<NestedField> columns = new ArrayList<>();
    if (table == WarehouseTable.COST_LEDGER) {
      columns.add(added(ids, Columns.TIER, Types.StringType.get(), "Storage tier: hot or cold."));
    }
    if (table.hasEntryTime()) {
      columns.add(
          added(ids, Columns.ENTRY_TIME, Types.TimestampType.withZone(), "When it was written."));
    }
    return columns;
  }

  private static NestedField column(WarehouseTable table, Field field, AtomicInteger ids) {
    NestedField.Builder column =
        NestedField.builder().withId(ids.incrementAndGet()).withDoc(field.doc());
    boolean overflow = table.hasElements() && field.name().equals(Columns.ELEMENTS);
    return column
        .withName(overflow ? Columns.ELEMENTS_OVERFLOW : field.name())
        .isOptional(overflow || field.schema().isUnion())
        .ofType(AvroTypes.iceberg(field.schema(), ids))
        .build();
  }

  private static NestedField added(AtomicInteger ids, String name, Type type, String doc) {
    return NestedField.required(ids.incrementAndGet(), name, type, doc);
  }

  public static PartitionSpec partitions(WarehouseTable table, Schema schema) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    return switch (table) {
      case COST_LEDGER -> spec.identity(Columns.TIER).identity(Columns.BILLING_MONTH).build();
      case CHARGES, COST_DAILY -> spec.identity(Columns.BILLING_MONTH).build();
      case USAGE_HOURLY -> spec.month("hour").build();
      case ESTIMATE_ERRORS -> spec.month("usage_day").build();
      case QUERY_LOG -> spec.day(Columns.ASKED_AT).build();
      default -> spec.build();
    };
  }

  public static SortOrder sortOrder(WarehouseTable table, Schema schema) {
    return table.hasElements()
        ? SortOrder.builderFor(schema)
            .asc(Columns.TENANT_ID)
            .asc(Columns.CHARGE_PERIOD_START)
            .build()
        : SortOrder.unsorted();
  }

  /** The format, and what keeps commits, planning and metadata small at one commit a second. */
  public static Map<String, String> properties(WarehouseTable table, Schema schema) {
    Map<String, String> properties = new TreeMap<>();
    properties.put(StoredFormat.NAME, Integer.toString(StoredFormat.NUMBER));
    properties.put(TableProperties.FORMAT_VERSION, "2");
    properties.put(TableProperties.METADATA_COMPRESSION, "gzip");
    properties.put(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true");
    properties.put(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "20");
    properties.put(TableProperties.MAX_SNAPSHOT_AGE_MS, "3600000");
    properties.put(TableProperties.MIN_SNAPSHOTS_TO_KEEP, "300");
    properties.put(TableProperties.COMMIT_NUM_RETRIES, "10");
    properties.put(TableProperties.COMMIT_MIN_RETRY_WAIT_MS, "50");
    properties.put(TableProperties.PARQUET_COMPRESSION, "zstd");
    properties.putAll(files(table, schema));
    properties.put(TableProperties.DEFAULT_WRITE_METRICS_MODE, "counts");
    // Readers prune files by tenant and time, and the freshness probe reads the entry times.
    Stream.of(
            Columns.TENANT_ID,
            Columns.BILLING_PERIOD_START,
            Columns.BILLING_MONTH,
            Columns.CHARGE_PERIOD_START,
            Columns.ENTRY_TIME,
            Columns.RECORD_TIME,
            Columns.ASKED_AT,
            "hour",
            "usage_day",
            "delivery_id")
        .filter(name -> schema.findField(name) != null)
        .forEach(
            name -> properties.put(TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + name, "full"));
    return properties;
  }

  /**
   * How large files and their row groups are. Of tables that are sorted by tenant and time most
   * questions need little: they read some columns of the row groups that may matter, and the
   * description of all row groups of a file that may matter, which is 4 KB for each of 400 KB. With
   * 20 of them in a file the one is about as much as the other.
   */
  private static Map<String, String> files(WarehouseTable table, Schema schema) {
    Map<String, String> properties = new TreeMap<>();
    boolean sorted = table.hasElements();
    properties.put(
        TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, Integer.toString((sorted ? 4 : 32) << 20));
    properties.put(
        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, Integer.toString((sorted ? 8 : 128) << 20));
    if (sorted) {
      for (NestedField column : schema.columns()) {
        if (column.type().typeId() == Type.TypeID.DECIMAL || OF_NO_RANGE.contains(column.name())) {
          properties.put(
              TableProperties.PARQUET_COLUMN_STATS_ENABLED_PREFIX + column.name(), "false");
        }
      }
    }
    return properties;
  }
}
