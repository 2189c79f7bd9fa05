package io.tributary.jobs.bills;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChargeTableTest {

  private static ChargeFacts charge(String key, long version, String billed, long measures) {
    return new ChargeFacts(
        ChargeId.of(null, key),
        version,
        new ChargeGroup("USD", null),
        new BigDecimal(billed).setScale(18),
        new BigDecimal(billed).negate().setScale(18),
        measures,
        false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0.000000000000000001",
        "99999999999999999999.999999999999999999",
        "-99999999999999999999.999999999999999999",
        "18.446744073709551616",
        "-9.223372036854775808"
      })
  void amountsComeBackToTheLastDigit(String amount) {
    ChargeTable table = new ChargeTable();
    table.put(charge("k", 1, amount, 7));
    assertThat(table.billed(0)).isEqualTo(new BigDecimal(amount).setScale(18));
    assertThat(table.charge(0)).isEqualTo(charge("k", 1, amount, 7));
  }

  @Test
  void theHighestVersionHoldsAndOfOneVersionTheSameWhateverTheOrder() {
    ChargeTable one = new ChargeTable();
    one.put(charge("k", 2, "1", 5));
    one.put(charge("k", 1, "9", 9));
    one.put(charge("k", 2, "3", 6));
    ChargeTable other = new ChargeTable();
    other.put(charge("k", 2, "3", 6));
    other.put(charge("k", 2, "1", 5));
    assertThat(one.size()).isOne();
    assertThat(one.billed(0)).isEqualTo(other.billed(0)).isEqualByComparingTo("3");
  }

  @Test
  void findsEachOfManyCharges() {
    ChargeTable table = new ChargeTable();
    for (int i = 0; i < 100_000; i++) {
      table.put(charge("k" + i, 1, i + "", i));
    }
    assertThat(table.size()).isEqualTo(100_000);
    for (int i = 0; i < 100_000; i += 997) {
      assertThat(table.billed(table.live(ChargeId.of(null, "k" + i)))).isEqualByComparingTo(i + "");
    }
    assertThat(table.live(ChargeId.of(null, "missing"))).isNegative();
    assertThat(table.live(ChargeId.of("r", "k1"))).isNegative();
  }
}
