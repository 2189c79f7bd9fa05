package io.tributary.jobs.bills;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.bills.DeliveryScope;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TwinTest {

  private static final String MARCH = "2026-03-01T00:00:00Z";

  private static Twin.Content content(
      String provider, String account, String start, long charges, String billed, long lines) {
    return new Twin.Content(
        new DeliveryScope("acme", provider, account, "default", Instant.parse(start)),
        charges,
        billed.isEmpty() ? new TreeMap<>() : new TreeMap<>(Map.of("USD", new BigDecimal(billed))),
        () -> lines);
  }

  private static List<String> alike(Twin.Content one, Twin.Content other) {
    return Twin.of(List.of(one), List.of(other)).stream().map(Twin::alike).toList();
  }

  @Test
  void theSameBillUnderAnotherNameIsATwin() {
    Twin.Content bill = content("AWS", "1", MARCH, 3, "6", 7);
    assertThat(alike(bill, content("unknown", "1", MARCH, 3, "6.00", 8)))
        .containsExactly("as many charges (3) and the same total");
    assertThat(alike(bill, content("Amazon", "1", MARCH, 3, "9", 7)))
        .containsExactly("as many charges (3) for the same things");
    assertThat(alike(bill, content("AWS", "0001", MARCH, 4, "6", 8)))
        .containsExactly("the same total");
    assertThat(alike(bill, content("unknown", "unknown", MARCH, 3, "9", 8)))
        .containsExactly("as many charges (3)");
    assertThat(alike(bill, content("unknown", "1", MARCH, 3, "", 7)))
        .as("total not known")
        .containsExactly("as many charges (3) for the same things");
  }

  @Test
  void theSameMonthMayStartAtAnotherHour() {
    assertThat(
            alike(
                content("Google", "1", "2026-03-01T08:00:00Z", 3, "6", 7),
                content("Google", "01", "2026-02-28T16:00:00Z", 3, "6", 7)))
        .hasSize(1);
  }

  @Test
  void othersAreNone() {
    Twin.Content bill = content("AWS", "1", MARCH, 3, "6", 7);
    assertThat(alike(bill, content("AWS", "2", MARCH, 3, "7", 8))).as("other costs").isEmpty();
    assertThat(alike(bill, content("AWS", "2", "2026-04-01T00:00:00Z", 3, "6", 7)))
        .as("another month")
        .isEmpty();
    assertThat(alike(bill, content("AWS", "1", MARCH, 3, "6", 7))).as("itself").isEmpty();
    assertThat(alike(bill, content("AWS", "2", MARCH, 0, "", 0))).as("withdrawn").isEmpty();
    assertThat(alike(content("AWS", "1", MARCH, 3, "0", 7), content("AWS", "2", MARCH, 4, "0", 8)))
        .as("nothing costs nothing")
        .isEmpty();
  }

  @Test
  void twinsWithinOneRunAreFoundOnce() {
    assertThat(
            Twin.of(
                List.of(
                    content("AWS", "1", MARCH, 3, "6", 7),
                    content("unknown", "1", MARCH, 3, "6", 7)),
                List.of()))
        .hasSize(1);
  }
}
