package io.tributary.jobs.demo;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.assertj.core.data.Percentage.withPercentage;

import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.PriceChange;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectedException;
import io.tributary.events.UsageEvent;
import io.tributary.events.Validation;
import io.tributary.jobs.demo.DemoRecord.Malformed;
import io.tributary.jobs.demo.DemoRecord.Sound;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class DemoCompanyTest {

  private static final Instant START = Instant.parse("2026-01-21T14:10:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final DemoCompany company = new DemoCompany(7, START);

  @Test
  void givesTheSameBytesForTheSameSeed() {
    DemoCompany twin = new DemoCompany(7, START);

    assertThat(bytes(company.history())).isEqualTo(bytes(twin.history()));
    assertThat(bytes(liveRecords(company, 100))).isEqualTo(bytes(liveRecords(twin, 100)));
  }

  @Test
  void givesAnotherCompanyForAnotherSeed() {
    assertThat(bytes(company.history())).isNotEqualTo(bytes(new DemoCompany(8, START).history()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-21T14:10:00Z",
        "2026-03-01T00:00:00Z",
        "2026-03-02T23:59:59Z",
        "2024-02-29T12:00:00Z"
      })
  void countsTheRowsOfEveryDelivery(Instant start) {
    List<DemoRecord> history = new DemoCompany(7, start).history().toList();

    Map<String, Long> published =
        sound(history.stream(), Charge.class)
            .collect(groupingBy(c -> c.getTenantId() + "/" + c.getDeliveryId(), counting()));
    Map<String, Long> announced =
        sound(history.stream(), Delivery.class)
            .collect(toMap(d -> d.getTenantId() + "/" + d.getDeliveryId(), Delivery::getRows));
    assertThat(published).isEqualTo(announced).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void namesEveryChargeOnceInADelivery() {
    Set<String> names = new HashSet<>();
    sound(company.history(), Charge.class)
        .forEach(
            c ->
                assertThat(names.add(c.getDeliveryId() + "/" + c.getTenantId() + identity(c)))
                    .as(c.toString())
                    .isTrue());
    assertThat(names).hasSizeBetween(20_000, 60_000);
  }

  @Test
  void keepsYesterdayOutOfTheBillsUntilTheLateOneArrives() {
    Instant yesterday = Instant.parse("2026-01-20T00:00:00Z");
    assertThat(sound(company.history(), Charge.class))
        .allMatch(
            c ->
                c.getChargePeriodStart().isBefore(yesterday)
                    && c.getBillingPeriodStart().isBefore(yesterday));

    DemoTick late = tickAfter(20);
    assertThat(late.headline()).contains("2026-01-20");
    assertThat(sound(late.records().stream(), Charge.class))
        .anyMatch(c -> c.getChargePeriodStart().equals(yesterday));
    assertThat(sound(late.records().stream(), Delivery.class))
        .singleElement()
        .satisfies(d -> assertThat(d.getDataThrough()).isEqualTo("2026-01-21T00:00:00Z"));
  }

  @Test
  void billsTheUsageThatWasMetered() {
    Map<String, BigDecimal> metered =
        sound(company.history(), UsageEvent.class)
            .filter(u -> u.getTenantId().equals("lumen"))
            .filter(u -> u.getEventTime().isBefore(Instant.parse("2026-01-21T00:00:00Z")))
            .collect(
                toMap(
                    u -> u.getResourceId() + " " + u.getMeter(),
                    UsageEvent::getQuantity,
                    BigDecimal::add));
    Map<String, BigDecimal> billed =
        sound(tickAfter(20).records().stream(), Charge.class)
            .filter(c -> c.getChargePeriodStart().equals(Instant.parse("2026-01-20T00:00:00Z")))
            .filter(c -> metered.containsKey(c.getResourceId() + " " + c.getSkuMeter()))
            .collect(
                toMap(c -> c.getResourceId() + " " + c.getSkuMeter(), Charge::getConsumedQuantity));

    assertThat(billed).hasSizeGreaterThan(30);
    billed.forEach(
        (line, quantity) ->
            assertThat(metered.get(line)).as(line).isCloseTo(quantity, withPercentage(1)));
  }

  @Test
  void restatesWhatItSays() {
    Map<String, Charge> before =
        sound(company.history(), Charge.class)
            .filter(c -> c.getTenantId().equals("lumen"))
            .filter(c -> c.getDeliveryId().equals("aws-2025-12-2026-01-01"))
            .collect(toMap(DemoCompanyTest::identity, c -> c));
    DemoTick tick = tickAfter(45);
    Map<String, Charge> after =
        sound(tick.records().stream(), Charge.class)
            .collect(toMap(DemoCompanyTest::identity, c -> c));

    assertThat(before.keySet()).containsAll(after.keySet());
    Set<String> known = before.values().stream().map(DemoCompanyTest::content).collect(toSet());
    long cheaper = after.values().stream().filter(c -> !known.contains(content(c))).count();
    int withdrawn = before.size() - after.size();
    assertThat(withdrawn).isBetween(10, 100);
    assertThat(cheaper).isBetween(100L, 600L);
    assertThat(tick.headline())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "AWS restates 2025-12: of %,d lines %,d cost less and %,d are withdrawn",
                before.size(),
                cheaper,
                withdrawn));
    assertThat(sound(tick.records().stream(), Delivery.class))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.getRows()).isEqualTo(after.size());
              assertThat(d.getSequence())
                  .isGreaterThan(before.values().iterator().next().getVersion());
            });
  }

  @Test
  void learnsLateOfANewOwnerAndOfANewPrice() {
    assertThat(sound(tickAfter(60).records().stream(), EntityChange.class))
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.getAttributes()).containsEntry("owner", "routing");
              assertThat(e.getValidFrom()).isEqualTo("2026-01-01T00:00:00Z");
            });
    assertThat(sound(tickAfter(90).records().stream(), PriceChange.class))
        .singleElement()
        .satisfies(p -> assertThat(p.getValidFrom()).isEqualTo("2026-01-21T00:00:00Z"));
  }

  @Test
  void sendsOnlySoundRecordsAsSoundAndOnlyBrokenOnesAsMalformed() {
    List<DemoRecord> all = Stream.concat(company.history(), liveRecords(company, 30)).toList();

    assertThat(all.stream().filter(Malformed.class::isInstance)).hasSizeGreaterThan(8);
    for (DemoRecord record : all) {
      if (record instanceof Malformed malformed && malformed.kind() != RecordKind.DEFINITIONS) {
        assertThatThrownBy(() -> Validation.check(malformed.kind().decode(raw(malformed))))
            .isInstanceOf(RejectedException.class);
      } else if (record instanceof Sound sound) {
        assertThat(rejection(sound)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200, 5_000})
  void sendsAsManyEventsAsAsked(int eventsPerSecond) {
    List<DemoRecord> events =
        company
            .live(START, Duration.ofMillis(300), eventsPerSecond)
            .limit(60)
            .flatMap(tick -> tick.records().stream())
            .toList();

    long ids = events.stream().map(DemoCompanyTest::value).map(ByteBuffer::wrap).distinct().count();
    assertThat(ids).isEqualTo(18L * eventsPerSecond);
    assertThat(events).hasSizeBetween(18 * eventsPerSecond, 18 * eventsPerSecond * 102 / 100 + 1);
  }

  @Test
  void usesTheSameWhateverTheRate() {
    BigDecimal slow = coreHoursPerMinute(100);
    BigDecimal fast = coreHoursPerMinute(2_000);

    assertThat(slow).isCloseTo(fast, withPercentage(15));
  }

  @Test
  void leavesAboutHalfOfTheDailyChargesUntagged() {
    List<Charge> daily =
        sound(company.history(), Charge.class)
            .filter(c -> c.getSkuMeter() != null && c.getSkuMeter().endsWith("-use"))
            .toList();
    long untagged = daily.stream().filter(c -> c.getTags().isEmpty()).count();

    assertThat(untagged * 100 / daily.size()).isBetween(30L, 65L);
  }

  @Test
  void billsInTwoCurrenciesAndKeepsTheSecondTenantSmall() {
    List<Charge> charges = sound(company.history(), Charge.class).toList();

    assertThat(charges.stream().map(Charge::getBillingCurrency).distinct())
        .containsExactlyInAnyOrder("USD", "EUR");
    assertThat(charges.stream().filter(c -> c.getTenantId().equals("orbit")).count())
        .isBetween(10L, 500L);
  }

  @Test
  void publishesDefinitionsThatAreYaml() {
    List<DefinitionsPublished> definitions =
        sound(company.history(), DefinitionsPublished.class).toList();

    assertThat(definitions).hasSize(2);
    for (DefinitionsPublished published : definitions) {
      Object root = new Load(LoadSettings.builder().build()).loadFromString(published.getYaml());
      assertThat(root).asInstanceOf(MAP).containsKey("Dimensions");
    }
  }

  @Test
  void startsUsageInTimeForTheStream() {
    for (String start : List.of("2026-01-21T00:00:00Z", "2026-01-21T23:59:59Z")) {
      Instant now = Instant.parse(start);
      assertThat(sound(new DemoCompany(7, now).history(), UsageEvent.class))
          .isNotEmpty()
          .allMatch(u -> !u.getEventTime().isBefore(now.minus(41, ChronoUnit.HOURS)))
          .allMatch(u -> u.getEventTime().isBefore(now));
    }
  }

  private BigDecimal coreHoursPerMinute(int eventsPerSecond) {
    return company
        .live(START, SECOND, eventsPerSecond)
        .limit(15)
        .flatMap(tick -> sound(tick.records().stream(), UsageEvent.class))
        .filter(u -> u.getMeter().equals("cpu-core-hours"))
        .map(UsageEvent::getQuantity)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private DemoTick tickAfter(long seconds) {
    return company.live(START, SECOND, 200).skip(seconds).findFirst().orElseThrow();
  }

  private static Stream<DemoRecord> liveRecords(DemoCompany company, int seconds) {
    return company.live(START, SECOND, 200).limit(seconds).flatMap(tick -> tick.records().stream());
  }

  private static <T> Stream<T> sound(Stream<DemoRecord> records, Class<T> type) {
    return records
        .filter(Sound.class::isInstance)
        .map(record -> ((Sound) record).record())
        .filter(type::isInstance)
        .map(type::cast);
  }

  private static List<ByteBuffer> bytes(Stream<DemoRecord> records) {
    return records.map(DemoCompanyTest::value).map(ByteBuffer::wrap).toList();
  }

  private static byte[] value(DemoRecord record) {
    return record instanceof Sound sound
        ? sound.kind().encode(sound.record())
        : raw((Malformed) record);
  }

  private static byte[] raw(Malformed malformed) {
    byte[] raw = new byte[malformed.bytes().remaining()];
    malformed.bytes().get(raw);
    return raw;
  }

  private static String rejection(Sound sound) {
    try {
      Validation.check(sound.record());
      return "";
    } catch (RejectedException e) {
      return e.detail() + ": " + sound.record();
    }
  }

  private static String identity(Charge charge) {
    return charge.getResourceId() + "/" + charge.getChargeKey();
  }

  /** Everything but the delivery that carries it. */
  private static String content(Charge charge) {
    Charge bare = Charge.newBuilder(charge).build();
    bare.setVersion(0L);
    bare.setDeliveryId("");
    return bare.toString();
  }
}
