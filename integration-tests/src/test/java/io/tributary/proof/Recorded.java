package io.tributary.proof;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Recorded inputs of a made-up tenant over January and February 2026, as JSON lines, with whatever
 * makes order matter to a careless reader: histories of prices, entities and definitions, usage
 * that is billed later, a delivery that is restated and drops lines, conflicts, repeats, and lines
 * that are no record.
 */
final class Recorded {

  /** How many lines are no record of the tenant. */
  static final int MALFORMED = 6;

  private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");
  private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
  private static final List<String> METERS = List.of("vm-hours", "gb-month", "egress", "unpriced");
  private static final List<String> TEAMS = List.of("pay", "search", "ops", "café");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SplittableRandom random;
  private final int size;
  private final List<String> lines = new ArrayList<>();
  private final Map<String, Live> charges = new HashMap<>();

  private record Live(String total, BigDecimal billed) {}

  private Recorded(long seed, int size) {
    this.random = new SplittableRandom(seed);
    this.size = size;
    definitions();
    entities();
    prices();
    telemetry();
    usage("first", size);
    delivery(JANUARY, 1, JANUARY.plus(Duration.ofDays(3)));
    delivery(JANUARY, 2, JANUARY.plus(Duration.ofDays(4)));
    delivery(FEBRUARY, 1, null);
    chargesWithoutDelivery();
    malformed();
  }

  /** Inputs drawn from a seed; {@code size} usage events and about as many charges. */
  static Recorded of(long seed, int size) {
    return new Recorded(seed, size);
  }

  /** More usage events, under ids of their own. */
  static List<String> moreUsage(long seed, int size) {
    Recorded more = new Recorded(seed, 0);
    more.lines.clear();
    more.usage("more", size);
    return more.lines;
  }

  List<String> lines() {
    return lines;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, lines);
  }

  /** The sum of the live charges, by billing month and currency. */
  SortedMap<String, BigDecimal> billed() {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    charges.values().forEach(live -> sums.merge(live.total, live.billed, BigDecimal::add));
    return sums;
  }

  private ObjectNode record(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  private void add(ObjectNode record) {
    lines.add(record.toString());
  }

  private void definitions() {
    add(definitions(1, Instant.EPOCH, "Dimensions: {}"));
    add(definitions(2, Instant.EPOCH, Resources.text("definitions/acme-1.yaml")));
    add(definitions(1, FEBRUARY, Resources.text("definitions/acme-2.yaml")));
  }

  private ObjectNode definitions(long version, Instant from, String yaml) {
    return record("definitions")
        .put("version", version)
        .put("effective_from", from.toString())
        .put("yaml", yaml);
  }

  private void entities() {
    for (int i = 0; i < 12; i++) {
      entity("resource", "i-" + i, 1, JANUARY, "owner", pick(TEAMS));
      if (i % 3 == 0) {
        entity("resource", "i-" + i, 1, JANUARY.plus(Duration.ofHours(36)), "owner", pick(TEAMS));
        entity("resource", "i-" + i, 2, JANUARY.plus(Duration.ofHours(36)), "owner", pick(TEAMS));
      }
      if (i % 4 == 0) {
        add(entity("resource", "i-" + i, 1, FEBRUARY.plus(Duration.ofDays(1))).put("op", "DELETE"));
      }
    }
    for (String team : TEAMS) {
      entity("team", "team-" + team, 1, JANUARY, "business_unit", "unit of " + team);
      entity("team", "t:" + team, 1, FEBRUARY, "business_unit", "new unit of " + team);
    }
    entity("account", "a-1", 1, JANUARY, "business_unit", "retail");
    entity("account", "a-2", 1, FEBRUARY, "business_unit", "wholesale");
  }

  private ObjectNode entity(String kind, String id, long version, Instant from) {
    return record("entity")
        .put("kind", kind)
        .put("entity_id", id)
        .put("version", version)
        .put("valid_from", from.toString());
  }

  private void entity(
      String kind, String id, long version, Instant from, String attribute, String value) {
    ObjectNode entity = entity(kind, id, version, from);
    entity.putObject("attributes").put(attribute, value);
    add(entity);
  }

  private void prices() {
    for (String meter : METERS.subList(0, 3)) {
      price(meter, "USD", 1, JANUARY, "0.0" + (1 + random.nextInt(9)) + "3333333333333333");
      price(meter, "USD", 1, JANUARY.plus(Duration.ofHours(30)), "0.07");
      price(meter, "USD", 2, JANUARY.plus(Duration.ofHours(30)), "1e-9");
      price(meter, "USD", 1, FEBRUARY, "0.5");
    }
    price("egress", "EUR", 1, JANUARY.plus(Duration.ofDays(2)), "0.11");
  }

  private void telemetry() {
    for (int day = 0; day < 4; day++) {
      Instant start = JANUARY.plus(Duration.ofDays(day));
      weight(start, "DAILY", "acme", day + ".25", 1, "egress");
      weight(start, "DAILY", "zeta", "1", 1, "egress");
      weight(start, "DAILY", "zeta", day == 2 ? "0" : "2", 2, "egress");
      weight(start.plus(Duration.ofHours(7)), "HOURLY", "acme", "3", 1, "unpriced");
    }
    weight(FEBRUARY, "MONTHLY", "acme", "1", 1, "vm-hours");
  }

  private void weight(
      Instant start, String granularity, String element, String value, long version, String meter) {
    ObjectNode weight =
        record("telemetry")
            .put("stream", "api-calls")
            .put("period_start", start.toString())
            .put("granularity", granularity)
            .put("element", element)
            .put("value", value)
            .put("version", version);
    weight.putObject("filter").putArray("SkuMeter").add(meter);
    add(weight);
  }

  private void price(String meter, String currency, long version, Instant from, String price) {
    add(
        record("price")
            .put("meter", meter)
            .put("unit", "unit")
            .put("currency", currency)
            .put("unit_price", price)
            .put("valid_from", from.toString())
            .put("version", version));
  }

  private void usage(String source, int count) {
    for (int i = 0; i < count; i++) {
      Instant start = random.nextInt(3) == 0 ? FEBRUARY : JANUARY;
      ObjectNode event =
          record("usage")
              .put("event_id", "e" + i)
              .put("source", source)
              .put("event_time", start.plusMillis(random.nextLong(5 * 86_400_000L)).toString())
              .put("resource_id", "i-" + random.nextInt(12))
              .put("meter", pick(METERS))
              .put("quantity", quantity())
              .put("unit", random.nextInt(20) == 0 ? "other" : "unit")
              .put("sub_account_id", "a-" + random.nextInt(3));
      if (random.nextBoolean()) {
        event.putObject("labels").put("team", pick(TEAMS)).put("app", pick(TEAMS) + "/web");
      }
      add(event);
      if (random.nextInt(10) == 0) {
        add(event);
      }
    }
  }

  private String quantity() {
    return switch (random.nextInt(20)) {
      case 0 -> "0";
      case 1 -> "-1.5";
      case 2 -> "1E-18";
      default -> BigDecimal.valueOf(random.nextInt(1_000_000), 5).toPlainString();
    };
  }

  /** A delivery of a month; from the second on, some lines are gone, some cost something else. */
  private void delivery(Instant month, long sequence, @Nullable Instant through) {
    int rows = 0;
    for (int i = 0; i < size / 3; i++) {
      String key = month.toString().substring(0, 7) + "-" + i;
      boolean kept = i % 10 != 7 || sequence == 1;
      if (kept && (i % 20 != 13 || sequence > 1)) {
        charge(month, key, i, sequence);
        rows++;
      } else {
        charges.remove(id(resource(i), key));
      }
    }
    ObjectNode delivery =
        record("delivery")
            .put("delivery_id", deliveryId(month, sequence))
            .put("service_provider_name", "cloud-a")
            .put("billing_account_id", "payer")
            .put("billing_period_start", month.toString())
            .put("sequence", sequence)
            .put("rows", rows);
    if (through != null) {
      delivery.put("data_through", through.toString());
    }
    add(delivery);
  }

  private static String deliveryId(Instant month, long sequence) {
    return month + "#" + sequence;
  }

  /** The same line in every delivery of its month, but for its cost, which may be restated. */
  private void charge(Instant month, String key, int i, long sequence) {
    SplittableRandom line = new SplittableRandom(31L * i + month.getEpochSecond());
    long restated = i % 5 == 0 ? sequence : 1;
    BigDecimal cost = cost(line).multiply(BigDecimal.valueOf(restated));
    Instant start = month.plus(Duration.ofDays(line.nextInt(5)));
    boolean hourly = line.nextInt(3) == 0;
    Instant end = start.plus(hourly ? Duration.ofHours(1) : Duration.ofDays(1));
    ObjectNode charge =
        charge("cloud-a", month, key, sequence, start, end, cost)
            .put("delivery_id", deliveryId(month, sequence))
            .put("resource_id", resource(i))
            .put("charge_category", i % 12 == 11 ? "Purchase" : "Usage")
            .put("sku_meter", METERS.get(line.nextInt(4)))
            .put("effective_cost", cost.divide(BigDecimal.valueOf(2)).toPlainString())
            .put("sub_account_id", "a-" + line.nextInt(3));
    ObjectNode tags = charge.putObject("tags");
    if (line.nextBoolean()) {
      tags.put("env", List.of("PROD", "prd-eu", "Test", "tex", "").get(line.nextInt(5)));
    }
    if (line.nextBoolean()) {
      tags.put("app", List.of("cart", "search-ui", "ads/x", "/x").get(line.nextInt(4)));
    }
    if (line.nextInt(4) == 0) {
      tags.put("team", TEAMS.get(line.nextInt(4)));
    }
    add(charge);
    live(month, resource(i), key, "USD", cost);
    if (line.nextInt(15) == 0) {
      add(charge);
    }
  }

  private static @Nullable String resource(int i) {
    return i % 8 == 7 ? null : "i-" + i % 12;
  }

  private ObjectNode charge(
      String provider,
      Instant month,
      String key,
      long version,
      Instant start,
      Instant end,
      BigDecimal cost) {
    return record("charge")
        .put("charge_key", key)
        .put("version", version)
        .put("service_provider_name", provider)
        .put("billing_account_id", "payer")
        .put("billing_period_start", month.toString())
        .put("billing_period_end", (month.equals(JANUARY) ? FEBRUARY : MARCH).toString())
        .put("charge_period_start", start.toString())
        .put("charge_period_end", end.toString())
        .put("service_name", "Service of " + provider)
        .put("billing_currency", provider.equals("cloud-a") ? "USD" : "EUR")
        .put("billed_cost", cost.toPlainString());
  }

  /** A provider that announces no deliveries; charges change, conflict, go and move. */
  private void chargesWithoutDelivery() {
    for (int i = 0; i < size / 10; i++) {
      Instant start = JANUARY.plus(Duration.ofHours(i % 100));
      Instant end = start.plus(Duration.ofHours(6));
      BigDecimal cost = cost(random);
      String key = "b" + i;
      add(charge("cloud-b", JANUARY, key, 1, start, end, cost));
      live(JANUARY, null, key, "EUR", cost);
      if (i % 4 == 1) {
        BigDecimal changed = cost.negate();
        add(charge("cloud-b", JANUARY, key, 2, start, end, changed));
        live(JANUARY, null, key, "EUR", changed);
      } else if (i % 4 == 2) {
        add(charge("cloud-b", JANUARY, key, 2, start, end, cost).put("op", "DELETE"));
        charges.remove(id(null, key));
        add(charge("cloud-b", JANUARY, key, 2, start, end, cost).put("resource_id", "i-2"));
        live(JANUARY, "i-2", key, "EUR", cost);
      } else if (i % 4 == 3) {
        // Of equal versions one wins, whichever comes first; both cost the same.
        add(
            charge("cloud-b", JANUARY, key, 1, start, end, cost)
                .put("charge_description", "said twice"));
      }
    }
  }

  private void live(
      Instant month, @Nullable String resource, String key, String currency, BigDecimal cost) {
    charges.put(
        id(resource, key), new Live(month.toString().substring(0, 7) + "|" + currency, cost));
  }

  private static String id(@Nullable String resource, String key) {
    return resource + "/" + key;
  }

  private static BigDecimal cost(SplittableRandom random) {
    BigDecimal cost = BigDecimal.valueOf(random.nextLong(1_000_000_000_000L), 10);
    return random.nextInt(9) == 0 ? cost.negate() : cost;
  }

  private void malformed() {
    lines.add("no JSON at all");
    lines.add("{\"type\":\"invoice\"}");
    lines.add("{\"type\":\"usage\",\"colour\":\"red\"}");
    lines.add(price("half a dollar"));
    lines.add(price("1").replace("}", ",\"tenant_id\":\"globex\"}"));
    add(definitions(9, JANUARY, "Dimensions:\n  A: {Rules: 7}\n"));
  }

  private String price(String unitPrice) {
    return record("price")
        .put("meter", "m")
        .put("unit", "u")
        .put("currency", "USD")
        .put("unit_price", unitPrice)
        .put("valid_from", JANUARY.toString())
        .put("version", 1)
        .toString();
  }

  private String pick(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }
}
