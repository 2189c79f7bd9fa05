package io.tributary.enrichment;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.telemetry;
import static io.tributary.attribution.Records.usage;
import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MICROS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tributary.attribution.Admission;
import io.tributary.attribution.AttributionOracle;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.Input;
import io.tributary.attribution.NetLedger;
import io.tributary.attribution.Records;
import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * A year of a tenant as it streams by: usage all day, a delivery of the month so far each night,
 * prices and owners corrected now and then, some of them too late to have an effect.
 */
class YearTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final int YEAR = 365;
  private static final int RESOURCES = 3;
  private static final int HOURS_BETWEEN_EVENTS = 6;

  /** A record and when it came. */
  private record Arrival(Instant at, SpecificRecordBase record) {}

  private static final List<List<Arrival>> DAYS_OF_YEAR = daysOfYear();

  private static List<List<Arrival>> daysOfYear() {
    List<List<Arrival>> days = new ArrayList<>();
    for (int day = 0; day < YEAR; day++) {
      days.add(dayOfYear(day));
    }
    return days;
  }

  private static List<Arrival> dayOfYear(int day) {
    Instant start = BEGIN.plus(day, DAYS);
    List<Arrival> arrivals = new ArrayList<>();
    corrections(day, start).forEach(record -> arrivals.add(new Arrival(start, record)));
    for (int hour = 0; hour < 24; hour += HOURS_BETWEEN_EVENTS) {
      Instant at = start.plus(hour, HOURS);
      for (int resource = 0; resource < RESOURCES; resource++) {
        String id = "u-" + resource + "-" + at;
        String team = hour % 12 == 0 ? "" : "web";
        arrivals.add(new Arrival(at, usage(id, "r-" + resource, at.toString(), "1." + day, team)));
      }
    }
    Instant night = start.plus(23, HOURS);
    deliveryOf(start).forEach(record -> arrivals.add(new Arrival(night, record)));
    return arrivals;
  }

  /** All charges of the month up to and with a day, but one that is there in some only. */
  private static List<SpecificRecordBase> deliveryOf(Instant day) {
    Instant month = month(day).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    long sequence = DAYS.between(month, day) + 1;
    List<SpecificRecordBase> records = new ArrayList<>();
    for (int of = 0; of < sequence; of++) {
      Instant start = month.plus(of, DAYS);
      Instant end = start.plus(1, DAYS);
      for (int resource = 0; resource < RESOURCES; resource++) {
        if (of != 3 || resource != 1 || sequence % 4 == 0) {
          String cost = of == 5 ? Long.toString(sequence) : "6";
          String key = "c-" + start;
          records.add(
              charge(key, sequence, "r-" + resource, start.toString(), end.toString(), cost));
        }
      }
    }
    records.add(
        charge(
            "support-" + month, sequence, "", month.toString(), day.plus(1, DAYS).toString(), "9"));
    Delivery delivery = delivery(sequence, day.plus(1, DAYS).toString());
    delivery.setBillingPeriodStart(month);
    records.add(delivery);
    return records;
  }

  private static List<SpecificRecordBase> corrections(int day, Instant at) {
    List<SpecificRecordBase> records = new ArrayList<>();
    if (day == 0) {
      records.add(definitions(teams("nobody"), BEGIN.toString(), 1));
    }
    if (day == 200) {
      records.add(definitions(teams("none"), at.minus(45, DAYS).toString(), 1));
    }
    if (day % 20 == 0) {
      records.add(price("USD", "0.5" + day, at.minus(10, DAYS).toString(), 1));
    }
    if (day % 15 == 0) {
      String owner = "team-" + day;
      records.add(
          entity(
              "resource",
              "r-" + day / 15 % RESOURCES,
              "owner",
              owner,
              at.minus(30, DAYS).toString(),
              1));
    }
    if (day % 60 == 59) {
      Instant before = at.minus(250, DAYS);
      records.add(entity("resource", "r-1", "owner", "late", before.toString(), day));
      records.add(price("USD", "7", before.plus(3, DAYS).toString(), day));
    }
    if (at.equals(month(at).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant())) {
      records.add(telemetry("requests", "MONTHLY", at.toString(), "shop", "5", 1));
    }
    return records;
  }

  private static String teams(String otherwise) {
    return """
        Dimensions:
          Team:
            DefaultValue: %s
            GroupBy:
              Sources: ['Tag:team', 'Entity:resource:owner']
              CoalesceSources: true
        """
        .formatted(otherwise);
  }

  @Test
  void stateIsFlatAndEmptyInTheEndAndTheLedgerIsAsIfNothingWereForgotten() throws Exception {
    SortedMap<YearMonth, Map<String, Integer>> sizes = new TreeMap<>();
    Map<String, NetLedger> net;
    try (Operator operator = new Operator(true)) {
      for (int day = 0; day < YEAR; day++) {
        operator.pass(day);
        if (!month(BEGIN.plus(day, DAYS)).equals(month(BEGIN.plus(day + 1L, DAYS)))) {
          sizes.put(month(BEGIN.plus(day, DAYS)), operator.rows());
        }
      }
      assertThatStateIsFlat(sizes);
      net = operator.net;
      assertThatTheLedgerIsRight(net);

      operator.passTo(BEGIN.plus(YEAR + 9 * 31, DAYS));
      assertThat(operator.rows()).as("all but the dimensions").containsOnlyKeys("timelines");
      assertThat(operator.timers()).isZero();
      assertThat(operator.rowsOfTelemetry()).isZero();
    }
    assertThat(netWithoutForgetting()).isEqualTo(net);
  }

  private static Map<String, NetLedger> netWithoutForgetting() throws Exception {
    try (Operator operator = new Operator(false)) {
      for (int day = 0; day < YEAR; day++) {
        operator.pass(day);
      }
      assertThat(operator.rows().get("charges")).isGreaterThan(RESOURCES * YEAR);
      return operator.net;
    }
  }

  private static void assertThatStateIsFlat(SortedMap<YearMonth, Map<String, Integer>> sizes) {
    Map<String, Integer> june = Objects.requireNonNull(sizes.get(YearMonth.of(2026, 6)));
    sizes
        .tailMap(YearMonth.of(2026, 7))
        .forEach(
            (month, rows) -> {
              for (String table : List.of("charges", "meter-days", "index", "usage-ids-by-time")) {
                int before = Objects.requireNonNull(june.get(table));
                assertThat(rows.get(table))
                    .as("%s in %s", table, month)
                    .isCloseTo(before, within(before / 10));
              }
              assertThat(rows.get("scopes")).isEqualTo(june.get("scopes"));
            });
  }

  /** Against the oracle by resource and month, given what came in time for the month. */
  private static void assertThatTheLedgerIsRight(Map<String, NetLedger> net) {
    Map<String, List<SpecificRecordBase>> parts = new HashMap<>();
    for (List<Arrival> day : DAYS_OF_YEAR) {
      for (Arrival arrival : day) {
        if (!(arrival.record instanceof TelemetryRecord) && !Buckets.isTenantWide(arrival.record)) {
          parts.computeIfAbsent(partOf(arrival.record), p -> new ArrayList<>());
        }
      }
    }
    parts.forEach(
        (part, inputs) -> {
          Instant closes =
              YearMonth.parse(part.substring(0, 7))
                  .plusMonths(1)
                  .atDay(1)
                  .atStartOfDay(ZoneOffset.UTC)
                  .toInstant()
                  .plus(Admission.DEFAULT.horizon());
          for (List<Arrival> day : DAYS_OF_YEAR) {
            for (Arrival arrival : day) {
              if (isOf(part, arrival.record) && !arrival.at.isAfter(closes)) {
                inputs.add(arrival.record);
              }
            }
          }
          assertThat(net.get(part)).as(part).isEqualTo(AttributionOracle.net(inputs));
        });
    assertThat(net.keySet()).isEqualTo(parts.keySet());
  }

  private static boolean isOf(String part, SpecificRecordBase record) {
    if (record instanceof Delivery delivery) {
      return part.startsWith(month(delivery.getBillingPeriodStart()).toString());
    }
    return !(record instanceof UsageEvent || record instanceof Charge)
        || part.equals(partOf(record));
  }

  private static String partOf(SpecificRecordBase record) {
    if (record instanceof UsageEvent event) {
      return part(event.getEventTime(), event.getResourceId());
    } else if (record instanceof Charge charge) {
      return part(charge.getBillingPeriodStart(), charge.getResourceId());
    }
    return part(BEGIN, "r-0");
  }

  private static String part(Instant at, String resource) {
    return month(at) + " " + resource;
  }

  private static YearMonth month(Instant at) {
    return YearMonth.from(at.atZone(ZoneOffset.UTC));
  }

  /** All buckets of the tenant, drained each night. */
  private static final class Operator implements AutoCloseable {

    private static final BucketKeys KEYS = new BucketKeys();

    final Map<String, NetLedger> net = new TreeMap<>();
    private final AttributeLines lines;
    private final KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry> harness;

    Operator(boolean forgets) throws Exception {
      lines =
          new AttributeLines(
              new AttributeLines.Settings(
                  Duration.ofSeconds(1), false, Set.of(), Admission.DEFAULT, forgets));
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              lines,
              input -> KEYS.of(input.tenantId(), input.bucket()),
              Types.STRING,
              BucketKeys.MAX_PARALLELISM,
              1,
              0);
      harness.open();
    }

    void pass(int day) throws Exception {
      for (Arrival arrival : DAYS_OF_YEAR.get(day)) {
        RecordKind kind = RecordKind.of(arrival.record);
        long time = MICROS.between(Instant.EPOCH, arrival.at);
        byte[] payload = kind.encode(arrival.record);
        for (int bucket : Buckets.of(arrival.record)) {
          Input input = new Input(Records.TENANT, bucket, kind, true, time, time, payload);
          harness.processElement(new StreamRecord<>(input, arrival.at.toEpochMilli()));
        }
      }
      harness.setProcessingTime(harness.getProcessingTime() + 2_000);
      passTo(BEGIN.plus(day + 1L, DAYS));
    }

    /** Moves the stream on, follows all, and takes what that brought. */
    void passTo(Instant time) throws Exception {
      harness.processWatermark(time.toEpochMilli() - 1);
      harness.setProcessingTime(harness.getProcessingTime() + 10_000);
      harness.prepareSnapshotPreBarrier(1);
      for (LedgerEntry entry : harness.extractOutputValues()) {
        String part = part(entry.getBillingPeriodStart(), entry.getResourceId());
        net.computeIfAbsent(part, p -> new NetLedger()).add(entry);
      }
      harness.getOutput().clear();
    }

    /** Rows by table, tables without rows left out. */
    Map<String, Integer> rows() throws Exception {
      return StateRows.count(lines);
    }

    long rowsOfTelemetry() throws Exception {
      return StateRows.keys(lines, "timelines").stream().filter(r -> r.startsWith("t\0")).count();
    }

    int timers() {
      return harness.numEventTimeTimers() + harness.numProcessingTimeTimers();
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
