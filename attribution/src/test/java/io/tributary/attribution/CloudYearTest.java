package io.tributary.attribution;

import static io.tributary.attribution.Records.TENANT;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.telemetry;
import static io.tributary.attribution.Records.usage;
import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.RejectedException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A tenant whose clouds start their billing periods each at another time: a stream that forgets
 * every night what it may comes to the ledger of one that forgets nothing, and of the oracle, and
 * keeps nothing in the end.
 */
class CloudYearTest {

  private static final Instant BEGIN = Instant.parse("2025-12-31T00:00:00Z");
  private static final int DAYS_UNTIL_ALL_IS_CLOSED = 600;
  private static final int MONTHS = 3;

  private record Arrival(Instant at, SpecificRecordBase record) {}

  private record Period(String cloud, Instant start, Instant end) {}

  private final List<Arrival> arrivals = new ArrayList<>();

  private static Instant midnight(int month, int day, int zone) {
    return LocalDate.of(2026, 1, day)
        .plusMonths(month)
        .atStartOfDay()
        .toInstant(ZoneOffset.ofHours(zone));
  }

  private static List<Period> periods() {
    List<Period> periods = new ArrayList<>();
    for (int month = 0; month < MONTHS; month++) {
      for (int zone : new int[] {0, -8, 8, 14, -12}) {
        periods.add(
            new Period("UTC" + zone, midnight(month, 1, zone), midnight(month + 1, 1, zone)));
      }
      periods.add(new Period("halves", midnight(month, 1, 0), midnight(month, 16, 0)));
      periods.add(new Period("halves", midnight(month, 16, 0), midnight(month + 1, 1, 0)));
      periods.add(new Period("16th", midnight(month, 16, 0), midnight(month + 1, 16, 0)));
    }
    periods.add(new Period("year", midnight(0, 1, 0), midnight(12, 1, 0)));
    return periods;
  }

  private void add(Instant at, SpecificRecordBase record) {
    try {
      Admission.DEFAULT.check(record, at);
      arrivals.add(new Arrival(at, record));
    } catch (RejectedException e) {
      assertThat(record).as("%s", e.getMessage()).isInstanceOfAny(Charge.class, Delivery.class);
    }
  }

  private void addInputs(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String from = "2025-12-01T00:00:00Z";
    String definitions =
        seed % 3 == 0 ? AllocatingDefinitions.BY_DAY : AllocatingDefinitions.BY_PERIOD;
    add(BEGIN, definitions(definitions, from, 1));
    add(BEGIN, price("USD", "0.7", from, 1));
    for (int i = 0; i < 4; i++) {
      add(BEGIN, entity("resource", "i-" + i, "owner", "t" + i, from, 1));
    }
    for (int month = 0; month < MONTHS; month++) {
      Instant start = midnight(month, 1, 0);
      for (int customer = 0; customer < 3; customer++) {
        String value = random.nextInt(1, 9) + ".5";
        add(
            start.plus(1, DAYS),
            telemetry("traffic", "MONTHLY", start.toString(), "c" + customer, value, 1));
      }
      for (int i = 0; i < 12; i++) {
        Instant at = start.plus(random.nextInt(30 * 24), HOURS);
        add(
            at.plus(1, HOURS),
            usage("u" + month + "-" + i, "i-" + random.nextInt(4), at.toString(), "2", ""));
      }
    }
    periods().forEach(period -> bill(period, random));
  }

  /** Deliveries while the period lasts, after it, and in the last hours in which they may come. */
  private void bill(Period period, SplittableRandom random) {
    Delivery any = delivery(period, 1);
    Instant closes = Admission.DEFAULT.closes(any);
    Instant chargesClose = Admission.DEFAULT.closes(period.end);
    List<Instant> times =
        Stream.of(
                period.start.plus(3, DAYS),
                period.end.plus(random.nextInt(1, 90 * 24), HOURS),
                chargesClose.minus(random.nextInt(1, 5), HOURS),
                closes.minus(random.nextInt(1, 5), HOURS),
                closes)
            .sorted()
            .toList();
    for (int i = 0; i < times.size(); i++) {
      long sequence = i + 1L;
      for (int number = 0; number < 4; number++) {
        if (sequence == 1 || random.nextInt(4) > 0) {
          add(times.get(i), charge(period, number, sequence, random));
        }
      }
      add(times.get(i), delivery(period, sequence));
    }
  }

  private static Delivery delivery(Period period, long sequence) {
    Delivery delivery = Records.delivery(sequence, period.end.toString());
    delivery.setBillingAccountId(period.cloud);
    delivery.setBillingPeriodStart(period.start);
    return delivery;
  }

  private static Charge charge(Period period, int number, long sequence, SplittableRandom random) {
    // A longer period than a month may find that usage is forgotten: it covers none.
    boolean covers = Duration.between(period.start, period.end).toDays() < 40;
    Instant from = period.start.plus(number * 3L, DAYS);
    Charge charge =
        Records.charge(
            period.cloud + " " + period.start + " " + number,
            sequence,
            covers ? "i-" + number : "",
            from.toString(),
            from.plus(1, DAYS).toString(),
            random.nextInt(-2, 9) + "." + random.nextInt(1, 99));
    charge.setBillingAccountId(period.cloud);
    charge.setBillingPeriodStart(period.start);
    charge.setBillingPeriodEnd(period.end);
    charge.setTags(Map.of("team", "t" + number));
    return charge;
  }

  /** The tenant when all has come. */
  private InMemoryTenant tenant(boolean forgets) {
    List<Arrival> ordered = arrivals.stream().sorted(Comparator.comparing(Arrival::at)).toList();
    InMemoryTenant tenant = new InMemoryTenant(TENANT);
    int next = 0;
    for (int day = 0; day < DAYS_UNTIL_ALL_IS_CLOSED; day++) {
      Instant night = BEGIN.plus(day, DAYS);
      while (next < ordered.size() && !ordered.get(next).at.isAfter(night)) {
        Arrival arrival = ordered.get(next++);
        tenant.recordedAt(arrival.at).cameAt(arrival.at).apply(arrival.record);
      }
      tenant.drain();
      if (forgets) {
        tenant.forget(night);
      }
    }
    assertThat(next).isEqualTo(ordered.size());
    return tenant;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatIsForgottenIsNotMissed(long seed) {
    addInputs(seed);
    NetLedger expected =
        AllocationOracle.net(
            arrivals.stream().map(Arrival::record).toList(), AllocatingDefinitions.TOLD);
    assertThat(tenant(false).net()).isEqualTo(expected);
    InMemoryTenant forgetful = tenant(true);
    assertThat(forgetful.net()).isEqualTo(expected);
    assertThat(forgetful.hasNoSums()).isTrue();
    assertThat(forgetful.kept()).isEmpty();
  }

  /** What is recorded after a period has closed is no part of it, whether or not it is kept. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14})
  void norIsWhatWasRecordedTooLate(long seed) {
    addInputs(seed);
    SplittableRandom random = new SplittableRandom(-seed);
    for (int i = 0; i < 30; i++) {
      Instant at = midnight(4, 1, 0).plus(random.nextInt(100 * 24), HOURS);
      String from = midnight(random.nextInt(MONTHS), 1 + random.nextInt(25), 0).toString();
      add(at, price("USD", "0." + (10 + i), from, 2 + i));
      add(
          at,
          entity(
              "resource", "i-" + random.nextInt(4), "owner", "t" + random.nextInt(4), from, 2 + i));
    }
    InMemoryTenant mindful = tenant(false);
    assertThat(tenant(true).net()).isEqualTo(mindful.net());
  }
}
