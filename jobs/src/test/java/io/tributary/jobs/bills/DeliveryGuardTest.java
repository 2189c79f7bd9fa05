package io.tributary.jobs.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.bills.CostKind;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.jobs.bills.DeliveryGuard.Objection;
import io.tributary.jobs.bills.DeliveryGuard.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryGuardTest {

  private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
  private static final DeliveryScope SCOPE =
      new DeliveryScope("acme", "AWS", "1", "default", MARCH);

  /** A charge of a bill: its key, account, currency and cost. */
  private record Line(
      String key, @Nullable String account, String currency, String cost, String effective) {

    Line(String key, @Nullable String account, String currency, String cost) {
      this(key, account, currency, cost, cost);
    }

    ChargeFacts version(long version) {
      BigDecimal billed = new BigDecimal(cost).setScale(18);
      return new ChargeFacts(
          ChargeId.of(null, key),
          version,
          new ChargeGroup(currency, account),
          billed,
          new BigDecimal(effective).setScale(18),
          new BigDecimal(effective).add(billed).unscaledValue().longValue(),
          false);
    }
  }

  private static List<Line> lines(int from, int to, String account, String currency, String cost) {
    return IntStream.range(from, to)
        .mapToObj(i -> new Line("k" + i, account, currency, cost))
        .toList();
  }

  private static List<Line> and(List<Line> some, List<Line> more) {
    return IntStream.range(0, some.size() + more.size())
        .mapToObj(i -> i < some.size() ? some.get(i) : more.get(i - some.size()))
        .toList();
  }

  private static DeliveryChange change(List<Line> before, List<Line> after) {
    return change(before, 0, null, after, 0, null);
  }

  private static DeliveryChange change(
      List<Line> before,
      long rejectedBefore,
      @Nullable Instant throughBefore,
      List<Line> after,
      long rejected,
      @Nullable Instant through) {
    ScopeChange change = new ScopeChange(SCOPE, 2);
    before.forEach(line -> change.archived(line.version(1)));
    after.forEach(line -> change.comes(line.version(2)));
    return change.change(
        before.isEmpty() ? null : new DeliveryChange.Export(rejectedBefore, throughBefore),
        new DeliveryChange.Export(rejected, through),
        null);
  }

  /** The same lines again, from files of other names. */
  private static DeliveryChange again(String report, String before, String after) {
    DeliveryScope scope = new DeliveryScope("acme", "Microsoft", "1", report, MARCH);
    ScopeChange change = new ScopeChange(scope, 2);
    for (Line line : lines(0, 5, "a", "USD", "100")) {
      change.archived(line.version(1));
      change.comes(line.version(2));
    }
    return change.change(
        new DeliveryChange.Export(0, null, CostKind.ofNames(List.of(before))),
        new DeliveryChange.Export(0, null, CostKind.ofNames(List.of(after))),
        null);
  }

  @Test
  void oneKindOfCostDoesNotTakeThePlaceOfAnother() {
    assertThat(reasons(again("default", "x/actual.csv", "x/amortized.csv")))
        .containsExactly(Reason.OTHER_KIND);
    assertThat(reasons(again("default", "AmortizedCost/1.csv", "ActualCost/1.csv")))
        .containsExactly(Reason.OTHER_KIND);
    assertThat(reasons(again("default", "x/actual.csv", "y/actual.csv"))).isEmpty();
    assertThat(reasons(again("default", "x/costs.csv", "x/amortized.csv"))).isEmpty();
    assertThat(reasons(again("amortized", "x/actual.csv", "x/amortized.csv"))).isEmpty();
  }

  private static List<Reason> reasons(DeliveryChange change) {
    return DeliveryGuard.DEFAULT.objections(change).stream().map(Objection::reason).toList();
  }

  @ParameterizedTest(name = "an effective cost of 100 becomes {0}: held {1}")
  @CsvSource({"300, false", "301, true", "10000, true", "34, false", "33, true", "0, true"})
  void anEffectiveCostOfAnotherSizeIsHeldThoughTheSameIsBilled(String effective, boolean held) {
    List<Line> before = List.of(new Line("k", "a", "USD", "10", "100"));
    List<Line> after = List.of(new Line("k", "a", "USD", "10", effective));
    assertThat(reasons(change(before, after)))
        .isEqualTo(held ? List.of(Reason.IMPLAUSIBLE_TOTAL) : List.of());
  }

  @Test
  void aFirstDeliveryPasses() {
    assertThat(reasons(change(List.of(), lines(0, 5, "a", "USD", "100")))).isEmpty();
  }

  @Test
  void theSameAgainPasses() {
    List<Line> bill = lines(0, 5, "a", "USD", "100");
    assertThat(reasons(change(bill, bill))).isEmpty();
  }

  @Test
  void noChargesAfterSomeAreHeld() {
    assertThat(reasons(change(lines(0, 3, "a", "USD", "1"), List.of())))
        .containsExactly(Reason.NO_CHARGES);
  }

  @ParameterizedTest(name = "of 10 charges {0} are left: held {1}")
  @CsvSource({"10, false", "6, false", "5, false", "4, true", "1, true"})
  void moreThanHalfOfTheCharges(int left, boolean held) {
    // What is left costs nearly everything, so that only numbers of charges decide.
    List<Line> dear = lines(0, left, "a", "USD", "1000");
    List<Line> cheap = lines(left, 10, "a", "USD", "0.01");
    assertThat(reasons(change(and(dear, cheap), dear)))
        .isEqualTo(held ? List.of(Reason.WITHDRAWS_CHARGES) : List.of());
  }

  @ParameterizedTest(name = "of 100 billed {0} are withdrawn: held {1}")
  @CsvSource({"49, false", "50, false", "50.000000000000000001, true", "99, true"})
  void moreThanHalfOfWhatIsBilled(BigDecimal withdrawn, boolean held) {
    BigDecimal left = new BigDecimal(100).subtract(withdrawn);
    List<Line> stays = lines(0, 9, "a", "USD", "0");
    List<Line> rest = List.of(new Line("rest", "a", "USD", left.toPlainString()));
    List<Line> gone = List.of(new Line("gone", "a", "USD", withdrawn.toPlainString()));
    assertThat(reasons(change(and(and(stays, rest), gone), and(stays, rest))))
        .isEqualTo(held ? List.of(Reason.WITHDRAWS_COST) : List.of());
  }

  @Test
  void creditsDoNotHideWhatTheyOffset() {
    List<Line> kept = lines(0, 4, "a", "USD", "1");
    List<Line> usage = List.of(new Line("usage", "a", "USD", "1000"));
    List<Line> credit = List.of(new Line("credit", "a", "USD", "-1000"));
    DeliveryChange change = change(and(kept, and(usage, credit)), kept);
    assertThat(change.in("USD").difference()).isEqualByComparingTo("0");
    assertThat(reasons(change)).containsExactly(Reason.WITHDRAWS_COST);
  }

  @Test
  void aCurrencyThatLosesMoreThanHalfIsHeldBesideALargerOne() {
    List<Line> dollars = lines(0, 100, "a", "USD", "1000");
    List<Line> euros = lines(100, 104, "a", "EUR", "1");
    DeliveryGuard guard = DeliveryGuard.DEFAULT;
    assertThat(guard.objections(change(and(dollars, euros), and(dollars, euros.subList(0, 1)))))
        .extracting(Objection::detail)
        .containsExactly(
            "would withdraw 3 of 4 charges in EUR",
            "would withdraw 3 of 4 EUR billed, counted without signs");
    assertThat(reasons(change(and(dollars, euros), and(dollars, euros.subList(0, 2))))).isEmpty();
  }

  @Test
  void subAccountsOfWhichMoreThanHalfAreGoneAreHeld() {
    List<Line> large = lines(0, 100, "large", "USD", "10");
    List<Line> small = and(lines(100, 101, "s1", "USD", "1"), lines(101, 102, "s2", "USD", "1"));
    assertThat(reasons(change(and(large, small), large)))
        .containsExactly(Reason.LOSES_SUB_ACCOUNTS);
    assertThat(reasons(change(and(large, small), and(large, small.subList(0, 1))))).isEmpty();
  }

  @ParameterizedTest(name = "{0} becomes {1}: held {2}")
  @CsvSource({
    "6, 600, true",
    "6, 18, false",
    "6, 18.000000000000000001, true",
    "18, 6, false",
    "18, 5.999999999999999999, true",
    "0.2, 1.2, false",
    "0.2, 1.21, true",
    "0, 100, false",
    "100, 0, true",
    "-6, -600, true",
    "145, -145, true",
    "-1.01, 1.01, true",
    "1, -1, false",
    "-300, 0.5, true"
  })
  void aTotalThatChangesByMoreThanTheFactorIsHeld(String before, String after, boolean held) {
    DeliveryChange change =
        change(
            List.of(new Line("k", "a", "USD", before)), List.of(new Line("k", "a", "USD", after)));
    assertThat(change.counts().restated()).isOne();
    assertThat(reasons(change)).isEqualTo(held ? List.of(Reason.IMPLAUSIBLE_TOTAL) : List.of());
  }

  @ParameterizedTest(name = "{0} h cost 10, {1} h cost {2}: held {3}")
  @CsvSource({
    "8, 32, 40, false",
    "8, 32, 120, false",
    "8, 32, 121, true",
    "8, 8, 40, true",
    "32, 8, 40, true",
    "-8, 16, 400, false",
    "-8, 16, 481, true"
  })
  void aMonthToDateMayGrowAsFarAsItReaches(long was, long is, String cost, boolean held) {
    List<Line> before = List.of(new Line("k0", "a", "USD", "10"));
    List<Line> after =
        and(
            before,
            List.of(
                new Line("k1", "a", "USD", new BigDecimal(cost).subtract(BigDecimal.TEN) + "")));
    DeliveryChange change =
        change(
            before,
            0,
            MARCH.plus(Duration.ofHours(was)),
            after,
            0,
            MARCH.plus(Duration.ofHours(is)));
    assertThat(reasons(change)).isEqualTo(held ? List.of(Reason.IMPLAUSIBLE_TOTAL) : List.of());
  }

  @ParameterizedTest(name = "{0} rows rejected, then {1}, {2} charges withdrawn: held {3}")
  @CsvSource({"0, 1, 1, true", "0, 1, 0, false", "3, 3, 1, false", "3, 4, 1, true"})
  void rejectedRowsThatMayBeWithdrawnChargesAreHeld(
      long before, long after, int withdrawn, boolean held) {
    List<Line> bill = lines(0, 10, "a", "USD", "1");
    assertThat(reasons(change(bill, before, null, bill.subList(withdrawn, 10), after, null)))
        .isEqualTo(held ? List.of(Reason.REJECTS_ROWS) : List.of());
  }

  @Test
  void factorAndFloorAreOnesOwn() {
    DeliveryChange tenfold =
        change(List.of(new Line("k", "a", "USD", "10")), List.of(new Line("k", "a", "USD", "100")));
    BigDecimal ten = BigDecimal.TEN;
    assertThat(new DeliveryGuard(ten, BigDecimal.ZERO).objections(tenfold)).isEmpty();
    assertThat(new DeliveryGuard(BigDecimal.valueOf(2), BigDecimal.valueOf(90)).objections(tenfold))
        .isEmpty();
    assertThat(new DeliveryGuard(BigDecimal.valueOf(2), BigDecimal.valueOf(89)).objections(tenfold))
        .hasSize(1);
    assertThatThrownBy(() -> new DeliveryGuard(BigDecimal.ONE, BigDecimal.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsHeldIsToldWithItsSumsAndTheWayOut() {
    List<Line> bill = lines(0, 10, "a", "USD", "1.5");
    assertThatThrownBy(
            () ->
                DeliveryHeldException.check(
                    DeliveryGuard.DEFAULT, List.of(change(bill, bill.subList(0, 4))), "written"))
        .hasMessage(
            "nothing was written: the delivery of AWS / 1 / default / 2026-03-01T00:00:00Z:"
                + " charges 10 -> 4, billed 15 -> 6 USD; it would withdraw 6 of 10 charges; it"
                + " would withdraw 9 of 15 USD billed, counted without signs (--replace if that is"
                + " right)");
  }
}
