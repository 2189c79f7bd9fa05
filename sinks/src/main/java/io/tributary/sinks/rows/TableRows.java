package io.tributary.sinks.rows;

import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionDocs;
import io.tributary.sinks.catalog.WarehouseTable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema.Field;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table under one of its schemas, to and from Avro records. A record with a billing
 * period gets its billing month here and nowhere else. In the ledger the elements of an entry
 * spread over the dimension columns, or go to the overflow map, as the tenant's placement says, and
 * symbols are written in lower case.
 */
public final class TableRows {

  private static final int NO_COLUMN = -1;

  private final WarehouseTable table;
  private final Schema schema;
  private final AvroRows fields;
  private final GenericRecord blank;
  private final int recordTime;
  private final int tier;
  private final int entryTime;
  private final int periodStart;
  private final int billingMonth;
  private final int overflow;
  private final Map<Integer, String> dimensions = new TreeMap<>();

  public TableRows(WarehouseTable table, Schema schema) {
    this.table = table;
    this.schema = schema;
    boolean ledger = table == WarehouseTable.COST_LEDGER;
    boolean elements = table.hasElements();
    UnaryOperator<String> same = symbol -> symbol;
    UnaryOperator<String> lower = symbol -> symbol.toLowerCase(Locale.ROOT);
    UnaryOperator<String> upper = symbol -> symbol.toUpperCase(Locale.ROOT);
    this.fields =
        new AvroRows(
            table.avroSchema(), schema.asStruct(), ledger ? lower : same, ledger ? upper : same);
    this.blank = GenericRecord.create(schema);
    this.recordTime = table.hasRecordTime() ? position(Columns.RECORD_TIME) : NO_COLUMN;
    this.tier = ledger ? position(Columns.TIER) : NO_COLUMN;
    this.entryTime = table.hasEntryTime() ? position(Columns.ENTRY_TIME) : NO_COLUMN;
    Field start = table.avroSchema().getField(Columns.BILLING_PERIOD_START);
    this.periodStart = start == null ? NO_COLUMN : start.pos();
    this.billingMonth = start == null ? NO_COLUMN : position(Columns.BILLING_MONTH);
    this.overflow = elements ? position(Columns.ELEMENTS_OVERFLOW) : NO_COLUMN;
    if (elements) {
      DimensionDocs.idsByColumn(schema)
          .forEach((column, dimension) -> dimensions.put(position(column), dimension));
    }
  }

  private int position(String column) {
    for (int i = 0; i < schema.columns().size(); i++) {
      if (schema.columns().get(i).name().equals(column)) {
        return i;
      }
    }
    return NO_COLUMN;
  }

  /** Whether rows of this schema have every one of {@code columns}. */
  boolean hasColumns(Iterable<String> columns) {
    for (String column : columns) {
      if (position(column) == NO_COLUMN) {
        return false;
      }
    }
    return true;
  }

  /**
   * The row of a table without columns for dimensions.
   *
   * @param now when it is written; asked where the table has a column for it
   */
  Record row(WarehouseRow from, Supplier<OffsetDateTime> now) {
    Record row = row(from.record());
    Instant time = from.recordTime();
    if (time != null) {
      row.set(recordTime, time.atOffset(ZoneOffset.UTC));
    }
    if (entryTime != NO_COLUMN) {
      row.set(entryTime, now.get());
    }
    return row;
  }

  private Record row(SpecificRecordBase record) {
    Record row = blank.copy();
    fields.write(record, row);
    if (periodStart != NO_COLUMN) {
      row.set(billingMonth, BillingMonth.of((Instant) record.get(periodStart)).firstDay());
    }
    return row;
  }

  /**
   * The row of a ledger entry.
   *
   * @param positions where each dimension of the entry's tenant is kept, see {@link #positions}
   */
  Record row(LedgerEntry entry, OffsetDateTime now, Map<String, Integer> positions) {
    Record row = row(entry, entry.getElements(), positions);
    row.set(tier, Columns.HOT);
    row.set(entryTime, now);
    return row;
  }

  /** The row of a record with {@code elements}, which knows when it was written. */
  Record row(
      SpecificRecordBase record, Map<String, String> elements, Map<String, Integer> positions) {
    Record row = row(record);
    Map<String, String> beyond = null;
    for (Map.Entry<String, String> element : elements.entrySet()) {
      Integer position = Objects.requireNonNull(positions.get(element.getKey()));
      if (position == overflow) {
        beyond = beyond == null ? new TreeMap<>() : beyond;
        beyond.put(element.getKey(), element.getValue());
      } else {
        row.set(position, element.getValue());
      }
    }
    row.set(overflow, beyond);
    return row;
  }

  /** The column positions behind {@code columnByDimension}. */
  Map<String, Integer> positions(Map<String, String> columnByDimension) {
    Map<String, Integer> positions = new LinkedHashMap<>();
    columnByDimension.forEach((dimension, column) -> positions.put(dimension, position(column)));
    return positions;
  }

  /** The record a row was written from. */
  public SpecificRecordBase record(Record row) {
    SpecificRecordBase record = (SpecificRecordBase) AvroRows.newRecord(table.avroSchema());
    fields.read(row, record);
    if (table.hasElements()) {
      record.put(record.getSchema().getField(Columns.ELEMENTS).pos(), elements(row));
    }
    return record;
  }

  private Map<String, String> elements(Record row) {
    Map<String, String> elements = new TreeMap<>();
    dimensions.forEach(
        (position, dimension) -> {
          Object element = row.get(position);
          if (element != null) {
            elements.put(dimension, element.toString());
          }
        });
    Map<?, ?> beyond = (Map<?, ?>) row.get(overflow);
    if (beyond != null) {
      beyond.forEach(
          (dimension, element) -> elements.put(dimension.toString(), element.toString()));
    }
    return elements;
  }

  /** The record time of an archived row, null in tables that have none. */
  @Nullable
  public Instant recordTime(Record row) {
    return recordTime == NO_COLUMN ? null : ((OffsetDateTime) row.get(recordTime)).toInstant();
  }
}
