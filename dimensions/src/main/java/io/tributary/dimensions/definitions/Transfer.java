package io.tributary.dimensions.definitions;

import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * Cost that an allocation moves: off the pool's side, where its dimension has no element, or onto
 * an element. Its measures are told beside it; those of one (allocation, granule, basis, currency)
 * sum to 0.
 *
 * @param allocation its id
 * @param tuple what is known of the lines it stands for
 * @param elements by dimension id: of the allocation, of the dimensions among the tuple's columns
 *     and of those that depend on the allocation; without those that have none
 */
public record Transfer(
    String allocation, AllocationTuple tuple, SortedMap<String, String> elements) {

  /** Takes a copy of {@code elements}. */
  public Transfer {
    elements = Collections.unmodifiableSortedMap(new TreeMap<>(elements));
  }

  /** The entry by which the ledger has {@code measures} of it. */
  public LedgerEntry entry(String tenantId, Measures measures, long definitionsVersion) {
    LedgerEntry entry = new LedgerEntry();
    tuple.columns().forEach((source, value) -> writeColumn(entry, source, value));
    entry.setTenantId(tenantId);
    entry.setEntryKind(EntryKind.TRANSFER);
    entry.setBasis(tuple.basis());
    entry.setAllocation(allocation);
    entry.setBillingPeriodStart(tuple.billingMonth().start());
    entry.setChargePeriodStart(tuple.start());
    entry.setChargePeriodEnd(tuple.end());
    entry.setBillingCurrency(tuple.currency());
    measures.writeTo(entry);
    entry.setElements(new TreeMap<>(elements));
    entry.setDefinitionsVersion(definitionsVersion);
    return entry;
  }

  /** The ledger has columns of text for some FOCUS columns; tags and labels are in none. */
  private static void writeColumn(LedgerEntry entry, String source, String value) {
    Schema.Field field = LedgerEntry.getClassSchema().getField(snakeCase(source));
    if (field != null && isText(field.schema())) {
      entry.put(field.pos(), value);
    }
  }

  private static boolean isText(Schema schema) {
    return schema.getType() == Schema.Type.STRING
        || schema.isUnion()
            && schema.getTypes().stream().anyMatch(type -> type.getType() == Schema.Type.STRING);
  }

  private static String snakeCase(String id) {
    return id.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
