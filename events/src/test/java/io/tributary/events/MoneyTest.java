package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;

class MoneyTest {

  private static final Money PRICE = Money.of("USD", "1.50");
  private static final Money FEE = Money.of("USD", "0.25");

  @Test
  void addsAndSubtractsExactly() {
    assertThat(PRICE.plus(FEE)).isEqualTo(Money.of("USD", "1.75"));
    assertThat(PRICE.minus(FEE)).isEqualTo(Money.of("USD", "1.25"));
    assertThat(PRICE.plus(PRICE.negate())).isEqualTo(Money.zero("USD"));
    assertThat(PRICE.minus(PRICE).isZero()).isTrue();
    assertThat(FEE.isZero()).isFalse();
  }

  @Test
  void roundsOnlyAsTheCallSays() {
    BigDecimal third = new BigDecimal("0.333333333333333333");
    assertThat(Money.of("USD", "0.1").times(third, RoundingMode.DOWN))
        .hasToString("0.033333333333333333 USD");
    assertThat(Money.of("USD", "0.1").times(third, RoundingMode.UP))
        .hasToString("0.033333333333333334 USD");
  }

  @Test
  void refusesWhatItCannotHoldExactly() {
    String most = "9".repeat(20) + "." + "9".repeat(18);
    assertThat(Money.exact(new BigDecimal(most))).isEqualTo(most);
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Money.exact(new BigDecimal("1" + "0".repeat(20))));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Money.of("USD", "0." + "0".repeat(18) + "1"));
  }

  @Test
  void sumsHaveAsManyDigitsAsTheyNeed() {
    Money most = Money.of("USD", "9".repeat(20) + "." + "9".repeat(18));
    assertThat(most.plus(most).minus(most)).isEqualTo(most);
    assertThat(most.plus(FEE)).hasToString("100000000000000000000.249999999999999999 USD");
  }

  @Test
  void currenciesNeverMeet() {
    Money euro = Money.of("EUR", "1");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> PRICE.plus(euro))
        .withMessage("currencies never mix: USD and EUR");
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> PRICE.minus(euro));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> PRICE.compareTo(euro));
  }

  @Test
  void sortsByAmountAndReadsPlainly() {
    assertThat(PRICE).isGreaterThan(FEE).isEqualByComparingTo(Money.of("USD", "1.5"));
    assertThat(Money.of("USD", "-12.00")).hasToString("-12 USD").isLessThan(FEE);
    assertThat(Money.of("USD", "1e3")).hasToString("1000 USD");
    assertThat(Money.zero("USD")).hasToString("0 USD");
  }
}
