package io.tributary.jobs.bills;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.bills.DeliveryScope;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeChangeTest {

  private static final DeliveryScope SCOPE =
      new DeliveryScope("acme", "AWS", "1", "default", Instant.parse("2026-03-01T00:00:00Z"));
  private static final DeliveryChange.Export EXPORT = new DeliveryChange.Export(0, null);

  private static ChargeFacts charge(
      String key, long version, String currency, @Nullable String account, String billed) {
    BigDecimal cost = new BigDecimal(billed).setScale(18);
    return new ChargeFacts(
        ChargeId.of("r", key),
        version,
        new ChargeGroup(currency, account),
        cost,
        cost,
        cost.hashCode(),
        false);
  }

  private static ChargeFacts deleted(String key, long version) {
    return new ChargeFacts(
        ChargeId.of("r", key),
        version,
        new ChargeGroup("USD", "a"),
        BigDecimal.ZERO.setScale(18),
        BigDecimal.ZERO.setScale(18),
        0,
        true);
  }

  private static DeliveryChange change(
      long sequence, List<ChargeFacts> archived, List<ChargeFacts> coming) {
    ScopeChange change = new ScopeChange(SCOPE, sequence);
    archived.forEach(change::archived);
    coming.forEach(change::comes);
    return change.change(EXPORT, EXPORT, null);
  }

  @Test
  void tellsWithdrawnNewAndRestatedChargesApart() {
    DeliveryChange change =
        change(
            2,
            List.of(
                charge("same", 1, "USD", "a", "1"),
                charge("restated", 1, "USD", "a", "2"),
                charge("gone", 1, "USD", null, "4")),
            List.of(
                charge("same", 2, "USD", "a", "1"),
                charge("restated", 2, "USD", "a", "2.5"),
                charge("new", 2, "EUR", "b", "8")));
    assertThat(change.counts()).isEqualTo(new DeliveryChange.Counts(3, 3, 1, 1, 1));
    GroupChange dollars = change.in("USD");
    assertThat(dollars.difference()).isEqualByComparingTo("-3.5");
    assertThat(dollars.restated().billed()).isEqualByComparingTo("0.5");
    assertThat(dollars.withdrawn().billed()).isEqualByComparingTo("4");
    assertThat(change.in("EUR").added().billed()).isEqualByComparingTo("8");
    assertThat(change.subAccountsBefore()).containsExactly("", "a");
    assertThat(change.subAccountsAfter()).containsExactly("a", "b");
  }

  @Test
  void aChargeThatMovesToAnotherSubAccountIsWithdrawnThereAndNewHere() {
    DeliveryChange change =
        change(
            2, List.of(charge("k", 1, "USD", "a", "1")), List.of(charge("k", 2, "USD", "b", "1")));
    assertThat(change.counts()).isEqualTo(new DeliveryChange.Counts(1, 1, 1, 1, 0));
  }

  @Test
  void whatIsNewerThanTheDeliveryStays() {
    DeliveryChange change =
        change(
            2,
            List.of(charge("newer", 7, "USD", "a", "1"), charge("other", 5, "USD", "a", "2")),
            List.of(charge("newer", 2, "USD", "a", "9")));
    assertThat(change.counts()).isEqualTo(new DeliveryChange.Counts(2, 2, 0, 0, 0));
    assertThat(change.in("USD").after().billed()).isEqualByComparingTo("3");
  }

  @Test
  void aDeletedChargeIsWithdrawnHoweverNewItIs() {
    DeliveryChange change =
        change(
            2,
            List.of(charge("k", 3, "USD", "a", "1"), deleted("dead", 4)),
            List.of(deleted("k", 4), deleted("never", 4)));
    assertThat(change.counts()).isEqualTo(new DeliveryChange.Counts(1, 0, 1, 0, 0));
  }

  @Test
  void chargesBelowTheDeliveryDoNotCome() {
    assertThat(change(3, List.of(), List.of(charge("k", 2, "USD", "a", "1"))).groups()).isEmpty();
  }

  /** Against maps of texts: random bills, in any order, of each charge several versions. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void equalsWhatMapsSay(long seed) {
    Random random = new Random(seed);
    List<ChargeFacts> archived = new ArrayList<>();
    Map<String, ChargeFacts> before = new TreeMap<>();
    for (int i = 0; i < 5_000; i++) {
      String key = "k" + random.nextInt(2_000);
      // The cost follows from the version, so that no two contents have one version.
      long version = 1 + random.nextInt(3);
      ChargeFacts charge =
          charge(
              key,
              version,
              key.hashCode() % 2 == 0 ? "USD" : "EUR",
              "a",
              version + "." + key.hashCode() % 97);
      archived.add(charge);
      before.merge(key, charge, (a, b) -> b.version() > a.version() ? b : a);
    }
    Collections.shuffle(archived, random);
    Map<String, ChargeFacts> coming = new HashMap<>();
    for (int i = 0; i < 2_500; i++) {
      if (random.nextInt(5) > 0) {
        String key = "k" + i;
        coming.put(
            key,
            charge(
                key,
                9,
                key.hashCode() % 2 == 0 ? "USD" : "EUR",
                "a",
                (1 + random.nextInt(3)) + "." + key.hashCode() % 97));
      }
    }
    DeliveryChange change = change(9, archived, List.copyOf(coming.values()));
    long restated =
        coming.entrySet().stream()
            .filter(
                c ->
                    before.containsKey(c.getKey())
                        && before.get(c.getKey()).billed().compareTo(c.getValue().billed()) != 0)
            .count();
    long withdrawn = before.keySet().stream().filter(key -> !coming.containsKey(key)).count();
    long added = coming.keySet().stream().filter(key -> !before.containsKey(key)).count();
    assertThat(change.counts())
        .isEqualTo(
            new DeliveryChange.Counts(before.size(), coming.size(), withdrawn, added, restated));
    for (String currency : List.of("USD", "EUR")) {
      GroupChange sums = change.in(currency);
      assertThat(sums.before().billed()).isEqualByComparingTo(billed(before, currency));
      assertThat(sums.after().billed()).isEqualByComparingTo(billed(coming, currency));
    }
  }

  private static BigDecimal billed(Map<String, ChargeFacts> charges, String currency) {
    return charges.values().stream()
        .filter(charge -> charge.group().currency().equals(currency))
        .map(ChargeFacts::billed)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
