package io.tributary.attribution;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.delete;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.events.RecordKind;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketTest {

  private static final String TEAMS =
      """
      Dimensions:
        Team:
          Rules:
            - Type: GroupBy
              Sources: ['Tag:team', 'Entity:resource:owner']
              CoalesceSources: true
      """;

  private final InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);

  /** Hour, basis, team, signed billed cost and quantity of each entry, sorted. */
  private static List<String> drained(InMemoryTenant tenant) {
    return tenant.drain().stream().map(BucketTest::text).sorted().toList();
  }

  private static String text(LedgerEntry entry) {
    return "%s %s %s %s USD, %s h"
        .formatted(
            entry.getChargePeriodStart().toString().substring(11, 16),
            entry.getBasis(),
            entry.getElements().get("Team"),
            Money.plain(entry.getBilledCost()),
            Money.plain(entry.getConsumedQuantity()));
  }

  /** The worked example of README.md. */
  @Test
  void reversesTheEstimatesWhenTheBillComes() {
    tenant.apply(
        definitions(TEAMS, "2026-01-01T00:00:00Z", 1),
        entity("resource", "i-1", "owner", "ops", "2026-01-01T00:00:00Z", 1),
        price("USD", "0.50", "2026-01-01T00:00:00Z", 1),
        usage("u1", "i-1", "10:15", "1", "web"),
        usage("u2", "i-1", "11:15", "3", ""));
    assertThat(drained(tenant))
        .containsExactly("10:00 ESTIMATED web 0.5 USD, 1 h", "11:00 ESTIMATED ops 1.5 USD, 3 h");

    tenant.apply(charge("a", 1, "i-1", "10:00", "12:00", "6"), delivery(1, "12:00"));
    assertThat(drained(tenant))
        .containsExactly(
            "10:00 BILLED web 1.5 USD, 1 h",
            "10:00 ESTIMATED web -0.5 USD, -1 h",
            "11:00 BILLED tagged 4.5 USD, 3 h",
            "11:00 ESTIMATED ops -1.5 USD, -3 h");
  }

  @Test
  void keepsTheEstimateOfAnHourThatTheDeliveryDoesNotClaim() {
    tenant.apply(
        price("USD", "0.50", "00:00", 1),
        usage("u1", "i-1", "10:15", "1", ""),
        usage("u2", "i-1", "11:15", "3", ""),
        charge("a", 1, "i-1", "10:00", "12:00", "6"),
        delivery(1, "11:00"));
    assertThat(drained(tenant))
        .containsExactly("10:00 BILLED null 6 USD, 1 h", "11:00 ESTIMATED null 1.5 USD, 3 h");
  }

  @Test
  void definitionsSeeTheHourTheMonthAndTheRegionOfAnEstimateAndTheHourOfAShare() {
    UsageEvent usage = usage("u1", "i-1", "10:15", "1", "");
    usage.setRegionId("eu-1");
    tenant.apply(
        definitions(
            """
            Dimensions:
              Team:
                GroupBy:
                  Source: [RegionId, ChargePeriodEnd, BillingPeriodEnd]
            """,
            "2026-01-01T00:00:00Z",
            1),
        price("USD", "0.50", "00:00", 1),
        usage);
    assertThat(drained(tenant))
        .containsExactly(
            "10:00 ESTIMATED eu-1 2026-01-05T11:00:00Z 2026-02-01T00:00:00Z 0.5 USD, 1 h");

    Charge day = charge("a", 1, "i-1", "10:00", "12:00", "6");
    day.setRegionId("eu-1");
    tenant.apply(day, delivery(1, "12:00"));
    assertThat(drained(tenant))
        .contains("10:00 BILLED eu-1 2026-01-05T11:00:00Z 2026-02-01T00:00:00Z 6 USD, 1 h");
  }

  @Test
  void sumsTheEventsOfAnHourIntoOneEntry() {
    tenant.apply(
        price("USD", "0.50", "00:00", 1),
        usage("u1", "i-1", "10:15", "1", "web"),
        usage("u2", "i-1", "10:45", "2", "web"));
    assertThat(drained(tenant)).containsExactly("10:00 ESTIMATED null 1.5 USD, 3 h");

    tenant.apply(usage("u3", "i-1", "10:59", "1", "web"));
    assertThat(drained(tenant)).containsExactly("10:00 ESTIMATED null 0.5 USD, 1 h");
    assertThat(tenant.archived())
        .filteredOn(UsageHour.class::isInstance)
        .extracting(hour -> ((UsageHour) hour).getEvents())
        .containsExactly(2L, 1L);
  }

  @Test
  void knowsARepeatedRecordAgain() {
    Charge line = charge("a", 1, "i-1", "10:00", "12:00", "6");
    tenant.apply(line, usage("u1", "i-1", "10:15", "1", "web"), price("USD", "1", "00:00", 1));
    tenant.apply(delivery(1, "12:00"), definitions(TEAMS, "00:00", 1));
    tenant.drain();
    int archived = tenant.archived().size();

    tenant.restart();
    tenant.apply(line, usage("u1", "i-1", "10:15", "1", "web"), price("USD", "1", "00:00", 1));
    tenant.apply(delivery(1, "12:00"), definitions(TEAMS, "00:00", 1));

    assertThat(tenant.drain()).isEmpty();
    assertThat(tenant.archived()).hasSize(archived);
    assertThat(tenant.count(Outcome.APPLIED)).isEqualTo(5);
    assertThat(tenant.count(Outcome.DUPLICATE)).isEqualTo(5);
  }

  @Test
  void withdrawsADeletedChargeAndEstimatesItsCellsAgain() {
    tenant.apply(
        price("USD", "0.50", "00:00", 1),
        usage("u1", "i-1", "10:15", "1", ""),
        charge("a", 1, "i-1", "10:00", "12:00", "6"));
    assertThat(drained(tenant)).containsExactly("10:00 BILLED null 6 USD, 1 h");

    tenant.apply(delete("a", 2, "i-1", "10:00", "12:00"));
    assertThat(drained(tenant))
        .containsExactly("10:00 BILLED null -6 USD, -1 h", "10:00 ESTIMATED null 0.5 USD, 1 h");

    tenant.apply(charge("a", 1, "i-1", "10:00", "12:00", "6"));
    assertThat(tenant.drain()).as("an older version does not come back").isEmpty();
    assertThat(tenant.count(Outcome.SUPERSEDED)).isEqualTo(1);
  }

  @Test
  void withdrawsWhatALaterDeliveryNoLongerHasAndWritesNothingForWhatItRepeats() {
    tenant.apply(
        charge("kept", 1, "i-1", "10:00", "11:00", "6"),
        charge("changed", 1, "i-2", "10:00", "11:00", "2"),
        charge("gone", 1, "", "10:00", "11:00", "4"),
        delivery(1, "12:00"));
    tenant.drain();

    tenant.apply(
        charge("kept", 2, "i-1", "10:00", "11:00", "6"),
        charge("changed", 2, "i-2", "10:00", "11:00", "3"),
        delivery(2, "12:00"));
    assertThat(drained(tenant))
        .containsExactly("10:00 BILLED null -4 USD, -2 h", "10:00 BILLED null 1 USD, 0 h");
  }

  @Test
  void repeatedLinesWriteNothingWhereverTheDrainsFall() {
    tenant.apply(charge("kept", 1, "i-1", "10:00", "11:00", "6"), delivery(1, "12:00"));
    tenant.drain();

    tenant.apply(charge("kept", 2, "i-1", "10:00", "11:00", "6"));
    assertThat(tenant.drain()).isEmpty();
    tenant.apply(delivery(2, "12:00"));
    assertThat(tenant.drain()).isEmpty();
  }

  @Test
  void letsTheGreaterEncodingWinWhereAVersionComesWithTwoContents() {
    Charge one = charge("a", 1, "i-1", "10:00", "12:00", "6");
    Charge other = charge("a", 1, "i-1", "10:00", "12:00", "9");
    boolean otherWins =
        Arrays.compareUnsigned(RecordKind.CHARGE.encode(other), RecordKind.CHARGE.encode(one)) > 0;
    String winner = otherWins ? "9" : "6";

    assertThat(drained(new InMemoryTenant(Records.TENANT).apply(one, other)))
        .containsExactly("10:00 BILLED null " + winner + " USD, 2 h");
    assertThat(drained(tenant.apply(other, one)))
        .containsExactly("10:00 BILLED null " + winner + " USD, 2 h");
    assertThat(tenant.count(Outcome.CONFLICT)).isEqualTo(1);
  }

  @Test
  void countsADeliveryOfOneSequenceWithTwoContentsAsAConflict() {
    tenant.apply(delivery(1, "11:00"), delivery(1, "12:00"));
    assertThat(tenant.count(Outcome.CONFLICT)).isEqualTo(1);
    assertThat(tenant.count(Outcome.APPLIED)).isEqualTo(1);
  }

  @Test
  void aLaterEntityVersionMovesTheLinesFromItsInstantOn() {
    tenant.apply(
        definitions(TEAMS, "2026-01-01T00:00:00Z", 1),
        entity("resource", "i-1", "owner", "ops", "2026-01-01T00:00:00Z", 1),
        price("USD", "1", "2026-01-01T00:00:00Z", 1),
        usage("u1", "i-1", "10:15", "1", ""),
        usage("u2", "i-1", "11:15", "1", ""));
    tenant.drain();

    tenant.apply(entity("resource", "i-1", "owner", "sre", "11:00", 1));
    assertThat(drained(tenant))
        .containsExactly("11:00 ESTIMATED ops -1 USD, -1 h", "11:00 ESTIMATED sre 1 USD, 1 h");
  }

  @Test
  void aCellWithoutAPriceHasNoLineUntilThePriceComes() {
    tenant.apply(usage("u1", "i-1", "10:15", "1", ""));
    assertThat(tenant.drain()).isEmpty();
    tenant.apply(price("USD", "0.50", "00:00", 1));
    assertThat(drained(tenant)).containsExactly("10:00 ESTIMATED null 0.5 USD, 1 h");
  }

  @Test
  void tenantWideRecordsAreArchivedAndCountedOnce() {
    tenant.apply(
        definitions(TEAMS, "00:00", 1), entity("account", "111", "unit", "retail", "00:00", 1));
    assertThat(tenant.archived()).hasSize(2);
    assertThat(tenant.count(Outcome.APPLIED)).isEqualTo(2);
  }

  @Test
  void aDifferenceThatDoesNotFitIsWrittenAsTwoEntries() {
    String most = "99999999999999999999";
    tenant.apply(charge("a", 1, "i-1", "10:00", "12:00", most));
    tenant.drain();
    tenant.apply(charge("a", 2, "i-1", "10:00", "12:00", "-" + most));
    assertThat(drained(tenant))
        .containsExactly(
            "10:00 BILLED null -99999999999999999998.000000000000000001 USD, 0 h",
            "10:00 BILLED null -99999999999999999999.999999999999999999 USD, 0 h");
  }

  @Test
  void anEstimateThatDoesNotFitIsWrittenAsSeveralEntries() {
    tenant.apply(
        price("USD", "99999999999", "00:00", 1), usage("u1", "i-1", "10:15", "9999999999", ""));
    assertThat(drained(tenant))
        .as("99999999999 x 9999999999")
        .hasSize(10)
        .contains("10:00 ESTIMATED null 99999999999999999999.999999999999999999 USD, 9999999999 h");
    assertThat(sum(tenant)).isEqualByComparingTo("999999999890000000001");
    tenant.restart();
    tenant.apply(charge("a", 1, "i-1", "10:00", "12:00", "6"));
    assertThat(tenant.drain()).hasSize(11);
    assertThat(sum(tenant)).isEqualByComparingTo("6");
  }

  @Test
  void anEstimateOfMoreThanAThousandRowsHasNoLineAndIsTold() {
    tenant.apply(
        price("USD", "99999999999999999999", "00:00", 1), usage("u1", "i-1", "10:15", "1001", ""));
    assertThat(tenant.drain()).isEmpty();
    assertThat(tenant.tooLarge()).isEqualTo(1);
    tenant.apply(usage("u2", "i-1", "10:16", "-1", ""));
    assertThat(tenant.drain()).as("1,000 x the most without decimals").hasSize(1000);
    assertThat(tenant.tooLarge()).isEqualTo(1);
  }

  private static BigDecimal quantity(InMemoryTenant tenant) {
    return tenant.net().total().quantity();
  }

  private static BigDecimal sum(InMemoryTenant tenant) {
    return tenant.net().total().effective();
  }

  @Test
  void weightsThatNearlyCancelGiveWayToEvenShares() {
    tenant.apply(
        charge("a", 1, "i-1", "10:00", "12:00", "100"),
        usage("u1", "i-1", "10:15", "1", ""),
        usage("u2", "i-1", "11:15", "-0.999999999999999999", ""));
    assertThat(drained(tenant))
        .containsExactly(
            "10:00 BILLED null 50 USD, 1 h", "11:00 BILLED null 50 USD, -0.999999999999999999 h");
  }

  @Test
  void aCellOfMoreThanTheDecimalsHoldHasSeveralEntries() {
    String most = "99999999999999999999";
    tenant.apply(
        price("USD", "0.5", "00:00", 1),
        usage("u1", "i-1", "10:15", most, ""),
        usage("u2", "i-1", "10:16", most, ""),
        usage("u3", "i-1", "10:17", "2", ""));
    assertThat(tenant.drain()).hasSize(3);
    assertThat(sum(tenant)).isEqualByComparingTo("100000000000000000000");
    tenant.restart();
    tenant.apply(charge("a", 1, "i-1", "10:00", "12:00", "6"));
    assertThat(tenant.drain()).as("the estimate reversed, and the part of the charge").hasSize(6);
    assertThat(quantity(tenant)).isEqualByComparingTo("200000000000000000000");

    tenant.apply(
        usage("u4", "i-1", "10:18", "-" + most, ""), usage("u5", "i-1", "10:19", "-" + most, ""));
    assertThat(tenant.drain()).hasSize(2);
    assertThat(quantity(tenant)).isEqualByComparingTo("2");
    InMemoryTenant fromArchive = new InMemoryTenant(Records.TENANT);
    fromArchive.applyArchived(tenant.archived()).drain();
    assertThat(fromArchive.net()).isEqualTo(tenant.net());
  }
}
