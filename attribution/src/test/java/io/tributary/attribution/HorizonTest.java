package io.tributary.attribution;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.inPeriod;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.Money;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * January is closed to charges recorded after 11 May, 100 days from its end, and to usage 14 hours
 * later, when it is over everywhere.
 */
class HorizonTest {

  private static final Instant OPEN = Instant.parse("2026-05-12T00:00:00Z").minusMillis(1);
  private static final Instant CLOSED = Instant.parse("2026-05-12T00:00:01Z");
  private static final Instant CLOSED_TO_USAGE = Instant.parse("2026-05-12T14:00:01Z");

  private static final String OWNERS =
      """
      Dimensions:
        Owner:
          Rules:
            - Type: GroupBy
              Source: 'Entity:resource:owner'
      """;

  private final InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, "i-1");

  private List<String> drained() {
    return tenant.drain().stream()
        .map(
            entry -> entry.getElements().get("Owner") + " " + Money.plain(entry.getEffectiveCost()))
        .sorted()
        .toList();
  }

  @Test
  void anEntityRecordedAfterwardsDoesNotChangeAClosedPeriod() {
    tenant.apply(
        definitions(OWNERS, "2026-01-01T00:00:00Z", 1),
        entity("resource", "i-1", "owner", "ops", "00:00", 1),
        charge("a", 1, "i-1", "10:00", "11:00", "6"));
    assertThat(drained()).containsExactly("ops 6");

    tenant.recordedAt(CLOSED).apply(entity("resource", "i-1", "owner", "web", "00:00", 2));
    assertThat(drained()).isEmpty();
    tenant.recordedAt(OPEN).apply(entity("resource", "i-1", "owner", "web", "00:00", 2));
    assertThat(drained()).as("recorded in time").containsExactly("ops -6", "web 6");
  }

  @Test
  void norDoAPriceOrDefinitions() {
    tenant.apply(price("USD", "1", "00:00", 1), usage("u", "i-1", "10:15", "3", ""));
    assertThat(drained()).containsExactly("null 3");

    tenant
        .recordedAt(CLOSED_TO_USAGE)
        .apply(price("USD", "2", "00:00", 2), definitions(OWNERS, "2026-01-01T00:00:00Z", 1));
    assertThat(drained()).isEmpty();
    tenant.recordedAt(OPEN).apply(price("USD", "2", "00:00", 2));
    assertThat(drained()).containsExactly("null 3");
  }

  /** A half month is over for charges on 26 April, and deliveries may withdraw until 11 May. */
  @Test
  void aChargeStaysUntilNoDeliveryMayWithdrawIt() {
    Charge half = inPeriod("2026-01-01T00:00:00Z", charge("a", 1, "i-1", "10:00", "11:00", "6"));
    half.setBillingPeriodEnd(Instant.parse("2026-01-16T00:00:00Z"));
    int rows = tenant.size();
    Delivery first = inPeriod("2026-01-01T00:00:00Z", delivery(1, "11:00"));
    tenant.apply(half, first);
    assertThat(drained()).containsExactly("null 6");
    tenant.forget(Instant.parse("2026-05-12T13:00:00Z"));

    tenant.apply(inPeriod("2026-01-01T00:00:00Z", delivery(2, "11:00")));
    assertThat(drained()).containsExactly("null -6");
    tenant.forget(Instant.parse("2026-05-14T00:00:00Z"));
    assertThat(tenant.size()).isEqualTo(rows);
  }

  /** What a delivery brings about after the charges are closed is seen as of when they were. */
  @Test
  void aLineThatChangesAfterItsPeriodHasClosedSeesWhatWasRecordedBefore() {
    tenant.apply(
        definitions(OWNERS, "2026-01-01T00:00:00Z", 1),
        entity("resource", "i-1", "owner", "ops", "00:00", 1),
        usage("u", "i-1", "11:15", "1", ""),
        price("USD", "1", "00:00", 1),
        inPeriod("2025-12-31T16:00:00Z", charge("a", 1, "i-1", "10:00", "12:00", "6")),
        inPeriod("2025-12-31T16:00:00Z", delivery(1, "11:00")));
    assertThat(drained()).containsExactly("ops 1", "ops 6");
    tenant
        .recordedAt(Instant.parse("2026-05-11T16:00:01Z"))
        .apply(entity("resource", "i-1", "owner", "web", "00:00", 2));
    assertThat(drained())
        .as("the estimate is open, the bill is not")
        .containsExactly("ops -1", "web 1");
    tenant.forget(Instant.parse("2026-05-12T10:00:00Z"));
    tenant
        .recordedAt(Instant.parse("2026-05-12T11:00:00Z"))
        .apply(
            entity("resource", "i-1", "owner", "ops", "00:00", 3),
            inPeriod("2025-12-31T16:00:00Z", delivery(2, "12:00")));
    assertThat(drained())
        .as("withdrawn; owners of the estimate are as of now")
        .containsExactly("ops -6", "ops 1", "web -1");
  }

  /** Cells are kept a month longer than the charges over them. */
  @Test
  void anEstimateDoesNotComeBackWhenTheChargeOverItIsForgotten() {
    tenant.apply(
        price("USD", "1", "00:00", 1),
        usage("u", "i-1", "10:15", "3", ""),
        usage("v", "i-1", "13:15", "4", ""),
        charge("a", 1, "i-1", "10:00", "12:00", "6"));
    assertThat(drained()).containsExactly("null 4", "null 6");
    tenant.forget(Instant.parse("2026-05-20T00:00:00Z"));
    tenant
        .recordedAt(Instant.parse("2026-05-20T00:00:00Z"))
        .apply(price("USD", "2", "00:00", 2), definitions(OWNERS, "1970-01-01T00:00:00Z", 1));
    assertThat(drained()).isEmpty();

    tenant.apply(inPeriod("2026-02-01T00:00:00Z", charge("b", 1, "i-1", "13:00", "15:00", "5")));
    assertThat(drained())
        .as("a charge of the next period still covers")
        .containsExactly("null -4", "null 5");
    tenant.forget(Instant.parse("2026-06-15T00:00:00Z"));
    assertThat(tenant.hasNoUsage()).isTrue();
  }

  @Test
  void nothingIsLeftOfAClosedPeriodButItsDimensions() {
    tenant.apply(
        definitions(OWNERS, "2026-01-01T00:00:00Z", 1),
        entity("resource", "i-1", "owner", "ops", "00:00", 1),
        price("USD", "1", "00:00", 1));
    tenant.drain();
    int dimensions = tenant.size();
    tenant.apply(
        usage("u1", "i-1", "10:15", "3", "web"),
        usage("u2", "i-1", "13:15", "3", ""),
        charge("a", 1, "i-1", "10:00", "12:00", "6"),
        charge("b", 1, "i-1", "10:00", "12:00", "7"),
        charge("b", 2, "i-1", "10:00", "12:00", "8"),
        delivery(1, "11:00"));
    tenant.drain();
    assertThat(tenant.size()).isGreaterThan(dimensions);

    tenant.forget(tenant.kept().last().minusSeconds(1));
    assertThat(tenant.size()).as("not yet").isGreaterThan(dimensions);
    tenant.forget(Instant.parse("2026-06-15T00:00:00Z"));
    assertThat(tenant.kept()).isEmpty();
    assertThat(tenant.size()).isEqualTo(dimensions);
    assertThat(drained()).as("and nothing is taken back").isEmpty();
  }

  @Test
  void idsAreForgottenWhenTheirEventsWouldComeTooLate() {
    tenant.apply(usage("u", "i-1", "10:15", "3", ""));
    tenant.drain();
    tenant.forget(Instant.parse("2026-01-07T10:59:59Z"));
    tenant.apply(usage("u", "i-1", "10:15", "3", ""));
    assertThat(tenant.count(Outcome.DUPLICATE)).isEqualTo(1);
    int rows = tenant.size();
    tenant.forget(Instant.parse("2026-01-07T11:00:01Z"));
    assertThat(tenant.size()).isEqualTo(rows - 2);
  }

  @Test
  void idsOfEventsLetInLateAreKeptAsLongAsTheirPeriodIsOpen() {
    tenant.cameAt(Instant.parse("2026-02-20T00:00:00Z")).apply(usage("u", "i-1", "10:15", "3", ""));
    tenant.drain();
    tenant.forget(Instant.parse("2026-05-11T00:00:00Z"));
    tenant.apply(usage("u", "i-1", "10:15", "3", ""));
    assertThat(tenant.count(Outcome.DUPLICATE)).isEqualTo(1);
  }
}
