package io.tributary.dimensions.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.dimensions.timeline.Timeline.Change;
import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The worked example of README.md. */
class ReadmeTest {

  private static final EntityChange[] CHANGES = {
    owner("2026-03-01", 1, "shop"),
    owner("2026-01-01", 1, "web"),
    owner("2026-03-01", 2, "search"),
    owner("2026-03-01", 1, "shop"),
    deleted("2026-04-01", 1)
  };

  @Test
  void putSaysWhatAVersionDid() {
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    assertThat(CHANGES)
        .extracting(change -> timeline.put(change, 0L))
        .containsExactly(
            Change.APPLIED, Change.APPLIED, Change.APPLIED, Change.SUPERSEDED, Change.APPLIED);
  }

  @Test
  void everyOrderGivesTheSameOwners() {
    for (int order = 0; order < 120; order++) {
      Timeline<EntityChange> timeline = inOrder(order);
      assertThat(ownerAt(timeline, "2025-12-31")).isNull();
      assertThat(ownerAt(timeline, "2026-02-28")).isEqualTo("web");
      assertThat(ownerAt(timeline, "2026-03-01")).isEqualTo("search");
      assertThat(ownerAt(timeline, "2026-04-01")).isNull();
    }
  }

  /** The changes in one of their 120 orders, which {@code number} names in factorial base. */
  private static Timeline<EntityChange> inOrder(int number) {
    EntityChange[] order = CHANGES.clone();
    int left = number;
    for (int i = order.length; i > 1; i--) {
      EntityChange last = order[i - 1];
      order[i - 1] = order[left % i];
      order[left % i] = last;
      left /= i;
    }
    Timeline<EntityChange> timeline = new Timeline<>(TimelineKind.ENTITY);
    for (EntityChange change : order) {
      timeline.put(change, 0L);
    }
    return timeline;
  }

  private static EntityChange owner(String validFrom, long version, String owner) {
    return new EntityChange(
        "acme", "resource", "i-1", Map.of("owner", owner), day(validFrom), version, Op.UPSERT);
  }

  private static EntityChange deleted(String validFrom, long version) {
    return new EntityChange(
        "acme", "resource", "i-1", Map.of(), day(validFrom), version, Op.DELETE);
  }

  private static @Nullable String ownerAt(Timeline<EntityChange> timeline, String day) {
    EntityChange entity = timeline.asOf(day(day));
    return entity == null ? null : entity.getAttributes().get("owner");
  }

  private static Instant day(String day) {
    return LocalDate.parse(day).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
