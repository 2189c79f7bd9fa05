package io.tributary.attribution;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.events.RowAmounts;
import io.tributary.events.UsageEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Inputs of every kind that meet: bills of two accounts and two months in four deliveries each, the
 * accounts of clouds whose months start at other hours; usage of the same resources and hours,
 * prices in two currencies, entities that are corrected and withdrawn, definitions that change,
 * telemetry that is replaced. A seed makes always the same.
 */
final class RandomHistory {

  private static final Instant FIRST_DAY = Instant.parse("2026-01-04T00:00:00Z");
  private static final Instant END_OF_MONTH = Instant.parse("2026-01-31T00:00:00Z");
  private static final List<String> METERS = List.of("hours", "requests", "gigabytes");
  private static final List<String> SERVICES = List.of("Compute", "Storage", "Database");

  private final SplittableRandom random;
  private final int resources;
  private final List<SpecificRecordBase> inputs = new ArrayList<>();
  private final List<UsageEvent> usage = new ArrayList<>();

  /** How long after the UTC month the months of each payer's cloud start: UTC+14 to UTC-12. */
  private final Map<String, Integer> hoursLate;

  /** Of how many amounts one is as large as a row holds; 0 for none. */
  private final int oneInIsLarge;

  private RandomHistory(long seed, int resources, int oneInIsLarge) {
    this.oneInIsLarge = oneInIsLarge;
    this.random = new SplittableRandom(seed);
    this.resources = resources;
    this.hoursLate = Map.of("payer0", random.nextInt(-14, 13), "payer1", random.nextInt(-14, 13));
  }

  /** About {@code size} inputs, in the order of their kinds. */
  static List<SpecificRecordBase> of(long seed, int size) {
    return of(seed, size, 0);
  }

  /** The same with amounts and prices of both signs that each fit a row and together do not. */
  static List<SpecificRecordBase> ofLargeAmounts(long seed, int size) {
    return of(seed, size, 4);
  }

  private static List<SpecificRecordBase> of(long seed, int size, int oneInIsLarge) {
    RandomHistory history = new RandomHistory(seed, Math.max(20, size / 80), oneInIsLarge);
    history.addDefinitions();
    history.addPrices(size / 100);
    history.addEntities(size / 25);
    history.addTelemetry(size / 20);
    history.addBills(size * 3 / 8);
    history.addLooseCharges(size / 40);
    while (history.inputs.size() < size) {
      history.addUsage(history.inputs.size());
    }
    return history.inputs;
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Of the first days of January, of the turn of the month, or of the first of February. */
  private Instant hour() {
    Instant from = oneIn(4) ? END_OF_MONTH : FIRST_DAY;
    return from.plus(random.nextInt(oneIn(2) ? 30 : 60), ChronoUnit.HOURS);
  }

  /** The smaller the number the more often. */
  private int resource() {
    return Math.min(random.nextInt(resources), random.nextInt(resources));
  }

  /** Every other is of Azure, spelled as comes. */
  private String id(int resource) {
    return resource % 2 == 0
        ? "i-" + resource
        : spelled("/subscriptions/0/groups/RG/i-" + resource);
  }

  private String spelled(String id) {
    StringBuilder spelled = new StringBuilder();
    id.chars()
        .map(c -> oneIn(3) ? Character.toUpperCase(c) : c)
        .forEach(c -> spelled.append((char) c));
    return spelled.toString();
  }

  private static String account(int resource) {
    return "11" + (1 + resource % 3);
  }

  private static String service(int resource) {
    return SERVICES.get(resource / 3 % SERVICES.size());
  }

  private static String region(int resource) {
    return "r" + resource % 2;
  }

  private BigDecimal amount() {
    if (oneInIsLarge > 0 && oneIn(oneInIsLarge)) {
      return oneIn(3) ? RowAmounts.MOST.negate() : RowAmounts.MOST;
    }
    long whole = oneIn(8) ? -random.nextLong(3) : random.nextLong(6);
    return new BigDecimal(
            whole + (oneIn(3) ? ".5" : "." + random.nextLong(1, 1_000_000_000_000_000_000L)))
        .setScale(18);
  }

  private BigDecimal positive() {
    return amount().abs();
  }

  private void addUsage(int number) {
    int resource = resource();
    String meter = any(METERS);
    UsageEvent event =
        Records.usage(
            "u" + number,
            id(resource),
            hour().plusSeconds(random.nextInt(3600)).toString(),
            "1",
            oneIn(3) ? "" : "t" + random.nextInt(6));
    event.setMeter(meter);
    event.setUnit(oneIn(40) ? "other" : "h");
    event.setQuantity(oneIn(50) ? amount() : positive());
    event.setSubAccountId(account(resource));
    event.setServiceName(service(resource));
    event.setRegionId(oneIn(10) ? null : region(resource));
    add(event);
    while (oneIn(3)) {
      add(another(event));
    }
  }

  private void add(UsageEvent event) {
    inputs.add(Records.recorded(event, any(List.of("12:00", "12:01", "12:02"))));
    usage.add(event);
  }

  /** An event with the id of another, which says something else, or the same at another time. */
  private UsageEvent another(UsageEvent event) {
    UsageEvent other = UsageEvent.newBuilder(oneIn(3) ? any(usage) : event).build();
    other.setEventId(event.getEventId());
    switch (random.nextInt(9)) {
      case 0 -> other.setQuantity(positive());
      case 1 -> other.setLabels(new HashMap<>(Map.of("team", "t" + random.nextInt(6))));
      case 2 -> other.setMeter(any(METERS));
      case 3 -> other.setRegionId("r2");
      case 4 -> other.setEventTime(other.getEventTime().truncatedTo(ChronoUnit.HOURS));
      case 5 -> other.setEventTime(other.getEventTime().plus(1, ChronoUnit.HOURS));
      case 6 -> other.setResourceId(spelled(other.getResourceId().toLowerCase(Locale.ROOT)));
      case 7 -> other.setResourceId(id(resource()));
      default -> {}
    }
    return other;
  }

  private void addPrices(int count) {
    for (int i = 0; i < count; i++) {
      PriceChange price =
          Records.price(
              oneIn(5) ? "EUR" : "USD",
              oneIn(6) ? "0" : positive().toPlainString(),
              oneIn(2) ? "2026-01-01T00:00:00Z" : hour().toString(),
              random.nextInt(4));
      price.setMeter(any(METERS));
      price.setUnit(oneIn(8) ? "other" : "h");
      inputs.add(price);
    }
  }

  private void addEntities(int count) {
    for (int i = 0; i < count; i++) {
      String from = oneIn(2) ? "2026-01-01T00:00:00Z" : hour().toString();
      long version = random.nextInt(3);
      EntityChange entity =
          switch (random.nextInt(9)) {
            case 8 ->
                Records.entity(
                    "service", id(resource()), "tier", "tier" + random.nextInt(3), from, version);
            case 0 ->
                Records.entity(
                    "account",
                    "11" + random.nextInt(4),
                    "unit",
                    "u" + random.nextInt(3),
                    from,
                    version);
            case 1 ->
                Records.entity(
                    "team",
                    "t" + random.nextInt(6),
                    "unit",
                    "unit" + random.nextInt(3),
                    from,
                    version);
            case 2 ->
                Records.entity(
                    "company",
                    "payer" + random.nextInt(2),
                    "segment",
                    "s" + random.nextInt(2),
                    from,
                    version);
            default ->
                Records.entity(
                    "resource", id(resource()), "owner", "t" + random.nextInt(6), from, version);
          };
      if (oneIn(10)) {
        entity.setOp(Op.DELETE);
      }
      inputs.add(entity);
    }
  }

  private void addTelemetry(int count) {
    List<Map<String, List<String>>> filters =
        List.of(
            Map.of("ServiceName", List.of("Compute")),
            Map.of("ServiceName", List.of("Storage", "Database")),
            Map.of("ServiceName", List.of("Database", "Storage")),
            Map.of("Account", List.of("111")),
            Map.of("SubAccountId", List.of("111")),
            Map.of("Resource", List.of(id(1), id(2), id(3))),
            Map.of("ResourceId", List.of(id(3), id(2), id(1))));
    for (int i = 0; i < count; i++) {
      String granularity = any(List.of("HOURLY", "DAILY", "DAILY", "MONTHLY"));
      Instant at = hour();
      Instant start =
          switch (granularity) {
            case "HOURLY" -> at;
            case "DAILY" -> at.truncatedTo(ChronoUnit.DAYS);
            default -> month(at);
          };
      var record =
          Records.telemetry(
              granularity.equals("MONTHLY") ? "traffic" : "calls",
              granularity,
              start.toString(),
              oneIn(4) ? spelled("/subscriptions/c") : "c" + random.nextInt(4),
              oneIn(6) ? "0" : positive().toPlainString(),
              random.nextInt(4));
      record.setFilter(any(filters));
      inputs.add(record);
    }
  }

  private void addDefinitions() {
    List<String> texts =
        List.of(
            AllocatingDefinitions.GROUPS,
            AllocatingDefinitions.BY_DAY,
            AllocatingDefinitions.BY_PERIOD,
            AllocatingDefinitions.BY_MONTH);
    List<String> instants =
        List.of(
            "2026-01-04T12:00:00Z",
            "2026-01-05T07:00:00Z",
            "2026-01-06T00:00:00Z",
            "2026-02-01T00:00:00Z");
    for (int i = 0; i < instants.size(); i++) {
      int versions = 1 + random.nextInt(3);
      for (int version = 1; version <= versions; version++) {
        // The last that holds allocates, and each text comes up.
        String text = version == versions ? texts.get(1 + (i + versions) % 3) : any(texts);
        inputs.add(Records.definitions(text, instants.get(i), version));
      }
    }
    inputs.add(Records.definitions(any(texts), instants.get(2), 1));
  }

  /** Deliveries that repeat most lines, change some, drop some and bring new ones. */
  private void addBills(int count) {
    int perDelivery = Math.max(2, count / 16);
    for (String payer : List.of("payer0", "payer1")) {
      for (YearMonth month : List.of(YearMonth.of(2026, 1), YearMonth.of(2026, 2))) {
        Map<String, Charge> lines = new TreeMap<>();
        int delivered = 0;
        for (int sequence = 1; sequence <= 4; sequence++) {
          lines.values().removeIf(line -> oneIn(20));
          lines.replaceAll((key, line) -> oneIn(15) ? changed(line) : line);
          while (lines.size() < perDelivery * (4 + sequence) / 8) {
            Charge line = line(payer, month, delivered++);
            lines.put(line.getResourceId() + " " + line.getChargeKey(), line);
          }
          deliver(lines.values(), payer, month, sequence);
        }
      }
    }
  }

  private void deliver(Iterable<Charge> lines, String payer, YearMonth month, int sequence) {
    for (Charge line : lines) {
      Charge charge = Charge.newBuilder(line).build();
      charge.setVersion(sequence);
      inputs.add(charge);
      if (oneIn(100)) {
        Charge conflict = changed(charge);
        conflict.setVersion(sequence);
        inputs.add(conflict);
      }
    }
    Delivery delivery = Records.delivery(sequence, hour().toString());
    delivery.setBillingAccountId(payer);
    delivery.setBillingPeriodStart(start(payer, month));
    delivery.setDataThrough(oneIn(6) ? null : hour().plus(20, ChronoUnit.HOURS));
    inputs.add(delivery);
    if (oneIn(6)) {
      Delivery conflict = Delivery.newBuilder(delivery).build();
      conflict.setDataThrough(hour());
      inputs.add(conflict);
    }
  }

  private Charge line(String payer, YearMonth month, int number) {
    int resource = resource();
    boolean whole = oneIn(12);
    Instant from = whole ? hour() : hour().truncatedTo(ChronoUnit.DAYS);
    Instant to = from.plus(1 + random.nextInt(whole ? 72 : 24), ChronoUnit.HOURS);
    Charge charge =
        Records.charge(
            "c" + number,
            1,
            oneIn(8) ? "" : id(resource),
            from.toString(),
            to.toString(),
            amount().toPlainString());
    charge.setBillingAccountId(payer);
    charge.setBillingPeriodStart(start(payer, month));
    charge.setBillingPeriodEnd(start(payer, month.plusMonths(1)));
    charge.setSubAccountId(account(resource));
    charge.setServiceName(service(resource));
    charge.setRegionId(oneIn(10) ? null : region(resource));
    charge.setSkuMeter(oneIn(15) ? null : any(METERS));
    charge.setSkuId(any(METERS));
    charge.setEffectiveCost(amount());
    charge.setListCost(amount());
    charge.setContractedCost(amount());
    charge.setConsumedQuantity(oneIn(5) ? null : amount());
    charge.setTags(oneIn(2) ? Map.of() : new HashMap<>(Map.of("team", "t" + random.nextInt(6))));
    if (oneIn(6)) {
      charge.setChargeCategory(any(List.of("Tax", "Purchase", "Credit")));
    }
    if (oneIn(10)) {
      charge.setBillingCurrency("EUR");
    }
    return charge;
  }

  private Charge changed(Charge line) {
    Charge changed = Charge.newBuilder(line).build();
    switch (random.nextInt(4)) {
      case 0 -> changed.setTags(new HashMap<>(Map.of("team", "t" + random.nextInt(6))));
      case 1 -> changed.setChargePeriodEnd(line.getChargePeriodEnd().plus(1, ChronoUnit.HOURS));
      default -> changed.setBilledCost(amount());
    }
    return changed;
  }

  /** Charges of no delivery: versions of their own, withdrawals, moves, corrections much later. */
  private void addLooseCharges(int count) {
    for (int i = 0; i < count; i++) {
      boolean late = oneIn(6);
      Charge charge = line("payer0", late ? YearMonth.of(2026, 6) : YearMonth.of(2026, 1), i % 40);
      charge.setReport("loose");
      charge.setVersion(1 + random.nextInt(4));
      inputs.add(charge);
      if (oneIn(5)) {
        Charge gone = Charge.newBuilder(charge).build();
        gone.setOp(Op.DELETE);
        gone.setVersion(charge.getVersion() + random.nextInt(2));
        inputs.add(gone);
        Charge moved = Charge.newBuilder(charge).build();
        moved.setResourceId(id(resource()));
        moved.setVersion(gone.getVersion());
        inputs.add(moved);
      }
    }
  }

  private Instant start(String payer, YearMonth month) {
    return start(month).plus(Objects.requireNonNull(hoursLate.get(payer)), ChronoUnit.HOURS);
  }

  private static Instant month(Instant instant) {
    return start(YearMonth.from(instant.atZone(ZoneOffset.UTC)));
  }

  private static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
