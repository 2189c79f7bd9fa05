package io.tributary.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TenantRatesTest {

  private final AtomicLong now = new AtomicLong(1_000_000);

  private TenantRates rates(RateLimits limits, int shares) {
    return new TenantRates(limits, shares, now::get);
  }

  private static long admitted(TenantRates rates, String tenant, int records) {
    return IntStream.range(0, records).filter(i -> rates.admits(tenant)).count();
  }

  @Test
  void aTenantMaySendItsLimitInASecond() {
    TenantRates rates = rates(new RateLimits(100, Map.of()), 1);
    assertThat(admitted(rates, "acme", 1_000)).isEqualTo(100);
    now.addAndGet(500);
    assertThat(admitted(rates, "acme", 1_000)).isEqualTo(50);
    now.addAndGet(Duration.ofHours(1).toMillis());
    assertThat(admitted(rates, "acme", 1_000)).as("nothing is saved up").isEqualTo(100);
  }

  @Test
  void oneTenantsRecordsAreNotCountedToAnother() {
    TenantRates rates = rates(new RateLimits(10, Map.of("big", 1_000L)), 1);
    assertThat(admitted(rates, "acme", 1_000)).isEqualTo(10);
    assertThat(admitted(rates, "globex", 1_000)).isEqualTo(10);
    assertThat(admitted(rates, "big", 10_000)).isEqualTo(1_000);
  }

  @Test
  void sharesAddUpToTheLimit() {
    TenantRates share = rates(new RateLimits(1, Map.of()), 4);
    assertThat(admitted(share, "acme", 10)).isEqualTo(1);
    now.addAndGet(3_999);
    assertThat(admitted(share, "acme", 10)).isZero();
    now.addAndGet(1);
    assertThat(admitted(share, "acme", 10)).isEqualTo(1);
  }

  @Test
  void whatIsCountedRegardlessMustBeWaitedFor() {
    TenantRates rates = rates(new RateLimits(10, Map.of()), 1);
    for (int record = 0; record < 10; record++) {
      assertThat(rates.count("acme")).isZero();
    }
    assertThat(rates.count("acme")).isEqualTo(Duration.ofMillis(100));
    assertThat(rates.count("acme")).isEqualTo(Duration.ofMillis(200));
    now.addAndGet(200);
    assertThat(rates.count("acme")).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void withoutLimitEverythingIsAdmitted() {
    TenantRates rates = rates(RateLimits.NONE, 8);
    assertThat(admitted(rates, "acme", 100_000)).isEqualTo(100_000);
    assertThat(rates.count("acme")).isZero();
  }
}
