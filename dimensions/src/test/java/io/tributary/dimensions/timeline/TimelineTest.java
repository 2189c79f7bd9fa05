package io.tributary.dimensions.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimelineTest {

  private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");
  private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
  private static final long RECORDED = 1_000L;

  @Test
  void answersTheVersionThatHeldAtTheInstant() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    timeline.put(owner("web", JANUARY, 1), RECORDED);
    timeline.put(owner("shop", MARCH, 1), RECORDED);

    assertThat(ownerAt(timeline, JANUARY.minusNanos(1))).isNull();
    assertThat(ownerAt(timeline, JANUARY)).isEqualTo("web");
    assertThat(ownerAt(timeline, MARCH.minusNanos(1))).isEqualTo("web");
    assertThat(ownerAt(timeline, MARCH)).isEqualTo("shop");
  }

  @Test
  void isTheSameWhateverTheOrderOfArrival() {
    List<EntityChange> changes =
        List.of(
            owner("web", JANUARY, 1),
            owner("search", JANUARY, 2),
            owner("data", JANUARY, 2),
            owner("shop", FEBRUARY, 1),
            deletion(MARCH, 1));
    List<byte[]> results = new ArrayList<>();
    permutations(
        new ArrayList<>(changes),
        0,
        order -> {
          Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
          order.forEach(change -> timeline.put(change, RECORDED));
          results.add(timeline.toBytes());
        });

    assertThat(results)
        .hasSize(120)
        .allSatisfy(bytes -> assertThat(bytes).isEqualTo(results.get(0)));
  }

  @Test
  void saysWhatAVersionDid() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);

    assertThat(timeline.put(owner("web", JANUARY, 2), RECORDED)).isEqualTo(Timeline.Change.APPLIED);
    assertThat(timeline.put(owner("web", JANUARY, 2), RECORDED))
        .isEqualTo(Timeline.Change.DUPLICATE);
    assertThat(timeline.put(owner("old", JANUARY, 1), RECORDED))
        .isEqualTo(Timeline.Change.SUPERSEDED);
    assertThat(timeline.put(owner("api", JANUARY, 2), RECORDED))
        .isEqualTo(Timeline.Change.CONFLICT);
    assertThat(ownerAt(timeline, JANUARY)).isEqualTo("web");
    assertThat(timeline.versionAt(JANUARY)).isEqualTo(2);
    assertThat(timeline.versionAt(MARCH)).isZero();
  }

  @Test
  void aDeletedEntityIsAbsentUntilItsNextVersion() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    timeline.put(owner("web", JANUARY, 1), RECORDED);
    timeline.put(deletion(FEBRUARY, 1), RECORDED);
    timeline.put(owner("shop", MARCH, 1), RECORDED);

    assertThat(ownerAt(timeline, FEBRUARY)).isNull();
    assertThat(ownerAt(timeline, MARCH)).isEqualTo("shop");
  }

  @Test
  void survivesBeingWrittenAndRead() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    timeline.put(owner("web", JANUARY, 1), RECORDED);
    timeline.put(deletion(FEBRUARY, 3), RECORDED);

    Timeline<EntityChange> read = Timeline.fromBytes(TimelineKind.ENTITY, timeline.toBytes());

    assertThat(read.toBytes()).isEqualTo(timeline.toBytes());
    assertThat(ownerAt(read, JANUARY)).isEqualTo("web");
    assertThat(ownerAt(read, FEBRUARY)).isNull();
  }

  @Test
  void pricesInTheFirstCurrencyByCodePointThatIsValid() {
    Timeline<PriceChange> dollars = new Timeline<>(TimelineKind.PRICE);
    dollars.put(price("USD", "2", JANUARY), RECORDED);
    Timeline<PriceChange> euros = new Timeline<>(TimelineKind.PRICE);
    euros.put(price("EUR", "3", FEBRUARY), RECORDED);
    PriceBook book = new PriceBook(Map.of("USD", dollars, "EUR", euros));

    assertThat(book.priceAt(JANUARY, Timeline.ALL)).hasToString("2 USD");
    assertThat(book.priceAt(FEBRUARY, Timeline.ALL)).hasToString("3 EUR");
    assertThat(book.priceAt(JANUARY.minusSeconds(1), Timeline.ALL)).isNull();
    assertThat(book.versionAt(FEBRUARY, Timeline.ALL)).isEqualTo(price("EUR", "3", FEBRUARY));
    assertThat(book.versionAt(JANUARY.minusSeconds(1), Timeline.ALL)).isNull();
  }

  @Test
  void aVersionEndsWhereTheNextBeginsEvenIfThatIsADeletion() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    timeline.put(owner("web", JANUARY, 1), RECORDED);
    assertThat(timeline.endOf(JANUARY, Timeline.ALL)).isNull();
    timeline.put(deletion(FEBRUARY, 1), RECORDED);
    assertThat(timeline.endOf(JANUARY, Timeline.ALL)).isEqualTo(FEBRUARY);
    assertThat(timeline.endOf(FEBRUARY.minusSeconds(1), Timeline.ALL)).isEqualTo(FEBRUARY);
    assertThat(timeline.endOf(FEBRUARY, Timeline.ALL)).isNull();
  }

  /** Versions 1 to 3 of one instant, recorded in that order, in every order of arrival. */
  @Test
  void answersWhatWasRecordedByATimeWhateverTheOrderOfArrival() {
    List<Integer> numbers = List.of(1, 2, 3);
    permutations(
        new ArrayList<>(numbers),
        0,
        order -> {
          Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
          order.forEach(number -> timeline.put(owner("v" + number, JANUARY, number), number * 10L));
          assertThat(timeline.asOf(FEBRUARY, 9)).isNull();
          assertThat(ownerRecordedBy(timeline, 10)).isEqualTo("v1");
          assertThat(ownerRecordedBy(timeline, 29)).isEqualTo("v2");
          assertThat(ownerRecordedBy(timeline, 30)).isEqualTo("v3");
          assertThat(ownerAt(timeline, FEBRUARY)).isEqualTo("v3");
          Timeline<EntityChange> read = Timeline.fromBytes(TimelineKind.ENTITY, timeline.toBytes());
          assertThat(ownerRecordedBy(read, 20)).isEqualTo("v2");
        });
  }

  @Test
  void aLowerVersionThatWasRecordedLaterIsSuperseded() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    timeline.put(owner("new", JANUARY, 2), 10);
    assertThat(timeline.put(owner("old", JANUARY, 1), 20)).isEqualTo(Timeline.Change.SUPERSEDED);
    assertThat(timeline.put(owner("old", JANUARY, 1), 5)).isEqualTo(Timeline.Change.APPLIED);
    assertThat(ownerRecordedBy(timeline, 5)).isEqualTo("old");
    assertThat(ownerRecordedBy(timeline, 10)).isEqualTo("new");
  }

  @Test
  void aNextVersionThatWasRecordedTooLateDoesNotEndWhatHolds() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    timeline.put(owner("web", JANUARY, 1), 10);
    timeline.put(owner("shop", FEBRUARY, 1), 20);
    assertThat(timeline.endOf(JANUARY, 19)).isNull();
    assertThat(timeline.endOf(JANUARY, 20)).isEqualTo(FEBRUARY);
    assertThat(ownerAt(timeline, MARCH)).isEqualTo("shop");
    assertThat(ownerAt(timeline, FEBRUARY.minusSeconds(1))).isEqualTo("web");
    assertThat(ownerRecordedBy(timeline, 19)).as("in February").isEqualTo("web");
  }

  @Test
  void forgetsWhatNoLookUpNeedsAnyMore() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    timeline.put(owner("v1", JANUARY, 1), 10);
    timeline.put(owner("v2", JANUARY, 2), 20);
    timeline.put(owner("v3", JANUARY, 3), 30);
    timeline.forget(25);
    assertThat(timeline.asOf(FEBRUARY, 15)).isNull();
    assertThat(ownerRecordedBy(timeline, 25)).isEqualTo("v2");
    assertThat(ownerRecordedBy(timeline, 30)).isEqualTo("v3");
  }

  private static @Nullable String ownerRecordedBy(
      Timeline<EntityChange> timeline, long recordedBy) {
    EntityChange change = timeline.asOf(FEBRUARY, recordedBy);
    return change == null ? null : change.getAttributes().get("owner");
  }

  private static @Nullable String ownerAt(Timeline<EntityChange> timeline, Instant instant) {
    EntityChange change = timeline.asOf(instant);
    return change == null ? null : change.getAttributes().get("owner");
  }

  private static EntityChange owner(String owner, Instant from, long version) {
    return new EntityChange(
        "acme", "account", "1", Map.of("owner", owner), from, version, Op.UPSERT);
  }

  private static EntityChange deletion(Instant from, long version) {
    return new EntityChange("acme", "account", "1", Map.of(), from, version, Op.DELETE);
  }

  private static PriceChange price(String currency, String unitPrice, Instant from) {
    return new PriceChange(
        "acme", "cpu", "hour", currency, new BigDecimal(unitPrice).setScale(18), from, 1L);
  }

  private static <E> void permutations(List<E> items, int fixed, Consumer<List<E>> visit) {
    if (fixed == items.size()) {
      visit.accept(items);
      return;
    }
    for (int i = fixed; i < items.size(); i++) {
      java.util.Collections.swap(items, fixed, i);
      permutations(items, fixed + 1, visit);
      java.util.Collections.swap(items, fixed, i);
    }
  }
}
