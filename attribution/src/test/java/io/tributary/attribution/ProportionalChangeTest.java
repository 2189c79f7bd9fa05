package io.tributary.attribution;

import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.telemetry;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.LedgerEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a change looks at and what it writes, of 2,500 lines: 125 resources in 25 accounts, a charge
 * a day for the first twenty days of January. The resource {@code r-7} has usage on each of these
 * days as well, which nobody has billed.
 */
class ProportionalChangeTest {

  private static final String YEAR = "2026-01-01T00:00:00Z";
  private static final int RESOURCES = 125;
  private static final int ACCOUNTS = 25;
  private static final int DAYS = 20;
  private static final int LINES = RESOURCES * DAYS;
  private static final int OF_ACCOUNT = LINES / ACCOUNTS;

  private static final String OWNERS =
      """
      Dimensions:
        Owner:
          DefaultValue: %s
          GroupBy:
            Sources: ['Entity:resource:owner', 'Entity:account:owner']
            CoalesceSources: true
        App:
          Rules:
            - Type: Group
              Name: web
              Conditions:
                - {Source: Tag:app, Matches: 'web-[0-9]+'}
      """;

  private final InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
  private final List<SpecificRecordBase> all = new ArrayList<>();

  @BeforeEach
  void load() {
    List<SpecificRecordBase> records = new ArrayList<>();
    records.add(definitions(OWNERS.formatted("nobody"), YEAR, 1));
    records.add(price("USD", "0.50", YEAR, 1));
    for (int account = 0; account < ACCOUNTS; account++) {
      records.add(entity("account", account(account), "owner", "team-" + account, YEAR, 1));
    }
    for (int line = 0; line < LINES; line++) {
      records.add(charge(line % RESOURCES, line / RESOURCES, 1));
    }
    for (int day = 0; day < DAYS; day++) {
      records.add(usage("u-" + day, "r-7", day(day) + "T05:30:00Z", "2", ""));
    }
    records.add(delivery("payer-0", 1));
    records.add(delivery("payer-1", 1));
    assertThat(after(records)).hasSize(LINES + DAYS);
  }

  @Test
  void anEntityTouchesTheLinesThatReadIt() {
    assertThat(after(entity("account", account(3), "owner", "new", YEAR, 2)))
        .hasSize(2 * OF_ACCOUNT)
        .allMatch(is(entry -> entry.getSubAccountId().equals(account(3))));
    assertThat(tenant.reattributed()).isEqualTo(OF_ACCOUNT);
    assertThatTheLedgerIsRight();
  }

  @Test
  void anEntityOfOneResourceTouchesTheLinesOfTheResource() {
    assertThat(after(entity("resource", "r-8", "owner", "new", YEAR, 1)))
        .hasSize(2 * DAYS)
        .allMatch(is(entry -> entry.getResourceId().equals("r-8")));
    assertThat(tenant.reattributed()).isEqualTo(DAYS);
    assertThatTheLedgerIsRight();
  }

  @Test
  void whatDoesNotChangeTheAttributesThatAreReadIsLookedAtAndWritesNothing() {
    assertThat(after(entity("account", account(3), "owner", "team-3", YEAR, 2))).isEmpty();
    assertThat(tenant.reattributed()).isEqualTo(OF_ACCOUNT);
    assertThat(after(entity("team", account(3), "owner", "new", YEAR, 1))).isEmpty();
    assertThat(tenant.reattributed()).as("nothing reads the kind").isZero();
    assertThat(after(entity("account", "unheard-of", "owner", "new", YEAR, 1))).isEmpty();
    assertThat(tenant.reattributed()).as("no line is in the account").isZero();
  }

  @Test
  void aVersionThatIsValidForTwoDaysTouchesTheLinesOfTheseDays() {
    after(entity("account", account(3), "owner", "team-3", day(11) + "T00:00:00Z", 1));
    assertThat(tenant.reattributed()).isEqualTo(OF_ACCOUNT * (DAYS - 11) / DAYS);

    assertThat(after(entity("account", account(3), "owner", "new", day(9) + "T00:00:00Z", 1)))
        .hasSize(2 * 2 * OF_ACCOUNT / DAYS)
        .allMatch(is(entry -> entry.getSubAccountId().equals(account(3))))
        .allMatch(is(entry -> isOnDays(entry, 9, 10)));
    assertThat(tenant.reattributed()).isEqualTo(2 * OF_ACCOUNT / DAYS);
    assertThatTheLedgerIsRight();
  }

  @Test
  void aPriceTouchesTheUsageOfItsMeterFromItsTimeOn() {
    assertThat(after(price("USD", "0.75", day(15) + "T00:00:00Z", 1)))
        .hasSize(5)
        .allMatch(is(entry -> entry.getChargeKey() == null && isOnDays(entry, 15, DAYS)));
    assertThat(tenant.reattributed()).isEqualTo(5);
    assertThatTheLedgerIsRight();
  }

  @Test
  void aPriceTouchesTheChargesThatAreDividedByIt() {
    Charge covering = charge(7, 15, 1);
    covering.setSkuMeter("hours");
    after(covering, delivery("payer-1", 1));
    assertThat(after(price("USD", "0.75", day(15) + "T00:00:00Z", 1)))
        .as("the covered day has one cell, which has all of the charge at any price")
        .hasSize(4)
        .allMatch(is(entry -> isOnDays(entry, 16, DAYS)));
    assertThat(tenant.reattributed())
        .as("five days of usage, one of them compared with its bill, and the charge over it")
        .isEqualTo(6);
    assertThatTheLedgerIsRight();
  }

  @Test
  void definitionsTouchAllLinesFromTheirTimeOn() {
    assertThat(after(definitions(OWNERS.formatted("nobody") + OTHER, day(18) + "T00:00:00Z", 1)))
        .hasSize(2 * (2 * LINES / DAYS + 2))
        .allMatch(is(entry -> isOnDays(entry, 18, DAYS)));
    assertThat(tenant.reattributed()).isEqualTo(2 * LINES / DAYS + 2);

    assertThat(after(definitions(OWNERS.formatted("others") + OTHER, day(18) + "T00:00:00Z", 2)))
        .as("every line has an owner but those of usage, which are in no account that has one")
        .hasSize(2 * 2)
        .allMatch(is(entry -> entry.getChargeKey() == null));
    assertThat(tenant.reattributed()).isEqualTo(2 * LINES / DAYS + 2);
    assertThatTheLedgerIsRight();
  }

  private static final String OTHER =
      """
        Region:
          GroupBy: {Source: Service}
      """;

  @Test
  void aStreamNobodyKnewTouchesAllLinesAndOneThatIsKnownNone() {
    assertThat(after(telemetry("requests", "DAILY", day(3) + "T00:00:00Z", "shop", "5", 1)))
        .as("nothing is allocated")
        .isEmpty();
    assertThat(tenant.reattributed()).isEqualTo(LINES + DAYS);
    assertThat(after(telemetry("requests", "DAILY", day(4) + "T00:00:00Z", "shop", "5", 1)))
        .isEmpty();
    assertThat(tenant.reattributed()).isZero();
  }

  @Test
  void aDeliveryTouchesTheLinesOfItsScope() {
    List<SpecificRecordBase> again = new ArrayList<>();
    for (int resource = 1; resource < RESOURCES; resource += 2) {
      for (int day = 1; day < DAYS; day++) {
        again.add(charge(resource, day, 2));
      }
    }
    again.add(delivery("payer-1", 2));
    assertThat(after(again))
        .as("what is repeated writes nothing, and the first day is withdrawn")
        .hasSize(RESOURCES / 2)
        .allMatch(is(entry -> entry.getBillingAccountId().equals("payer-1")))
        .allMatch(is(entry -> isOnDays(entry, 0, 0)));
    assertThat(tenant.reattributed()).isZero();
    assertThatTheLedgerIsRight();
  }

  private List<LedgerEntry> after(SpecificRecordBase... records) {
    return after(List.of(records));
  }

  private List<LedgerEntry> after(List<SpecificRecordBase> records) {
    all.addAll(records);
    tenant.apply(records.toArray(SpecificRecordBase[]::new));
    return tenant.drain();
  }

  private void assertThatTheLedgerIsRight() {
    assertThat(tenant.net()).isEqualTo(oracle());
  }

  /** By resource, so that searching lists takes no longer than it must. */
  private NetLedger oracle() {
    return IntStream.range(0, RESOURCES)
        .mapToObj(
            resource -> AttributionOracle.net(all.stream().filter(isFor("r-" + resource)).toList()))
        .reduce(new NetLedger(), NetLedger::plus);
  }

  private static Predicate<SpecificRecordBase> isFor(String resource) {
    return record -> {
      var field = record.getSchema().getField("resource_id");
      return field == null || resource.equals(record.get(field.pos()));
    };
  }

  private static Predicate<LedgerEntry> is(Predicate<LedgerEntry> what) {
    return what;
  }

  private static boolean isOnDays(LedgerEntry entry, int first, int last) {
    Instant start = Instant.parse(YEAR).plus(first, ChronoUnit.DAYS);
    Instant end = Instant.parse(YEAR).plus(last + 1L, ChronoUnit.DAYS);
    Instant at = entry.getChargePeriodStart();
    return !at.isBefore(start) && at.isBefore(end);
  }

  private static String account(int number) {
    return "a-" + number;
  }

  private static String day(int number) {
    return "2026-01-%02d".formatted(number + 1);
  }

  private static Charge charge(int resource, int day, long version) {
    Charge charge =
        Records.charge(
            "c-" + day,
            version,
            "r-" + resource,
            day(day) + "T00:00:00Z",
            day(day + 1) + "T00:00:00Z",
            "6");
    charge.setSkuMeter("daily");
    charge.setSubAccountId(account(resource % ACCOUNTS));
    charge.setBillingAccountId("payer-" + resource % 2);
    return charge;
  }

  private static Delivery delivery(String billingAccount, long sequence) {
    Delivery delivery = Records.delivery(sequence, "2026-02-01T00:00:00Z");
    delivery.setBillingAccountId(billingAccount);
    return delivery;
  }
}
