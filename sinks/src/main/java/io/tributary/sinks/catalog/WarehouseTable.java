package io.tributary.sinks.catalog;

import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.PriceChange;
import io.tributary.events.Rejection;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageHour;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The tables of a warehouse, in the order in which one change is committed to them: the ledger
 * comes last, so that a ledger snapshot implies its archives. Each table keeps the records of one
 * Avro class.
 */
public enum WarehouseTable {
  CHARGES(Charge.class, true),
  USAGE_HOURLY(UsageHour.class, true),
  ENTITIES(EntityChange.class, true),
  PRICES(PriceChange.class, true),
  DEFINITIONS(DefinitionsPublished.class, true),
  TELEMETRY(TelemetryRecord.class, true),
  DELIVERIES(DeliveryReceipt.class, true),
  REJECTED(Rejection.class, false),
  DIMENSIONS(DimensionColumn.class, false),
  OWNERS(TenantOwner.class, false),
  USAGE_FILES(UsageFile.class, false),
  ESTIMATE_ERRORS(EstimateError.class, false),
  COST_LEDGER(LedgerEntry.class, false),
  ROLLUP_ELEMENTS(RollupElement.class, false),
  COST_DAILY(DailyCost.class, false),
  QUERY_LOG(AskedQuestion.class, false);

  /** The Iceberg namespace of all tables. */
  public static final Namespace NAMESPACE = Namespace.of("tributary");

  private static final Map<Class<?>, WarehouseTable> BY_RECORD =
      Arrays.stream(values()).collect(Collectors.toMap(t -> t.recordClass, Function.identity()));

  private final Class<? extends SpecificRecordBase> recordClass;
  private final boolean recordTime;

  WarehouseTable(Class<? extends SpecificRecordBase> recordClass, boolean recordTime) {
    this.recordClass = recordClass;
    this.recordTime = recordTime;
  }

  /** The table that keeps records of {@code recordClass}. */
  public static WarehouseTable of(Class<? extends SpecificRecordBase> recordClass) {
    WarehouseTable table = BY_RECORD.get(recordClass);
    if (table == null) {
      throw new IllegalArgumentException("no table keeps " + recordClass.getName());
    }
    return table;
  }

  /** Name within the namespace: {@code cost_ledger}. */
  public String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Name within the catalog: {@code tributary.cost_ledger}. */
  public TableIdentifier identifier() {
    return TableIdentifier.of(NAMESPACE, tableName());
  }

  /** Class of the records kept. */
  public Class<? extends SpecificRecordBase> recordClass() {
    return recordClass;
  }

  /** Schema of the records kept. */
  public Schema avroSchema() {
    return SpecificData.get().getSchema(recordClass);
  }

  /** Whether the rows are signed changes, to be summed, and carry the time they were written. */
  public boolean isSigned() {
    return hasEntryTime() || this == COST_DAILY;
  }

  /** Whether rows get that time, which their records do not have, when they are written. */
  public boolean hasEntryTime() {
    return this == COST_LEDGER || this == ESTIMATE_ERRORS;
  }

  /** Whether the rows have a column for each dimension. */
  public boolean hasElements() {
    return this == COST_LEDGER || this == COST_DAILY;
  }

  /**
   * Whether nothing is attributed by the rows: they are made from those of the ledger after it is
   * committed, or tell what was asked of it.
   */
  public boolean isDerived() {
    return this == ROLLUP_ELEMENTS || this == COST_DAILY || this == QUERY_LOG;
  }

  /** Whether the rows carry the record time of an accepted input in a column of its own. */
  public boolean hasRecordTime() {
    return recordTime;
  }
}
