package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Measures are a group: changes can be added, negated and tested for zero. */
class MeasuresTest {

  private static final String MOST = "9".repeat(20) + "." + "9".repeat(18);
  private static final Measures FIVE = of("1", "2", "3", "4", "5");
  private static final Measures TENS = of("10", "20", "30", "40", "50");

  private static Measures of(String... amounts) {
    BigDecimal[] a = List.of(amounts).stream().map(BigDecimal::new).toArray(BigDecimal[]::new);
    return new Measures(a[0], a[1], a[2], a[3], a[4]);
  }

  /** Five zeros but for {@code amount} at {@code index}. */
  private static Measures only(int index, String amount) {
    String[] amounts = {"0", "0", "0", "0", "0"};
    amounts[index] = amount;
    return of(amounts);
  }

  @Test
  void addMeasureByMeasure() {
    assertThat(FIVE.plus(TENS)).isEqualTo(of("11", "22", "33", "44", "55"));
    assertThat(FIVE.plus(Measures.ZERO)).isEqualTo(FIVE);
  }

  @Test
  void negationCancels() {
    assertThat(FIVE.negate()).isEqualTo(of("-1", "-2", "-3", "-4", "-5"));
    assertThat(FIVE.plus(FIVE.negate()).isZero()).isTrue();
  }

  @Test
  void oneAmountThatIsNotZeroIsEnough() {
    for (int i = 0; i < 5; i++) {
      assertThat(only(i, "0.000000000000000001").isZero()).as("measure %s", i).isFalse();
    }
    assertThat(Measures.ZERO.isZero()).isTrue();
  }

  @Test
  void sumsHaveAsManyDigitsAsTheyNeedAndRowsThatFitSumToThem() {
    for (int i = 0; i < 5; i++) {
      for (String amount : List.of(MOST, "-" + MOST, "1")) {
        Measures thrice = only(i, amount).plus(only(i, amount)).plus(only(i, amount));
        assertThat(thrice.rows())
            .as("measure %s of %s", i, amount)
            .hasSize(amount.equals("1") ? 1 : 3)
            .allSatisfy(row -> assertThat(row.amounts()).allMatch(Money::fits));
        assertThat(thrice.rows().stream().reduce(Measures.ZERO, Measures::plus)).isEqualTo(thrice);
      }
    }
    assertThat(Measures.ZERO.rows()).isEmpty();
  }

  @Test
  void rowsAreNoMoreThanTheLargestMeasureNeeds() {
    Measures measures = of(MOST, "-3", "0", "1", MOST).plus(of("1", "0", "0", "0", MOST));
    assertThat(measures.rows())
        .containsExactly(of(MOST, "-3", "0", "1", MOST), of("1", "0", "0", "0", MOST));
  }

  @Test
  void entriesOfALineDifferInNothingButTheMeasures() {
    LedgerEntry line = new LedgerEntry();
    line.setTenantId("acme");
    FIVE.writeTo(line);
    Measures twice = only(2, MOST).plus(only(2, MOST));
    List<LedgerEntry> entries = twice.entries(line);
    assertThat(entries).hasSize(2);
    assertThat(entries).allSatisfy(entry -> assertThat(entry.getTenantId()).isEqualTo("acme"));
    assertThat(entries.stream().map(Measures::of).reduce(Measures.ZERO, Measures::plus))
        .isEqualTo(twice);
    assertThat(Measures.of(line)).as("the line itself").isEqualTo(FIVE);
    assertThat(Measures.of(twice.entry(line))).isEqualTo(twice);
  }

  @Test
  void digitsBeyondTheEighteenthDecimalAreRefused() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> only(3, "0.0000000000000000001"));
  }

  @Test
  void aLedgerEntryKeepsThem() {
    LedgerEntry entry = new LedgerEntry();
    TENS.writeTo(entry);
    assertThat(Measures.of(entry)).isEqualTo(TENS);
  }

  @Test
  void aChargeWithoutQuantityHasNone() {
    Charge charge = new Charge();
    charge.setBilledCost(BigDecimal.ONE);
    charge.setEffectiveCost(new BigDecimal(2));
    charge.setListCost(BigDecimal.TEN);
    charge.setContractedCost(BigDecimal.ZERO);
    assertThat(Measures.of(charge)).isEqualTo(of("1", "2", "10", "0", "0"));
    charge.setConsumedQuantity(BigDecimal.TEN);
    assertThat(Measures.of(charge)).isEqualTo(of("1", "2", "10", "0", "10"));
  }
}
