package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.Granularity;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionsDiffTest {

  private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");

  private static final String OLD =
      """
      Dimensions:
        Team:
          GroupBy: {Source: Tag:team}
        Gone:
          GroupBy: {Source: Service}
      """;

  private static final String NEW =
      """
      Streams:
        calls: {Meter: api.calls, Element: Tag:customer, Granularity: Monthly}
      Dimensions:
        Team:
          Source: Tag:team
          Groups:
            front: [BeginsWith: web, Equals: ui]
            search: [Equals: search]
            exact: [Equals: web-1]
            unheard: [Equals: nobody]
        Customer:
          Type: Allocation
          AllocateByStreams: {Streams: [calls]}
      """;

  private static DefinitionsDiff diff() {
    Definitions now = Try.load(NEW);
    DefinitionsDiff diff =
        new DefinitionsDiff(
            Try.load(OLD),
            now,
            Measures::effective,
            EntitiesAt.NONE,
            List.of(
                Pool.weight("calls", "2026-01-01T00:00:00Z", Granularity.MONTHLY, "zeta", "1")));
    diff.add(line(now, JANUARY, "8", "Tag:team", "web-1", "Service", "ec2"));
    diff.add(line(now, JANUARY, "4", "Tag:team", "search", "Service", "ec2"));
    diff.add(line(now, JANUARY, "2", "Tag:team", "other", "Service", "s3"));
    diff.add(line(now, FEBRUARY, "1", "Tag:team", "other", "Service", "s3"));
    diff.add(line(now, FEBRUARY, "16", "Service", "s3"));
    diff.add(
        new TracedUsage(
            new TracedLine.Usage("api.calls", "1", JANUARY, new BigDecimal(3), Map.of()),
            Try.row(now, "Tag:customer", "acme"),
            null));
    return diff;
  }

  private static TracedLine line(
      Definitions definitions, Instant month, String cost, String... row) {
    LedgerEntry entry = new LedgerEntry();
    entry.setBasis(Basis.BILLED);
    entry.setBillingCurrency("USD");
    entry.setBillingPeriodStart(month);
    entry.setChargePeriodStart(month);
    entry.setChargePeriodEnd(month.plusSeconds(3600));
    Pool.all(cost).writeTo(entry);
    return new TracedLine(entry, new Charge(), 1, null, null, null, Try.row(definitions, row));
  }

  private static BillingMonth month(Instant start) {
    return BillingMonth.containing(start);
  }

  @Test
  void tellsWhatMoves() {
    assertThat(diff().moved())
        .extracting(
            DefinitionsDiff.Moved::dimension,
            DefinitionsDiff.Moved::billingMonth,
            DefinitionsDiff.Moved::element,
            moved -> Money.plain(moved.before()),
            moved -> Money.plain(moved.after()),
            moved -> Money.plain(moved.change()))
        .containsExactly(
            tuple("Customer", month(JANUARY), "acme", "0", "10.5", "10.5"),
            tuple("Customer", month(JANUARY), "zeta", "0", "3.5", "3.5"),
            tuple("Customer", month(FEBRUARY), null, "0", "17", "17"),
            tuple("Gone", month(JANUARY), "ec2", "12", "0", "-12"),
            tuple("Gone", month(JANUARY), "s3", "2", "0", "-2"),
            tuple("Gone", month(FEBRUARY), "s3", "17", "0", "-17"),
            tuple("Team", month(JANUARY), "front", "0", "8", "8"),
            tuple("Team", month(JANUARY), "web-1", "8", "0", "-8"),
            tuple("Team", month(JANUARY), "other", "2", "0", "-2"),
            tuple("Team", month(JANUARY), null, "0", "2", "2"),
            tuple("Team", month(FEBRUARY), "other", "1", "0", "-1"),
            tuple("Team", month(FEBRUARY), null, "16", "17", "1"));
  }

  @Test
  void tellsWhichLinesLoseTheirElement() {
    assertThat(diff().newlyUnallocated())
        .extracting(
            DefinitionsDiff.Unallocated::dimension,
            DefinitionsDiff.Unallocated::billingMonth,
            DefinitionsDiff.Unallocated::lines,
            lost -> Money.plain(lost.cost()))
        .containsExactly(
            tuple("Team", month(JANUARY), 1L, "2"), tuple("Team", month(FEBRUARY), 1L, "1"));
  }

  /** Three clouds whose March starts at different instants. */
  @Test
  void periodsOfOneBillingMonthAreOne() {
    Definitions now = Try.load(NEW);
    DefinitionsDiff diff =
        new DefinitionsDiff(Try.load(OLD), now, Measures::effective, EntitiesAt.NONE, List.of());
    for (String start :
        List.of("2026-02-28T16:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T08:00:00Z")) {
      diff.add(line(now, Instant.parse(start), "8", "Tag:team", "web-1", "Service", "ec2"));
    }
    BillingMonth march = BillingMonth.parse("2026-03");
    assertThat(diff.moved())
        .filteredOn(moved -> moved.dimension().equals("Team"))
        .extracting(
            DefinitionsDiff.Moved::billingMonth,
            DefinitionsDiff.Moved::element,
            moved -> Money.plain(moved.change()))
        .containsExactly(tuple(march, "front", "24"), tuple(march, "web-1", "-24"));
  }

  @Test
  void tellsWhatEachRuleDoes() {
    assertThat(diff().rules())
        .extracting(
            RuleUse::number,
            RuleUse::element,
            RuleUse::decided,
            RuleUse::matched,
            RuleUse::before,
            RuleUse::isUnused,
            RuleUse::isShadowed)
        .containsExactly(
            tuple(1, "front", 1L, 1L, 0, false, false),
            tuple(2, "search", 1L, 1L, 0, false, false),
            tuple(3, "exact", 0L, 1L, 1, false, true),
            tuple(4, "unheard", 0L, 0L, 0, true, false));
  }

  @Test
  void equalDefinitionsMoveNothing() {
    Definitions same = Try.load(NEW);
    DefinitionsDiff diff =
        new DefinitionsDiff(same, Try.load(NEW), Measures::billed, EntitiesAt.NONE, List.of());
    diff.add(line(same, JANUARY, "8", "Tag:team", "web-1"));
    assertThat(diff.moved()).isEmpty();
    assertThat(diff.newlyUnallocated()).isEmpty();
  }
}
