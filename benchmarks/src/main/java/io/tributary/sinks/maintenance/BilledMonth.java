package io.tributary.sinks.maintenance;

import io.tributary.events.Basis;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The attributed lines of a tenant's month as a bill has them: a line a day of each resource, with
 * keys and costs that repeat nothing, and names that repeat much.
 *
 * @param lines of the month
 */
record BilledMonth(int lines) {

  static final String TENANT = "acme";
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final int DAYS = 31;
  private static final int RESTATED_EVERY = 100;

  /** Whether a later delivery has another cost of it: one line of a hundred, all over the month. */
  boolean isRestated(int line) {
    return Math.floorMod(mixed(line, 9), RESTATED_EVERY) == 0;
  }

  /** The entry of a line. */
  LedgerEntry entry(int line, boolean restated) {
    int resource = line / DAYS;
    int service = resource % 12;
    String region = "eu-west-" + resource % 3;
    Instant day = START.plus(Duration.ofDays(line % DAYS));
    String account = "%012d".formatted(400_000_000_000L + resource % 40);
    LedgerEntry entry = new LedgerEntry();
    entry.setTenantId(TENANT);
    entry.setEntryKind(EntryKind.BASE);
    entry.setBasis(Basis.BILLED);
    entry.setBillingPeriodStart(START);
    entry.setChargePeriodStart(day);
    entry.setChargePeriodEnd(day.plus(Duration.ofDays(1)));
    entry.setChargeKey("%08x%08x%08x".formatted(mixed(line, 1), mixed(line, 2), mixed(line, 3)));
    entry.setServiceProviderName("AWS");
    entry.setBillingAccountId("300000000000");
    entry.setSubAccountId(account);
    entry.setChargeCategory("Usage");
    entry.setChargeDescription("per hour of service %d in %s".formatted(service, region));
    entry.setServiceCategory("Compute");
    entry.setServiceName("service " + service);
    entry.setRegionId(region);
    entry.setSkuId("SKU%06d".formatted(resource % 300));
    entry.setSkuMeter("meter-" + resource % 300);
    entry.setResourceId("arn:aws:%s:%s:%08x".formatted(region, account, mixed(resource, 4)));
    entry.setResourceName("name-" + resource);
    entry.setResourceType("type " + service);
    entry.setBillingCurrency("USD");
    cost(entry, cost(line).multiply(new BigDecimal(restated ? "0.88" : "1")));
    entry.setConsumedQuantity(Money.exact(BigDecimal.valueOf(mixed(line, 5) & 0xffff, 3)));
    entry.setConsumedUnit("Hrs");
    entry.setElements(
        Map.of(
            "Team", "team " + resource % 25,
            "Product", "product " + resource % 60,
            "Environment", resource % 4 == 0 ? "test" : "production",
            "CostCenter", "cc-" + resource % 31));
    entry.setDefinitionsVersion(1);
    return entry;
  }

  /** The entry that takes {@code entry} back. */
  static LedgerEntry reversal(LedgerEntry entry) {
    LedgerEntry reversal = LedgerEntry.newBuilder(entry).build();
    cost(reversal, entry.getEffectiveCost().negate());
    reversal.setConsumedQuantity(entry.getConsumedQuantity().negate());
    return reversal;
  }

  private static BigDecimal cost(int line) {
    return BigDecimal.valueOf(1 + (mixed(line, 6) & 0x7fffffffL), 8);
  }

  private static void cost(LedgerEntry entry, BigDecimal amount) {
    BigDecimal cost = Money.exact(amount);
    entry.setBilledCost(cost);
    entry.setEffectiveCost(cost);
    entry.setListCost(cost);
    entry.setContractedCost(cost);
  }

  /** The finalizer of MurmurHash3. */
  private static int mixed(int value, int salt) {
    int hash = value * 0x9e3779b9 + salt * 0x85ebca6b;
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return hash ^ (hash >>> 16);
  }
}
