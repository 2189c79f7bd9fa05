package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CoverageRuleTest {

  private static final Instant TEN = Instant.parse("2026-01-05T10:00:00Z");
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private static boolean covers(String hour) {
    return CoverageRule.covers(TEN, NOON, null, Instant.parse("2026-01-05T" + hour + ":00Z"));
  }

  @Test
  void coversHoursThatLieInTheChargePeriodAsAWhole() {
    assertThat(covers("09:00")).isFalse();
    assertThat(covers("10:00")).isTrue();
    assertThat(covers("11:00")).isTrue();
    assertThat(covers("12:00")).isFalse();
    assertThat(CoverageRule.covers(TEN.plusSeconds(1), NOON, null, TEN)).isFalse();
    assertThat(CoverageRule.covers(TEN, TEN.plusSeconds(3_599), null, TEN)).isFalse();
    assertThat(CoverageRule.covers(TEN, TEN, null, TEN)).isFalse();
  }

  @Test
  void coversHoursThatEndedWhenTheDeliveryWasComplete() {
    Instant eleven = TEN.plusSeconds(3_600);
    assertThat(CoverageRule.covers(TEN, NOON, eleven, TEN)).isTrue();
    assertThat(CoverageRule.covers(TEN, NOON, eleven.minusSeconds(1), TEN)).isFalse();
    assertThat(CoverageRule.covers(TEN, NOON, eleven, eleven)).isFalse();
  }

  @Test
  void aChargeIsLiveWhileTheLatestDeliveryHasIt() {
    assertThat(CoverageRule.isLive(1, null)).isTrue();
    assertThat(CoverageRule.isLive(2, 2L)).isTrue();
    assertThat(CoverageRule.isLive(3, 2L)).isTrue();
    assertThat(CoverageRule.isLive(1, 2L)).isFalse();
  }

  @Test
  void usageIsCoveredByItsMeterElseBySku() {
    assertThat(CoverageRule.mayCover("Usage")).isTrue();
    assertThat(CoverageRule.mayCover("Purchase")).isFalse();
    assertThat(CoverageRule.meterOf("meter", "sku")).isEqualTo("meter");
    assertThat(CoverageRule.meterOf(null, "sku")).isEqualTo("sku");
    assertThat(CoverageRule.meterOf(null, null)).isNull();
  }

  @Test
  void usageClosesAHundredDaysAfterItsMonthIsOverEverywhere() {
    assertThat(BillingMonth.containing(TEN).usageCloses())
        .isEqualTo(Instant.parse("2026-05-12T14:00:00Z"));
  }
}
