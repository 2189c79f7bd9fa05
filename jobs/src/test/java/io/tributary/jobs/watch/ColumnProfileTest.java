package io.tributary.jobs.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.JsonRecords;
import io.tributary.events.RejectedException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class ColumnProfileTest {

  @Test
  void tellsColumnsThatAreNewOrVanishedOrOfAnotherType() {
    ColumnProfile before =
        bill(ColumnProfile.ENOUGH, i -> "\"x_Old\":\"a\",\"x_Rate\":\"" + i + "\"");
    ColumnProfile now =
        bill(ColumnProfile.ENOUGH, i -> "\"x_New\":\"b\",\"x_Rate\":\"EUR " + i + "\"");
    ColumnProfile.Change change = now.since(before);
    assertThat(change.added()).containsExactly("x_New");
    assertThat(change.vanished()).containsExactly("x_Old");
    assertThat(change.retyped()).containsExactly("x_Rate");
    assertThat(before.since(before)).isEqualTo(ColumnProfile.Change.NONE);
  }

  @Test
  void rarelyFilledColumnsAndSmallBillsTellNothing() {
    ColumnProfile rare =
        bill(ColumnProfile.ENOUGH, i -> i % 3 == 0 ? "\"x_Rare\":\"a\"" : "\"x_Rare\":\"\"");
    ColumnProfile none = bill(ColumnProfile.ENOUGH, i -> "\"x_Rare\":\"\"");
    assertThat(none.since(rare)).isEqualTo(ColumnProfile.Change.NONE);
    ColumnProfile small = bill(ColumnProfile.ENOUGH - 1, i -> "\"x_Some\":\"a\"");
    assertThat(small.since(none)).isEqualTo(ColumnProfile.Change.NONE);
  }

  private static ColumnProfile bill(int charges, IntFunction<String> extras) {
    ColumnProfile profile = new ColumnProfile();
    for (int i = 0; i < charges; i++) {
      profile.add(charge(i, extras.apply(i)));
    }
    return profile;
  }

  private static Charge charge(int i, String extras) {
    try {
      return (Charge)
          JsonRecords.parse(
              """
              {"type":"charge","tenant_id":"acme","charge_key":"c%d","version":1,
               "charge_period_start":"2026-01-05T00:00:00Z","charge_period_end":"2026-01-06T00:00:00Z",
               "billing_currency":"USD","billed_cost":"1","extras":{%s}}
              """
                  .formatted(i, extras),
              null);
    } catch (RejectedException e) {
      throw new IllegalArgumentException(extras, e);
    }
  }
}
