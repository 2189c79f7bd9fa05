package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.Money;
import java.math.BigDecimal;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {

  private static final BigDecimal UNIT = new BigDecimal("0.000000000000000001");

  @Test
  void splitsRemainderToLargestShareFirst() {
    SortedMap<String, BigDecimal> parts =
        Shares.of(weights("a", "1", "b", "1", "c", "2")).split(UNIT.multiply(new BigDecimal(5)));

    assertThat(parts.get("c")).isEqualTo(UNIT.multiply(new BigDecimal(3)));
    assertThat(parts.get("a")).isEqualTo(UNIT);
    assertThat(parts.get("b")).isEqualTo(UNIT);
  }

  @Test
  void breaksTiesByNameInCodePointOrder() {
    // U+1F600 is above U+FFFD by code point, but its first UTF-16 unit is below.
    SortedMap<String, BigDecimal> parts =
        Shares.of(weights("\uD83D\uDE00", "1", "\uFFFD", "1")).split(UNIT);

    assertThat(parts.get("\uFFFD")).isEqualTo(UNIT);
    assertThat(parts.get("\uD83D\uDE00")).isEqualTo(Money.ZERO);
  }

  @Test
  void refusesWeightsThatSumToZero() {
    assertThatThrownBy(() -> Shares.of(weights("a", "1", "b", "-1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sum to 0");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void partsSumToTheWholeAndNegateWithIt(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 2_000; round++) {
      SortedMap<String, BigDecimal> weights = new TreeMap<>();
      int names = 1 + random.nextInt(7);
      for (int i = 0; i < names; i++) {
        weights.put("e" + i, BigDecimal.valueOf(random.nextInt(-5, 20), random.nextInt(0, 4)));
      }
      if (weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add).signum() == 0) {
        continue;
      }
      BigDecimal amount = BigDecimal.valueOf(random.nextLong(-1_000_000, 1_000_000), 18);

      SortedMap<String, BigDecimal> parts = Shares.of(weights).split(amount);
      SortedMap<String, BigDecimal> mirrored = Shares.of(weights).split(amount.negate());

      assertThat(parts.values().stream().reduce(Money.ZERO, BigDecimal::add)).isEqualTo(amount);
      parts.forEach((name, part) -> assertThat(mirrored.get(name)).isEqualTo(part.negate()));
    }
  }

  private static SortedMap<String, BigDecimal> weights(String... pairs) {
    SortedMap<String, BigDecimal> weights = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      weights.put(pairs[i], new BigDecimal(pairs[i + 1]));
    }
    return weights;
  }
}
