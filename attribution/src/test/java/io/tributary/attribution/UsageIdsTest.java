package io.tributary.attribution;

import static io.tributary.attribution.Records.at;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageIdsTest {

  private static final UsageEvent WEB = usage("u", "i-1", "10:15", "1", "web");

  private final InMemoryBucketStore store = new InMemoryBucketStore();
  private final List<Instant> kept = new ArrayList<>();
  private UsageIds ids = ids(UnaryOperator.identity());

  private UsageIds ids(UnaryOperator<UsageHour> allowed) {
    return new UsageIds(store, Admission.DEFAULT, allowed);
  }

  private UsageIds.Effect add(UsageEvent event, String recorded) {
    return add(event, recorded, recorded);
  }

  private UsageIds.Effect add(UsageEvent event, String recorded, String came) {
    ids.rest();
    return ids.add(event, Admission.micros(at(recorded)), Admission.micros(at(came)), kept::add);
  }

  private static List<String> told(UsageIds.Effect effect) {
    List<String> told = new ArrayList<>(List.of(effect.outcome().name()));
    for (UsageHour change : effect.changes()) {
      told.add(
          "%s %s %s of %d"
              .formatted(
                  change.getResourceId(),
                  change.getLabels().getOrDefault("team", "-"),
                  change.getQuantity().stripTrailingZeros().toPlainString(),
                  change.getEvents()));
    }
    return told;
  }

  @Test
  void anEventCountsOnce() {
    assertThat(told(add(WEB, "12:00"))).containsExactly("APPLIED", "i-1 web 1 of 1");
    assertThat(told(add(WEB, "12:00"))).containsExactly("DUPLICATE");
    assertThat(told(add(WEB, "11:00"))).containsExactly("DUPLICATE");
  }

  @Test
  void whatIsRecordedLaterWithAnotherContentAddsNothingButItsLabels() {
    add(WEB, "12:00");
    assertThat(told(add(usage("u", "i-1", "10:15", "1", "pay"), "12:01")))
        .containsExactly("CONFLICT", "i-1 pay 0 of 0");
    assertThat(told(add(WEB, "12:02"))).containsExactly("DUPLICATE");
  }

  @Test
  void whatIsRecordedEarlierTakesItsPlace() {
    add(WEB, "12:00");
    assertThat(told(add(usage("u", "i-1", "10:59", "2.50", "pay"), "11:59")))
        .containsExactly("CONFLICT", "i-1 web -1 of -1", "i-1 pay 2.5 of 1");
    assertThat(told(add(WEB, "12:00"))).containsExactly("CONFLICT", "i-1 web 0 of 0");
    assertThat(told(add(WEB, "11:58")))
        .as("it had come earlier still")
        .containsExactly("CONFLICT", "i-1 pay -2.5 of -1", "i-1 web 1 of 1");
  }

  @Test
  void atOneTimeTheSmallerEncodingIsTheFirst() {
    UsageEvent two = usage("u", "i-1", "10:15", "2", "web");
    add(two, "12:00");
    assertThat(told(add(WEB, "12:00")))
        .containsExactly("CONFLICT", "i-1 web -2 of -1", "i-1 web 1 of 1");
    assertThat(told(add(two, "12:00"))).containsExactly("CONFLICT", "i-1 web 0 of 0");
  }

  /**
   * Each but the id: resource and hour make another event, all else the same with other content.
   */
  @ParameterizedTest
  @CsvSource({
    "u, i-1, 11:00, APPLIED",
    "u, i-1, 09:59, APPLIED",
    "u, i-2, 10:15, APPLIED",
    "v, i-1, 10:15, APPLIED",
    "u, i-1, 10:16, CONFLICT"
  })
  void resourceAndHourArePartOfTheIdentity(
      String id, String resource, String time, Outcome outcome) {
    add(WEB, "12:00");
    assertThat(add(usage(id, resource, time, "1", "web"), "12:00").outcome()).isEqualTo(outcome);
  }

  @Test
  void everyOtherFieldIsContent() {
    add(WEB, "12:00");
    List<UsageEvent> others = new ArrayList<>();
    for (int field = 0; field < 6; field++) {
      UsageEvent other = UsageEvent.newBuilder(WEB).build();
      switch (field) {
        case 0 -> other.setMeter("minutes");
        case 1 -> other.setUnit("m");
        case 2 -> other.setSubAccountId(null);
        case 3 -> other.setServiceName("");
        case 4 -> other.setRegionId("r");
        default -> other.setLabels(new HashMap<>(Map.of("team", "web", "x", "")));
      }
      others.add(other);
    }
    assertThat(others)
        .allSatisfy(other -> assertThat(add(other, "12:01").outcome()).isEqualTo(Outcome.CONFLICT));
  }

  @Test
  void anotherSpellingOfTheResourceIsTheSameEventWithAnotherContent() {
    add(usage("u", "/subscriptions/0/vm", "10:15", "1", ""), "12:00");
    assertThat(told(add(usage("u", "/subscriptions/0/VM", "10:15", "1", ""), "12:01")))
        .containsExactly("CONFLICT", "/subscriptions/0/VM - 0 of 0");
  }

  @Test
  void whatCameLateIsRememberedAsLongAsItMayComeLate() {
    add(WEB, "12:00");
    assertThat(told(add(WEB, "10:15", "2026-01-20T00:00:00Z"))).containsExactly("DUPLICATE");
    ids.forget(at("2026-01-10T00:00:00Z"));
    assertThat(told(add(WEB, "10:15", "2026-01-21T00:00:00Z"))).containsExactly("DUPLICATE");
    assertThat(told(add(usage("u", "i-1", "10:15", "3", ""), "10:14", "2026-01-21T00:00:00Z")))
        .containsExactly("CONFLICT", "i-1 web -1 of -1", "i-1 - 3 of 1");
    assertThat(kept)
        .containsOnly(
            at("2026-01-07T11:00:00Z"), at("2026-01-08T00:00:00Z"), at("2026-05-12T14:00:00Z"));
  }

  @Test
  void whatIsReadInTimeAfterItCameLateIsKnown() {
    add(WEB, "10:15", "2026-01-20T00:00:00Z");
    ids = ids(UnaryOperator.identity());
    assertThat(told(add(WEB, "12:00"))).containsExactly("DUPLICATE");
  }

  @Test
  void labelsThatMayNotBeKeptAnyMoreAreNeitherKeptNorCompared() {
    add(WEB, "12:00");
    add(usage("v", "i-1", "10:20", "2", "web"), "12:00");
    ids =
        ids(
            change -> {
              if (!change.getLabels().containsKey("team")) {
                return change;
              }
              UsageHour copy = UsageHour.newBuilder(change).build();
              copy.setLabels(new TreeMap<>());
              return copy;
            });
    assertThat(told(add(usage("u", "i-1", "10:15", "1", ""), "12:00")))
        .containsExactly("DUPLICATE");
    assertThat(store.contains("web")).isTrue();
    ids.tablesOfLabels().forEach(ids::relabel);
    assertThat(store.contains("web")).isFalse();
    assertThat(told(add(usage("u", "i-1", "10:15", "1", ""), "12:00")))
        .containsExactly("DUPLICATE");
    assertThat(told(add(usage("v", "i-1", "10:20", "5", ""), "11:00")))
        .containsExactly("CONFLICT", "i-1 - -2 of -1", "i-1 - 5 of 1");
  }

  /** From 11:00 on the label may not be kept. */
  private static UsageHour withoutTeamFromEleven(UsageHour change) {
    if (change.getHour().isBefore(at("11:00")) || !change.getLabels().containsKey("team")) {
      return change;
    }
    UsageHour copy = UsageHour.newBuilder(change).build();
    copy.setLabels(new TreeMap<>());
    return copy;
  }

  @ParameterizedTest(name = "usage at {0}")
  @CsvSource({
    "10:15 10:45, true",
    "10:15 11:15, true",
    "11:15 12:15, false",
    "11:15, false",
    "23:15, false"
  })
  void aLabelStaysOfADayAsLongAsOneOfItsHoursMayKeepIt(String times, boolean stays) {
    for (String time : times.split(" ")) {
      add(usage(time, "i-1", time, "1", "secret"), "12:00");
    }
    ids = ids(UsageIdsTest::withoutTeamFromEleven);
    ids.tablesOfLabels().forEach(ids::relabel);
    assertThat(store.contains("secret")).isEqualTo(stays);
    for (String time : times.split(" ")) {
      String label = time.compareTo("11:00") < 0 ? "secret" : "";
      String shown = label.isEmpty() ? "-" : label;
      assertThat(told(add(usage(time, "i-1", time, "1", label), "12:00")))
          .containsExactly("DUPLICATE");
      assertThat(told(add(usage(time, "i-1", time, "2", label), "11:59")))
          .containsExactly("CONFLICT", "i-1 " + shown + " -1 of -1", "i-1 " + shown + " 2 of 1");
    }
  }

  @Test
  void cellsOfOneDayThatDifferInTheirHourAloneAreOneRow() {
    for (int hour = 0; hour < 24; hour++) {
      add(usage("u", "i-1", "%02d:15".formatted(hour), "1", "web"), "23:59");
    }
    int hours = store.size();
    for (int hour = 0; hour < 24; hour++) {
      add(usage("v", "i-1", "%02d:45".formatted(hour), "1", "web"), "23:59");
    }
    assertThat(store.size()).as("one more row for each event").isEqualTo(hours + 24);
    assertThat(hours).as("events, hours, the day and its cell").isEqualTo(24 + 24 + 1 + 1);
    assertThat(told(add(usage("u", "i-1", "17:15", "3", ""), "10:00")))
        .containsExactly("CONFLICT", "i-1 web -1 of -1", "i-1 - 3 of 1");
  }

  @Test
  void nothingIsLeftWhenAllIsForgotten() {
    add(WEB, "12:00");
    add(usage("v", "i-1", "11:15", "1", "pay"), "10:15", "2026-01-20T00:00:00Z");
    ids.forget(at("2026-06-01T00:00:00Z"));
    assertThat(store.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 10:00:00Z, 10:00:00Z, 8",
    "0, 10:00:00Z, 10:00:00Z, 8",
    "0.25, 10:15:00Z, 10:15:03.5Z, 15",
    "-12345.678, 10:59:59.999999Z, 10:59:00Z, 18",
    "99999999999999999999.999999999999999999, 10:30:00Z, 11:30:00Z, 33",
    "-99999999999999999999.999999999999999999, 10:30:00Z, 09:30:00Z, 33",
    "10000000000000000000, 10:15:00Z, 10:15:00Z, 13"
  })
  void aRowIsShortAndSaysAll(BigDecimal quantity, String time, String recorded, int bytes) {
    Instant hour = at("10:00");
    CountedUsage event =
        new CountedUsage(
            Admission.micros(Instant.parse("2026-01-05T" + recorded)),
            Admission.micros(Instant.parse("2026-01-05T" + time)),
            quantity,
            Integer.MIN_VALUE + 7);
    byte[] row = event.toBytes(hour);
    assertThat(CountedUsage.of(row, hour)).isEqualTo(event);
    assertThat(row).hasSizeLessThanOrEqualTo(bytes);
  }

  @Test
  void farRecordTimesFit() {
    Instant hour = at("10:00");
    for (long time : new long[] {Long.MIN_VALUE / 2, 0, Long.MAX_VALUE / 2}) {
      CountedUsage event = new CountedUsage(time, Admission.micros(hour), BigDecimal.ONE, 0);
      assertThat(CountedUsage.of(event.toBytes(hour), hour)).isEqualTo(event);
    }
  }

  /** Numbers are hashes of 32 bits, of which some 80,000 cells have two alike. */
  @Test
  void cellsWhoseHashesAreAlikeHaveNumbersOfTheirOwn() {
    UsageCellNumbers numbers = new UsageCellNumbers(store);
    Map<Integer, String> cells = new HashMap<>();
    for (int i = 0; i < 150_000; i++) {
      UsageHour cell = UsageCells.change(usage("u", "i-1", "10:15", "1", "team" + i));
      String other = cells.put(numbers.number("1", cell), "team" + i);
      assertThat(other).as("number of team%d", i).isNull();
    }
    cells.entrySet().stream()
        .limit(1_000)
        .forEach(
            entry ->
                assertThat(numbers.cell("1", entry.getKey(), at("10:00")).getLabels())
                    .containsEntry("team", entry.getValue()));
  }
}
