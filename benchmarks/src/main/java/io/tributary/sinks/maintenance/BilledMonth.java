package io.tributary.sinks.maintenance;

import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Money;
import io.tributary.events.Op;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The charges of a tenant's month as a bill has them: a line a day of each resource, with keys and
 * costs that repeat nothing, and names that repeat much.
 *
 * @param lines of the month
 */
record BilledMonth(int lines) {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final String TENANT = "acme";
  private static final Instant END = Instant.parse("2026-02-01T00:00:00Z");
  private static final int DAYS = 31;
  private static final int DELIVERIES = 100;

  /** Four dimensions, each of a tag. */
  static DefinitionsPublished definitions() {
    return new DefinitionsPublished(
        TENANT,
        1L,
        START,
        """
        Dimensions:
          Team: {GroupBy: {Source: Tag:team}}
          Product: {GroupBy: {Source: Tag:product}}
          Environment: {GroupBy: {Source: Tag:environment}}
          CostCenter: {GroupBy: {Source: Tag:cost-center}}
        """);
  }

  /** The lines that a later delivery has another cost of: one of a hundred, all over the month. */
  IntStream changedBy(int delivery) {
    return IntStream.range(0, lines).filter(line -> changes(line) == delivery);
  }

  private static int changes(int line) {
    return Math.floorMod(mixed(line, 9), DELIVERIES);
  }

  /** A line as it is billed after so many later deliveries. */
  Charge charge(int line, int deliveries) {
    boolean restated = changes(line) < deliveries;
    int resource = line / DAYS;
    int service = resource % 12;
    String region = "eu-west-" + resource % 3;
    Instant day = START.plus(Duration.ofDays(line % DAYS));
    String account = "%012d".formatted(400_000_000_000L + resource % 40);
    Charge charge = new Charge();
    charge.setTenantId(TENANT);
    charge.setChargeKey("%08x%08x%08x".formatted(mixed(line, 1), mixed(line, 2), mixed(line, 3)));
    charge.setVersion(restated ? 2L : 1L);
    charge.setOp(Op.UPSERT);
    charge.setDeliveryId("d-1");
    charge.setReport("default");
    charge.setServiceProviderName("AWS");
    charge.setBillingAccountId("300000000000");
    charge.setSubAccountId(account);
    charge.setBillingPeriodStart(START);
    charge.setBillingPeriodEnd(END);
    charge.setChargePeriodStart(day);
    charge.setChargePeriodEnd(day.plus(Duration.ofDays(1)));
    charge.setChargeCategory("Usage");
    charge.setChargeDescription("per hour of service %d in %s".formatted(service, region));
    charge.setServiceCategory("Compute");
    charge.setServiceName("service " + service);
    charge.setRegionId(region);
    charge.setSkuId("SKU%06d".formatted(resource % 300));
    charge.setSkuMeter("meter-" + resource % 300);
    charge.setResourceId("arn:aws:%s:%s:%08x".formatted(region, account, mixed(resource, 4)));
    charge.setResourceName("name-" + resource);
    charge.setResourceType("type " + service);
    charge.setBillingCurrency("USD");
    BigDecimal cost = Money.exact(cost(line).multiply(new BigDecimal(restated ? "0.88" : "1")));
    charge.setBilledCost(cost);
    charge.setEffectiveCost(cost);
    charge.setListCost(cost);
    charge.setContractedCost(cost);
    charge.setConsumedQuantity(Money.exact(BigDecimal.valueOf(mixed(line, 5) & 0xffff, 3)));
    charge.setConsumedUnit("Hrs");
    charge.setTags(tags(resource));
    charge.setExtras(Map.of());
    return charge;
  }

  private static Map<String, String> tags(int resource) {
    return Map.of(
        "team", "team " + resource % 25,
        "product", "product " + resource % 60,
        "environment", resource % 4 == 0 ? "test" : "production",
        "cost-center", "cc-" + resource % 31);
  }

  private static BigDecimal cost(int line) {
    return BigDecimal.valueOf(1 + (mixed(line, 6) & 0x7fffffffL), 8);
  }

  /** The finalizer of MurmurHash3. */
  private static int mixed(int value, int salt) {
    int hash = value * 0x9e3779b9 + salt * 0x85ebca6b;
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return hash ^ (hash >>> 16);
  }
}
