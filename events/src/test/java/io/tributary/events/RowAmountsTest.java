package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowAmountsTest {

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void rowsFitAndSumToWhatTheyAreOf(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<BigDecimal> amounts = new ArrayList<>();
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        BigInteger units = new BigInteger(random.nextInt(135), random);
        amounts.add(new BigDecimal(random.nextBoolean() ? units : units.negate(), Money.SCALE));
      }
      List<List<BigDecimal>> rows = RowAmounts.rows(amounts);
      for (int i = 0; i < amounts.size(); i++) {
        int column = i;
        List<BigDecimal> values = rows.stream().map(row -> row.get(column)).toList();
        assertThat(values).allMatch(Money::fits);
        assertThat(values.stream().reduce(BigDecimal.ZERO, BigDecimal::add))
            .isEqualByComparingTo(amounts.get(column));
      }
    }
  }

  @Test
  void theLargestAmountIsOneRowAndOneUnitMoreIsTwo() {
    BigDecimal unit = BigDecimal.ONE.movePointLeft(Money.SCALE);
    for (BigDecimal most : List.of(RowAmounts.MOST, RowAmounts.MOST.negate())) {
      BigDecimal more = most.add(unit.multiply(BigDecimal.valueOf(most.signum())));
      assertThat(RowAmounts.rows(List.of(most))).hasSize(1);
      assertThat(RowAmounts.rows(List.of(more))).hasSize(2);
    }
  }

  @Test
  void aProductOfAThousandRowsCanBeWrittenAndOneUnitMoreCannot() {
    BigDecimal most = RowAmounts.MOST.multiply(BigDecimal.valueOf(RowAmounts.MOST_OF_PRODUCT));
    BigDecimal unit = BigDecimal.ONE.movePointLeft(Money.SCALE);
    assertThat(RowAmounts.canHold(most)).isTrue();
    assertThat(RowAmounts.canHold(most.negate())).isTrue();
    assertThat(RowAmounts.canHold(most.add(unit))).isFalse();
    assertThat(RowAmounts.canHold(most.add(unit).negate())).isFalse();
    assertThat(RowAmounts.rows(List.of(most))).hasSize(RowAmounts.MOST_OF_PRODUCT);
  }
}
