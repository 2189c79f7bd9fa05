package io.tributary.sinks.commit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.events.BillingMonth;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.jspecify.annotations.Nullable;

/**
 * Which billing months of tenants are past their retention: their rows are gone, or about to go,
 * and do not come back. Properties of the ledger tell, by hash of the tenant, since one that is
 * erased is named nowhere.
 */
public final class RemovedPeriods {

  /** Followed by a hash of a tenant: the first month that it still has. */
  private static final String BEFORE = "tributary.removed-before.";

  private static final int HASH_BYTES = 16;

  private final Map<String, String> properties;

  private RemovedPeriods(Map<String, String> properties) {
    this.properties = properties;
  }

  /** As the metadata says with which {@code ledger} was loaded. */
  public static RemovedPeriods of(Table ledger) {
    return new RemovedPeriods(Map.copyOf(ledger.properties()));
  }

  /** As the ledger says now. */
  public static RemovedPeriods of(Warehouse warehouse) {
    return of(warehouse.table(WarehouseTable.COST_LEDGER));
  }

  /** The first billing month that {@code tenant} still has; null where it has all. */
  public @Nullable BillingMonth before(String tenant) {
    String month = properties.get(property(tenant));
    return month == null ? null : BillingMonth.parse(month);
  }

  /** Whether a billing month is removed. */
  public boolean has(String tenant, BillingMonth month) {
    BillingMonth before = before(tenant);
    return before != null && month.isBefore(before);
  }

  /**
   * Tells readers and writers that periods are removed, before their rows are. What was removed
   * stays removed.
   *
   * @param months first month that is still there, by tenant
   */
  public static void add(Warehouse warehouse, Map<String, BillingMonth> months) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    RemovedPeriods known = of(ledger);
    UpdateProperties update = ledger.updateProperties();
    boolean changed = false;
    for (Map.Entry<String, BillingMonth> tenant : months.entrySet()) {
      BillingMonth before = known.before(tenant.getKey());
      if (before == null || before.isBefore(tenant.getValue())) {
        update.set(property(tenant.getKey()), tenant.getValue().toString());
        changed = true;
      }
    }
    if (changed) {
      update.commit();
    }
  }

  private static String property(String tenant) {
    return BEFORE + hash(tenant);
  }

  /** What stands for a text in a property of a table. */
  public static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
