package io.tributary.sinks;

import io.tributary.events.Basis;
import io.tributary.events.Charge;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.sinks.catalog.AvroTypes;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rows.AvroRows;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** Records to store. */
public final class TestRecords {

  public static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
  public static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");

  private TestRecords() {}

  /** A record with every field set, nested ones too; {@code n} makes the values differ. */
  public static SpecificRecordBase full(WarehouseTable table, int n) {
    return (SpecificRecordBase) value(table.avroSchema(), n);
  }

  /** A record with nothing that may be missing: nulls, empty maps and lists. */
  public static SpecificRecordBase sparse(WarehouseTable table) {
    IndexedRecord record = AvroRows.newRecord(table.avroSchema());
    for (Schema.Field field : table.avroSchema().getFields()) {
      Object value =
          switch (field.schema().getType()) {
            case UNION -> null;
            case MAP -> Map.of();
            case ARRAY -> List.of();
            default -> value(field.schema(), 0);
          };
      record.put(field.pos(), value);
    }
    return (SpecificRecordBase) record;
  }

  private static Object value(Schema nullable, int n) {
    Schema schema = AvroTypes.present(nullable);
    return switch (schema.getType()) {
      case STRING -> "text \u00e4\u6771 " + n;
      case ENUM ->
          SpecificData.get()
              .createEnum(schema.getEnumSymbols().get(n % schema.getEnumSymbols().size()), schema);
      case INT -> n;
      case LONG ->
          schema.getLogicalType() instanceof LogicalTypes.TimestampMicros
              ? JANUARY.plusSeconds(n).plusNanos(123_456_000)
              : (Object) (Long.MAX_VALUE - n);
      case BYTES ->
          schema.getLogicalType() == null
              ? ByteBuffer.wrap(new byte[] {0, (byte) n, -1})
              : new BigDecimal("-12345678901234567890.123456789012345678")
                  .add(BigDecimal.valueOf(n));
      case MAP ->
          Map.of("key", value(schema.getValueType(), n), "", value(schema.getValueType(), n + 1));
      case ARRAY ->
          List.of(value(schema.getElementType(), n), value(schema.getElementType(), n + 1));
      case RECORD -> {
        IndexedRecord record = AvroRows.newRecord(schema);
        schema.getFields().forEach(f -> record.put(f.pos(), value(f.schema(), n + f.pos())));
        yield record;
      }
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }

  /** A billed base entry of January with one cost in all four measures. */
  public static LedgerEntry entry(
      String tenant, String chargeKey, String cost, String... elements) {
    BigDecimal amount = Money.exact(new BigDecimal(cost));
    LedgerEntry entry = (LedgerEntry) sparse(WarehouseTable.COST_LEDGER);
    entry.setTenantId(tenant);
    entry.setEntryKind(EntryKind.BASE);
    entry.setBasis(Basis.BILLED);
    entry.setBillingPeriodStart(JANUARY);
    entry.setChargePeriodStart(JANUARY);
    entry.setChargePeriodEnd(JANUARY.plusSeconds(3600));
    entry.setChargeKey(chargeKey);
    entry.setBillingCurrency("USD");
    entry.setBilledCost(amount);
    entry.setEffectiveCost(amount);
    entry.setListCost(amount);
    entry.setContractedCost(amount);
    entry.setConsumedQuantity(Money.ZERO);
    entry.setDefinitionsVersion(0);
    TreeMap<String, String> map = new TreeMap<>();
    for (int i = 0; i < elements.length; i += 2) {
      map.put(elements[i], elements[i + 1]);
    }
    entry.setElements(map);
    return entry;
  }

  /** A charge of January with one cost in all four measures. */
  public static Charge charge(String tenant, String chargeKey, long version, String cost) {
    BigDecimal amount = Money.exact(new BigDecimal(cost));
    Charge charge = (Charge) sparse(WarehouseTable.CHARGES);
    charge.setTenantId(tenant);
    charge.setChargeKey(chargeKey);
    charge.setVersion(version);
    charge.setOp(Op.UPSERT);
    charge.setDeliveryId("delivery-" + version);
    charge.setReport("default");
    charge.setServiceProviderName("aws");
    charge.setBillingAccountId("payer");
    charge.setBillingPeriodStart(JANUARY);
    charge.setBillingPeriodEnd(FEBRUARY);
    charge.setChargePeriodStart(JANUARY);
    charge.setChargePeriodEnd(JANUARY.plusSeconds(3600));
    charge.setChargeCategory("Usage");
    charge.setBillingCurrency("USD");
    charge.setBilledCost(amount);
    charge.setEffectiveCost(amount);
    charge.setListCost(amount);
    charge.setContractedCost(amount);
    return charge;
  }
}
