package io.tributary.jobs.bills;

import io.tributary.events.Charge;
import io.tributary.events.Op;
import io.tributary.events.bills.DeliveryScope;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery changes about its scope, worked out while its charges pass: first those that are
 * live, then those that come.
 */
final class ScopeChange {

  private final DeliveryScope scope;
  private final long sequence;
  private final ChargeTable live = new ChargeTable();
  private final BitSet repeated = new BitSet();
  private final BitSet deleted = new BitSet();
  private final Map<ChargeGroup, Tally> tallies = new HashMap<>();

  /**
   * @param sequence of the delivery that comes
   */
  ScopeChange(DeliveryScope scope, long sequence) {
    this.scope = scope;
    this.sequence = sequence;
  }

  /** Takes a charge of the scope that is archived and not below the delivery before. */
  void archived(ChargeFacts charge) {
    live.put(charge);
  }

  /** Whether any charge of the scope is archived. */
  boolean hasArchived() {
    return live.size() > 0;
  }

  /** Takes a charge of the scope that comes, each one once. */
  void comes(Charge charge) {
    if (live.size() > 0) {
      comes(ChargeFacts.of(charge));
    } else if (charge.getVersion() >= sequence && charge.getOp() != Op.DELETE) {
      ChargeSum sum = ChargeSum.of(charge.getBilledCost(), charge.getEffectiveCost());
      Tally tally = tally(new ChargeGroup(charge.getBillingCurrency(), charge.getSubAccountId()));
      tally.after = tally.after.plus(sum);
      tally.added = tally.added.plus(sum);
    }
  }

  /** The same, told by its facts. */
  void comes(ChargeFacts charge) {
    if (charge.version() < sequence) {
      return;
    }
    int row = live.live(charge.id());
    if (row >= 0 && live.version(row) > charge.version()) {
      return; // What is live is newer, and stays.
    }
    if (charge.deleted()) {
      if (row >= 0) {
        deleted.set(row);
      }
      return;
    }
    if (row >= 0 && !live.group(row).equals(charge.group())) {
      row = -1; // Another currency or sub-account: withdrawn there, new here.
    }
    Tally tally = tally(charge.group());
    tally.after = tally.after.plus(charge.sum());
    if (row < 0) {
      tally.added = tally.added.plus(charge.sum());
    } else {
      repeated.set(row);
      if (live.measures(row) != charge.measures()) {
        tally.restated =
            tally.restated.plus(
                ChargeSum.of(
                    charge.billed().subtract(live.billed(row)),
                    charge.effective().subtract(live.effective(row))));
      }
    }
  }

  /**
   * Ends it.
   *
   * @param before of the delivery before, null where there is none
   * @param beside the report under which the same bill is live, null for none
   */
  DeliveryChange change(
      DeliveryChange.@Nullable Export before,
      DeliveryChange.Export after,
      @Nullable String beside) {
    for (int row = 0; row < live.size(); row++) {
      if (live.isLive(row)) {
        ChargeSum charge = ChargeSum.of(live.billed(row), live.effective(row));
        Tally tally = tally(live.group(row));
        tally.before = tally.before.plus(charge);
        if (repeated.get(row)) {
          continue;
        }
        if (live.version(row) >= sequence && !deleted.get(row)) {
          tally.after = tally.after.plus(charge); // No delivery of this sequence withdraws it.
        } else {
          tally.withdrawn = tally.withdrawn.plus(charge);
        }
      }
    }
    SortedMap<ChargeGroup, GroupChange> groups = new TreeMap<>();
    tallies.forEach((group, tally) -> groups.put(group, tally.change()));
    return new DeliveryChange(scope, sequence, groups, before, after, beside);
  }

  private Tally tally(ChargeGroup group) {
    return tallies.computeIfAbsent(group, g -> new Tally());
  }

  private static final class Tally {
    private ChargeSum before = ChargeSum.NONE;
    private ChargeSum after = ChargeSum.NONE;
    private ChargeSum withdrawn = ChargeSum.NONE;
    private ChargeSum added = ChargeSum.NONE;
    private ChargeSum restated = ChargeSum.NONE;

    GroupChange change() {
      return new GroupChange(before, after, withdrawn, added, restated);
    }
  }
}
