package io.tributary.enrichment;

import io.tributary.attribution.Buckets;
import io.tributary.attribution.Input;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A month of one tenant: daily charges of many resources, of which every hundredth part is in one
 * account. A resource without an owner of its own has the owner of its account.
 */
final class OpenLines {

  static final String TENANT = "acme";
  static final int ACCOUNTS = 100;
  static final int DAYS = 31;
  static final Instant MONTH = Instant.parse("2026-01-01T00:00:00Z");

  private static final Instant NEXT_MONTH = Instant.parse("2026-02-01T00:00:00Z");
  private static final int CHARGES_PER_RESOURCE = 100;
  private static final BigDecimal COST = new BigDecimal("1.250000000000000000");

  private final int lines;
  private final int resources;

  OpenLines(int lines) {
    this.lines = lines;
    this.resources = Math.max(ACCOUNTS, lines / CHARGES_PER_RESOURCE);
  }

  int count() {
    return lines;
  }

  /** The definitions; those of another release give every line another element. */
  static DefinitionsPublished definitions(long version, int release) {
    return new DefinitionsPublished(
        TENANT,
        version,
        MONTH,
        """
        Dimensions:
          Release:
            GroupBy: {Source: Service, Format: 'release %d of {0}'}
          Team:
            DefaultValue: unowned
            GroupBy:
              Sources: [Tag:team, Entity:resource:owner, Entity:account:owner]
              CoalesceSources: true
          Application:
            Rules:
              - Type: Group
                Name: shop
                Conditions:
                  - {Source: Tag:app, Matches: '(web|api)[0-9]+-[a-z]+'}
              - Type: GroupBy
                Source: Tag:app
        """
            .formatted(release));
  }

  static EntityChange owner(String kind, String id, String owner, Instant from, long version) {
    return new EntityChange(TENANT, kind, id, Map.of("owner", owner), from, version, Op.UPSERT);
  }

  static String account(int number) {
    return "account-%02d".formatted(number);
  }

  static String resource(int number) {
    return "i-%05d".formatted(number);
  }

  /** The charge of a number from 0 to {@link #count}; resources change fastest. */
  Charge charge(int number) {
    int resource = number % resources;
    int ofResource = number / resources;
    Instant day = MONTH.plus(ofResource % DAYS, ChronoUnit.DAYS);
    Charge charge = new Charge();
    charge.setTenantId(TENANT);
    charge.setChargeKey("c-" + ofResource);
    charge.setVersion(1L);
    charge.setOp(Op.UPSERT);
    charge.setDeliveryId("d-1");
    charge.setReport("default");
    charge.setServiceProviderName("AWS");
    charge.setBillingAccountId("payer");
    charge.setSubAccountId(account(resource % ACCOUNTS));
    charge.setBillingPeriodStart(MONTH);
    charge.setBillingPeriodEnd(NEXT_MONTH);
    charge.setChargePeriodStart(day);
    charge.setChargePeriodEnd(day.plus(1, ChronoUnit.DAYS));
    charge.setChargeCategory("Usage");
    charge.setChargeDescription("0.0521 USD per hour of m7g.large");
    charge.setServiceCategory("Compute");
    charge.setServiceName("AmazonEC2");
    charge.setRegionId("eu-central-1");
    charge.setSkuId("SKU" + ofResource / DAYS);
    charge.setSkuMeter("meter-" + ofResource / DAYS);
    charge.setResourceId(resource(resource));
    charge.setBillingCurrency("USD");
    charge.setBilledCost(COST);
    charge.setEffectiveCost(COST);
    charge.setListCost(COST);
    charge.setContractedCost(COST);
    charge.setConsumedQuantity(Money.exact(BigDecimal.valueOf(24)));
    charge.setConsumedUnit("h");
    charge.setTags(Map.of("app", (resource % 3 == 0 ? "web1-shop" : "batch-" + resource % 50)));
    charge.setExtras(Map.of());
    return charge;
  }

  /** How many lines a resource has. */
  long ofResource(int number) {
    return IntStream.range(0, lines).filter(line -> line % resources == number).count();
  }

  /** How many lines an account has on a day of the month, counted from 0. */
  long ofAccountOnDay(int account, int day) {
    return IntStream.range(0, lines)
        .filter(line -> line % resources % ACCOUNTS == account && line / resources % DAYS == day)
        .count();
  }

  /** The delivery that all charges are of. */
  Delivery delivery() {
    Delivery delivery = new Delivery();
    delivery.setTenantId(TENANT);
    delivery.setDeliveryId("d-1");
    delivery.setServiceProviderName("AWS");
    delivery.setBillingAccountId("payer");
    delivery.setBillingPeriodStart(MONTH);
    delivery.setReport("default");
    delivery.setSequence(1L);
    delivery.setRows((long) lines);
    delivery.setDataThrough(NEXT_MONTH);
    return delivery;
  }

  /** The copies of {@code record} for the buckets that must see it. */
  static void send(SpecificRecordBase record, Consumer<Input> to) {
    RecordKind kind = RecordKind.of(record);
    byte[] payload = kind.encode(record);
    long time = ChronoUnit.MICROS.between(Instant.EPOCH, MONTH.plus(10, ChronoUnit.DAYS));
    String tenant = (String) record.get(record.getSchema().getField("tenant_id").pos());
    for (int bucket : Buckets.of(record)) {
      to.accept(new Input(tenant, bucket, kind, true, time, time, payload));
    }
  }
}
